"""Whose account has these pages: the staff's, and the administrators' of the site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from contracts.rules import is_staff

View = Callable[..., HttpResponseBase]


def for_staff(view: View) -> View:
    """Refuse everybody else: a partner's people enter by a code and have nothing to protect here.

    The login itself is asked for by the middleware of the site.
    """

    def of_staff(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (request.user.is_superuser or is_staff(request.user)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return of_staff
