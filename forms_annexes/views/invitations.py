"""The page on which an invited director comes in for the first time."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from allauth.core.ratelimit import consume
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from forms_annexes.forms import DressedForm
from forms_annexes.models import Invitation
from forms_annexes.public_forms import SiretForm
from forms_annexes.services import invitations
from forms_annexes.services.invitations import Why
from workflows.french import typeset

CLAIM_RATE = "invitation_siret"

_WRONG = (
    "Ce SIRET n’est pas celui que la caisse connaît. Vérifiez-le sur l’avis de situation de "
    "l’organisme ; s’il a changé, prévenez votre caisse."
)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites, for what; signing in comes before accepting, and accepting is one button."""
    found, why = invitations.read(token)
    if found is None:
        return _useless(request, Why.UNKNOWN)
    mine = request.user.is_authenticated and request.user.pk == found.user_id
    if why is not None:
        # The link opens nothing a second time: who claimed it simply goes on.
        return _landing(found) if mine and why is Why.USED else _useless(request, why)
    asks_siret = invitations.asks_siret(found)
    form = SiretForm(request.POST if request.method == "POST" and mine and asks_siret else None)
    if request.method == "POST" and mine and (form.is_valid() if asks_siret else True):
        # Throttled for the invitation, so that nobody tries numbers one after the other.
        if asks_siret and not consume(request, action=CLAIM_RATE, key=str(found.pk)):
            return too_many(request)
        try:
            invitations.claim(found, request.user, form.cleaned_data["siret"] if asks_siret else "")
        except invitations.InvitationUseless:
            return _useless(request, Why.REPLACED)
        except invitations.WrongSiret:
            form.add_error("siret", typeset(_WRONG))
        else:
            messages.success(
                request, "Bienvenue. Vous suivez ici les demandes d’accès de votre structure."
            )
            return _landing(found)
    return _page(request, found, mine, form if asks_siret else None)


def _page(
    request: HttpRequest, found: Invitation, mine: bool, form: DressedForm | None
) -> HttpResponse:
    context = {
        "invitation": found,
        "mine": mine,
        "somebody_else": request.user.is_authenticated and not mine,
        "form": form,
        "here": request.path,
        "sign_in": _sign_in(request.path),
    }
    wrong = form is not None and form.is_bound
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "forms_annexes/invitation.html", context, status=status)


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer whoever tries too much."""
    status = HTTPStatus.TOO_MANY_REQUESTS
    return render(request, "forms_annexes/public/too_many.html", status=status)


def _landing(found: Invitation) -> HttpResponse:
    """The annex opened with the invitation, or the space."""
    opened = found.request
    if opened is None:
        return redirect("space")
    if opened.is_editable:
        return redirect("space_step", pk=opened.pk, number=1)
    return redirect("space_request", pk=opened.pk)


def _sign_in(after: str) -> str:
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': after})}"


def _useless(request: HttpRequest, why: Why) -> HttpResponse:
    context = {"why": why.value, "sign_in": _sign_in(reverse("space"))}
    return render(request, "forms_annexes/invitation_useless.html", context, status=404)
