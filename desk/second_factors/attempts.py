"""Wrong codes and keys count with wrong passwords: five in all, then a quarter of an hour."""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest

from contracts.models import User


def is_locked(request: HttpRequest, user: User) -> bool:
    """Whether too much was tried for this person from this place."""
    return not AxesProxyHandler.is_allowed(request, {"email": user.email})


def count_failure(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Count one more failure; the one that is too much locks, and replaces the answer."""
    user_login_failed.send(sender=__name__, credentials={"email": user.email}, request=request)
