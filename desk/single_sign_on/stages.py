"""The second step of signing in, skipped when the provider has asked for a second factor."""

from __future__ import annotations

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from desk.second_factors.demanded import BY_PROVIDER


class SecondStep(AuthenticateStage):
    """Ask for the second factor, unless it was proved at the provider a moment ago."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        if user is not None and request.session.get(BY_PROVIDER) == user.pk:
            return False
        return bool(super()._should_handle(request))
