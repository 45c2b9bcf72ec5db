"""The page on which an invited director comes in for the first time."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods

from forms_annexes.services import invitations


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites, for what; signing in comes before accepting, and accepting is one button."""
    found = invitations.standing(token)
    if found is None:
        return _useless(request)
    mine = request.user.is_authenticated and request.user.pk == found.user_id
    if found.claimed_at is not None:
        # The link opens nothing a second time: who claimed it simply goes home.
        return redirect("space") if mine else _useless(request)
    if request.method == "POST" and mine:
        try:
            invitations.claim(found, request.user)
        except invitations.InvitationUseless:
            return _useless(request)
        messages.success(
            request, "Bienvenue. Vous suivez ici les demandes d’accès de votre structure."
        )
        return redirect("space")
    context = {
        "invitation": found,
        "mine": mine,
        "somebody_else": request.user.is_authenticated and not mine,
        "sign_in": f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.path})}",
    }
    return render(request, "forms_annexes/invitation.html", context)


def _useless(request: HttpRequest) -> HttpResponse:
    return render(request, "forms_annexes/invitation_useless.html", status=404)
