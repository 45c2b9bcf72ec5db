"""What the partner is answered where the life of its convention cannot be told."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from contracts.models import Convention
from forms_annexes.services.untold import untold
from forms_annexes.views.answers import View, own_convention, own_request
from forms_annexes.views.declaration_pages import own_declaration
from forms_annexes.views.users import own_right
from workflows import clock

ConventionOf = Callable[[HttpRequest, dict[str, Any]], Convention]

_NOT_ABOUT_LIVES = (
    Http404,
    PermissionDenied,
    SuspiciousOperation,
    OperationalError,
    InterfaceError,
)


def untold_is_said(view: View, convention_of: ConventionOf) -> View:
    """Answer 409, saying it calmly, where a page failed because a life cannot be replayed.

    ``convention_of`` finds the convention of the page. Looked into only once the page has failed,
    so that the others pay nothing for it; any other failure stays what it is.
    """

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except _NOT_ABOUT_LIVES:
            raise
        except Exception:
            found = untold(convention_of(request, kwargs), clock.today())
            if found is None:
                raise
            return render(
                request, "forms_annexes/untold.html", {"untold": found}, status=HTTPStatus.CONFLICT
            )

    return answering


def _of_convention(request: HttpRequest, given: dict[str, Any]) -> Convention:
    return own_convention(request, given["pk"])


def _of_user(request: HttpRequest, given: dict[str, Any]) -> Convention:
    found: Convention = own_right(request, given["habilitation"]).convention
    return found


def _of_request(request: HttpRequest, given: dict[str, Any]) -> Convention:
    return own_request(request, given["pk"]).convention


def _of_declaration(request: HttpRequest, given: dict[str, Any]) -> Convention:
    return own_declaration(request, given["pk"]).convention


PAGES: dict[str, ConventionOf] = {
    "espace/conventions/": _of_convention,
    "espace/utilisateurs/": _of_user,
    "espace/demandes/": _of_request,
    "espace/declarations/": _of_declaration,
}
"""The pages that stand on the life of one convention, by the beginning of their address."""
