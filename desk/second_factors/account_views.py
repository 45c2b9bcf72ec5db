"""« Mon compte »: what protects the account of one of the staff, and changing it."""

from __future__ import annotations

import json
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.internal.flows import remove_authenticator
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from contracts.rules import must_have_second_factor
from desk.second_factors.demanded import lacks_second_factor
from desk.second_factors.forms import AddKeyForm, ApplicationForm
from workflows.keys import LARGEST_KEY

_Type = Authenticator.Type


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What the account is protected by."""
    mine = list(Authenticator.objects.filter(user_id=request.user.pk).order_by("pk"))
    codes = next((one for one in mine if one.type == _Type.RECOVERY_CODES), None)
    context = {
        "application": next((one for one in mine if one.type == _Type.TOTP), None),
        "keys": [one for one in mine if one.type == _Type.WEBAUTHN],
        "codes": codes,
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "is_demanded": must_have_second_factor(request.user),
        "is_only_offered": not settings.TACITE_SECOND_FACTOR_DEMANDED,
        "is_owed": lacks_second_factor(request),
    }
    return render(request, "desk/second_factors/account.html", context)


class AddApplicationView(ActivateTOTPView):
    """Show the key of the application, as a drawing and as text, and take its first code."""

    form_class = ApplicationForm
    template_name = "desk/second_factors/application.html"

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        messages.success(self.request, "L’application est ajoutée.")
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["form"].dress()
        secret = context["form"].secret
        return (
            context
            | {
                "drawing": mark_safe(context["totp_svg"]),  # noqa: S308  Drawn here, from no input.
                "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            }
        )


class RemoveApplicationView(DeactivateTOTPView):
    """Take the application away, unless a factor is demanded and it is the last."""

    template_name = "desk/second_factors/remove.html"

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        messages.success(self.request, "L’application est retirée.")
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may = get_adapter().can_delete_authenticator(self.authenticator)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"what": "l’application", "may": may}


class AddKeyView(AddWebAuthnView):
    """Make a security key known; the browser talks to it, so this page needs its script."""

    form_class = AddKeyForm
    template_name = "desk/second_factors/add_key.html"

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        messages.success(self.request, "La clé est ajoutée.")
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # Not the library's own, which would look at the answer a second time.
        context: dict[str, Any] = super(AddWebAuthnView, self).get_context_data(**kwargs)
        context["form"].dress()
        options = begin_registration(self.request.user, False)
        return context | {"creation_options": json.dumps(options)}


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="allauth.mfa")
def remove_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a key away, unless a factor is demanded and it is the last."""
    if pk > LARGEST_KEY:
        raise Http404
    key = get_object_or_404(Authenticator, pk=pk, user_id=request.user.pk, type=_Type.WEBAUTHN)
    may = get_adapter().can_delete_authenticator(key)
    if request.method == "POST" and may:
        remove_authenticator(request, key)
        messages.success(request, "La clé est retirée.")
        return redirect("mfa_index")
    context = {"what": f"la clé « {key.wrap().name} »", "may": may}
    return render(request, "desk/second_factors/remove.html", context)


class NewCodesView(GenerateRecoveryCodesView):
    """Draw new recovery codes; the former ones stop working."""

    template_name = "desk/second_factors/new_codes.html"


class CodesView(ViewRecoveryCodesView):
    """The recovery codes, shown once."""

    template_name = "desk/second_factors/codes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        codes = [f"{code[:4]} {code[4:]}" for code in context["unused_codes"]]
        return context | {"codes": codes if context["can_view_codes"] else []}
