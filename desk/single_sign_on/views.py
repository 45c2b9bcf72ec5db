"""Going to the provider, coming back from it, and leaving it."""

from __future__ import annotations

import logging
import secrets

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.ratelimit import consume
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from contracts.models import User
from contracts.rules import is_staff
from desk.second_factors.demanded import BY_PROVIDER
from desk.signing_in.views import too_many_requests
from desk.single_sign_on import provider
from desk.single_sign_on.identity import identity
from desk.single_sign_on.provider import ProviderFails
from notifications.writing import site_address

logger = logging.getLogger(__name__)

ASKED = "single_sign_on"
HINT = "single_sign_on_hint"
LONGEST = 2048
"""Characters of what comes back in an address."""


@login_not_required
@never_cache
@require_safe
def go(request: HttpRequest) -> HttpResponse:
    """Send to the provider, with what must come back."""
    _must_be_configured()
    if not consume(request, action="login"):
        return too_many_requests(request)
    after = request.GET.get(REDIRECT_FIELD_NAME, "")
    if not url_has_allowed_host_and_scheme(after, {request.get_host()}):
        after = ""
    asked = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    try:
        where = provider.entry(_back(), **asked)
    except ProviderFails as failure:
        return _failed(request, failure)
    request.session[ASKED] = asked | {"after": after}
    return redirect(where)


@login_not_required
@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Sign in who comes back, if the provider's word agrees with an account of the staff."""
    _must_be_configured()
    asked: dict[str, str] = request.session.pop(ASKED, {})
    state, code = (request.GET.get(name, "")[:LONGEST] for name in ("state", "code"))
    if not asked or not secrets.compare_digest(state.encode(), asked["state"].encode()):
        return _told(request, "expired")
    if not code:
        return _told(request, "refused")
    try:
        tokens = provider.tokens(code, _back(), asked["verifier"])
        found = identity(tokens, asked["nonce"])
    except ProviderFails as failure:
        return _failed(request, failure)
    user = User.objects.filter(email=found.email, is_active=True).first() if found.email else None
    if user is None or not is_staff(user):
        return _told(request, "unknown" if found.email else "unverified", 403)
    if request.user.is_authenticated:
        logout(request)
    request.session[HINT] = tokens["id_token"]
    if found.is_strong:
        request.session[BY_PROVIDER] = user.pk
    record_authentication(request, user, "openid_connect")
    return perform_login(request, Login(user=user, redirect_url=asked["after"] or None))


@login_not_required
@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here, and then at the provider by which it began.

    ``next`` says where to go on, such as an invitation that was for somebody else.
    """
    hint = request.session.get(HINT, "")
    where = ""
    if hint and settings.TACITE_OIDC:
        try:
            where = provider.way_out(
                hint, site_address(reverse(settings.LOGIN_URL)), secrets.token_urlsafe(32)
            )
        except ProviderFails as failure:
            logger.warning("The identity provider fails: %s.", failure)
    logout(request)
    if not where:
        after = request.POST.get(REDIRECT_FIELD_NAME, "")
        is_ours = url_has_allowed_host_and_scheme(after, {request.get_host()}, request.is_secure())
        return redirect(after if is_ours else settings.LOGOUT_REDIRECT_URL)
    # A page, as browsers let no form lead to another site.
    context = {"where": where, "provider": settings.TACITE_OIDC["name"]}
    return render(request, "desk/single_sign_on/leaving.html", context)


def _must_be_configured() -> None:
    if not settings.TACITE_OIDC:
        raise Http404


def _back() -> str:
    return site_address(reverse("single_sign_on_back"))


def _failed(request: HttpRequest, failure: ProviderFails) -> HttpResponse:
    logger.warning("The identity provider fails: %s.", failure)
    return _told(request, "failed", 502)


def _told(request: HttpRequest, why: str, status: int = 400) -> HttpResponse:
    """Why nobody was signed in, and what to do."""
    context = {"why": why, "provider": settings.TACITE_OIDC["name"]}
    return render(request, "desk/single_sign_on/not_signed_in.html", context, status=status)
