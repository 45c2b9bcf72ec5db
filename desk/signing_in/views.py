"""The pages on which one signs in, and those that keep a session alive."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import ConfirmLoginCodeView, LoginView, RequestLoginCodeView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST, require_safe

from desk.signing_in.adapter import enters_by_code
from desk.signing_in.demonstration_logins import demonstration_logins
from desk.signing_in.forms import CodeForm, CodeRequestForm, PasswordForm
from desk.signing_in.sessions import IDLE, TOO_LONG, end_of, give_sign_of_life, passive
from workflows.french import typeset

WHY_OVER = {
    IDLE: "Votre session s’est fermée : vous n’avez rien ouvert ni enregistré depuis "
    "{idle} minutes. Reconnectez-vous pour continuer.",
    TOO_LONG: "Votre session s’est fermée : elle durait depuis {longest} heures. "
    "Reconnectez-vous pour continuer.",
}

PARTNER_PAGES = ("/espace/", "/invitation/")


class _TwoWays:
    """The page with both ways in: the form that was sent, and the other one, empty."""

    request: HttpRequest
    template_name = "desk/signing_in/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        sent = context["form"]
        by_password = sent if isinstance(sent, PasswordForm) else PasswordForm()
        by_code = sent if isinstance(sent, CodeRequestForm) else CodeRequestForm()
        for form in (by_password, by_code):
            form.dress()
        after = context["redirect_field_value"] or ""
        by_code_first = sent is by_code or (
            after.startswith(PARTNER_PAGES) and not by_password.is_bound
        )
        ways = [("password", by_password), ("code", by_code)]
        context |= {
            "ways": ways[::-1] if by_code_first else ways,
            "next": after,
            "why_over": _why_over(self.request.GET.get("fin", "")),
            "provider": settings.TACITE_OIDC["name"] if settings.TACITE_OIDC else "",
        }
        return context | demonstration_logins()

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """Let who waits for a code come back here, to correct the address."""


class SignInView(_TwoWays, LoginView):
    """Who are you? The way in of the staff; that of partners is sent to `RequestCodeView`."""

    form_class = PasswordForm


class RequestCodeView(_TwoWays, RequestLoginCodeView):
    """Send a code, and answer the same for every address."""

    form_class = CodeRequestForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(_sign_in(request))


class EnterCodeView(ConfirmLoginCodeView):
    """Enter with the code received."""

    form_class = CodeForm
    template_name = "desk/signing_in/code.html"

    @method_decorator(login_not_required)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        if getattr(response, "url", None) != reverse("account_request_login_code"):
            return response
        # No code waits any more: allauth would forget where the person was going.
        if not getattr(self, "_process", None):
            messages.warning(request, typeset("Ce code n’est plus valable : demandez-en un autre."))
        return redirect(_sign_in(request))

    def form_valid(self, form: Any) -> HttpResponse:
        user = self.stage.login.user
        if user is not None and not enters_by_code(user):
            # Became staff, or was given a password, since the code was sent.
            return get_adapter().respond_user_inactive(self.request, user)
        response: HttpResponse = super().form_valid(form)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["form"].dress()
        return context | {
            "next": context["redirect_field_value"] or "",
            "sign_in": _sign_in(self.request),
            "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
        }


@login_not_required
def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """Answer who tried too many passwords; the same for an address that nobody has."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    context = {"minutes": minutes, "sign_in": _sign_in(request)}
    return render(request, "desk/signing_in/locked_out.html", context, status=429)


@login_not_required
def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Answer a place from which too much is asked at once."""
    context = {"sign_in": _sign_in(request)}
    return render(request, "desk/signing_in/too_many_requests.html", context, status=429)


@passive
@require_safe
def session_left(request: HttpRequest) -> JsonResponse:
    """How long the session has left, for the script of the pages."""
    return _left(request)


@passive
@require_POST
def stay_signed_in(request: HttpRequest) -> HttpResponse:
    """Put the end of the session off: as data for the script, else back to the page."""
    give_sign_of_life(request.session, always=True)
    if request.accepts("text/html"):
        back = request.META.get("HTTP_REFERER", "")
        known = url_has_allowed_host_and_scheme(back, {request.get_host()})
        return redirect(back if known else resolve_url("home"))
    return _left(request)


def _left(request: HttpRequest) -> JsonResponse:
    end = end_of(request.session)
    return JsonResponse({"seconds": end.seconds, "hour": end.hour, "final": end.final})


def _sign_in(request: HttpRequest) -> str:
    """The sign-in page, that leads on to where this request was going."""
    given = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    page = resolve_url(settings.LOGIN_URL)
    return f"{page}?{urlencode({REDIRECT_FIELD_NAME: given})}" if given else page


def _why_over(reason: str) -> str:
    """Why the session ended, in words; nothing for a reason that is none."""
    return typeset(
        WHY_OVER.get(reason, "").format(
            idle=int(settings.TACITE_SESSION_IDLE.total_seconds() // 60),
            longest=int(settings.TACITE_SESSION_LONGEST.total_seconds() // 3600),
        )
    )
