"""What is answered to somebody who comes too late, or too early: 409, why, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from contracts.services.file_verification import NotReleased
from forms_annexes.services.declaring import StaleDeclaration
from forms_annexes.services.moving import StaleRequest
from workflows.french import typeset

View = Callable[..., HttpResponseBase]


def stale_is_a_conflict(view: View) -> View:
    """Answer 409, with the way back, when what the page showed is no longer so."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotReleased as waits:
            return _file_waits(request, waits, _way_back(request))
        except (StaleRequest, StaleDeclaration) as stale:
            return conflict(request, str(stale), _way_back(request))

    return answering


def waiting_file_is_a_conflict(page: str, *names: str) -> Callable[[View], View]:
    """Answer 409, saying why, for a file that nobody may have: in quarantine, or refused.

    ``page`` is the name of the one it was asked from, and ``names`` those of the parts of the
    address that it takes, ``pk`` without any.
    """

    def telling(view: View) -> View:
        @wraps(view)
        def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return view(request, *args, **kwargs)
            except NotReleased as waits:
                back = reverse(page, args=[kwargs[name] for name in names or ("pk",)])
                return _file_waits(request, waits, back)

        return answering

    return telling


def conflict(request: HttpRequest, explanation: str, back: str) -> HttpResponse:
    """The page that says why nothing was done, with the address where things stand now."""
    context = {
        "explanation": typeset(explanation),
        "back": back,
        "reference": getattr(request, "reference", ""),
    }
    return render(request, "forms_annexes/conflict.html", context, status=HTTPStatus.CONFLICT)


def _file_waits(request: HttpRequest, waits: NotReleased, back: str) -> HttpResponse:
    context = {"explanation": str(waits), "back": back}
    return render(request, "forms_annexes/file_waits.html", context, status=HTTPStatus.CONFLICT)


def _way_back(request: HttpRequest) -> str:
    match = request.resolver_match
    assert match is not None
    if "token" in match.kwargs:
        return request.path
    if "habilitation" in match.kwargs:
        return reverse("space_user", args=[match.kwargs["habilitation"]])
    if "pk" not in match.kwargs:
        return "/"
    return reverse(_page_of(match.url_name or ""), args=[match.kwargs["pk"]])


def _page_of(name: str) -> str:
    """The page that tells of what an address changes."""
    if name in ("space_declare_kind", "space_review"):
        return "space_declare"
    if name == "declaration_enter":
        return "declaration_choose"
    for page in ("space_declaration", "declaration"):
        if name.startswith(page):
            return page
    return "instruction_request" if name.startswith("instruction") else "space_request"
