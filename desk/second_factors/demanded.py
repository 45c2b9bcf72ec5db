"""Who must have a second factor has one before any other page opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from contracts.rules import must_have_second_factor
from desk.second_factors.adapter import PROVING

BY_PROVIDER = "second_factor_by_provider"
"""In the session: the user whom the identity provider has asked for a second factor."""

HAS_ONE = "second_factor_seen"
"""In the session: the user who was seen to have one, so that each page need not look again."""

WITHOUT = {
    "account_reauthenticate",
    "change_password",
    "demonstration_clock",
    "session_left",
    "sign_out",
    "stay_signed_in",
}
"""What one may open before: besides it, the pages where a factor is added (« mfa_… »)."""


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether this user, in this session, owes one."""
    user = request.user
    if not settings.TACITE_SECOND_FACTOR_DEMANDED:
        return False
    if user.pk in {request.session.get(BY_PROVIDER), request.session.get(HAS_ONE)}:
        return False
    if not must_have_second_factor(user):
        return False
    if Authenticator.objects.filter(user_id=user.pk, type__in=PROVING).exists():
        request.session[HAS_ONE] = user.pk
        return False
    return True


class SecondFactorMiddleware:
    """Send who owes a second factor to the page where one is added."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, arguments: Any, named: Any
    ) -> HttpResponse | None:
        """Look at who is there before any page does; a page that needs nobody is left alone."""
        if not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        if name.startswith("mfa_") or name in WITHOUT or not lacks_second_factor(request):
            return None
        return redirect("mfa_index")
