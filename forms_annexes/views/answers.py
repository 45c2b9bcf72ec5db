"""What every page of requests needs: whose they are, what they show, what they answer when late."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from contracts.models import Convention
from contracts.services.visibility import visible_conventions
from forms_annexes.completeness import USER_BLOCK, answer_of, asked_online
from forms_annexes.mailboxes import is_generic_mailbox
from forms_annexes.models import AccessRequest, RequestPiece
from forms_annexes.services.moving import StaleRequest
from forms_annexes.services.visibility import (
    caisse_requests,
    partner_conventions,
    partner_requests,
)
from templates_conventions.forms import FormBlock
from workflows import clock
from workflows.french import typeset

LARGEST_KEY = 2**63 - 1

SUBMIT = "forms_annexes.submit_request"
INSTRUCT = "forms_annexes.instruct_request"

View = Callable[..., HttpResponse]


def stale_is_a_conflict(view: View) -> View:
    """Answer 409, with the way back, when the request has moved since the page was shown."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except StaleRequest as stale:
            context = {
                "explanation": typeset(str(stale)),
                "back": _way_back(request),
                "reference": getattr(request, "reference", ""),
            }
            return render(
                request, "forms_annexes/conflict.html", context, status=HTTPStatus.CONFLICT
            )

    return answering


def own_request(request: HttpRequest, pk: int) -> AccessRequest:
    """The request of the page, if it is one of the user's partner; nobody learns of the others."""
    if pk > LARGEST_KEY:
        raise Http404
    return get_object_or_404(partner_requests(request.user, clock.today()), pk=pk)


def own_convention(request: HttpRequest, pk: int) -> Convention:
    """The convention of the page, if it is one of the user's partner."""
    if pk > LARGEST_KEY:
        raise Http404
    found = partner_conventions(request.user, clock.today())
    return get_object_or_404(found.select_related("partner", "caisse", "pinned"), pk=pk)


def seen_request(request: HttpRequest, pk: int) -> AccessRequest:
    """The request of the page, if it is one of the agent's caisse."""
    if pk > LARGEST_KEY:
        raise Http404
    return get_object_or_404(caisse_requests(request.user, clock.today()), pk=pk)


def request_to_instruct(request: HttpRequest, pk: int) -> AccessRequest:
    """The request of the page, if the agent may instruct it."""
    found = seen_request(request, pk)
    must_have(request, INSTRUCT, found.convention)
    return found


def convention_to_instruct(request: HttpRequest, pk: int) -> Convention:
    """The convention of the page, if the agent may instruct its requests."""
    if pk > LARGEST_KEY:
        raise Http404
    seen = visible_conventions(request.user, clock.today())
    found = get_object_or_404(seen.select_related("caisse", "partner", "pinned"), pk=pk)
    must_have(request, INSTRUCT, found)
    return found


def must_have(request: HttpRequest, power: str, convention: Convention) -> None:
    """Raise ``PermissionDenied`` without that power over the convention."""
    if not request.user.has_perm(power, convention):
        raise PermissionDenied


def seen_revision(request: HttpRequest) -> int | None:
    """The revision that the sent page showed; one that no request has when it is unreadable."""
    text = request.POST.get("seen_revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def steps_of(access_request: AccessRequest) -> list[FormBlock]:
    """The blocks that have something to ask, a page each."""
    return [block for block in access_request.definition.blocks if asked_online(block)]


def answers_of(access_request: AccessRequest) -> list[dict[str, Any]]:
    """The answers by block, with the warnings they deserve, for a page to read over."""
    users = list(access_request.users.order_by("position"))
    shown = []
    for block in steps_of(access_request):
        rows = []
        for field in asked_online(block):
            if block.code == USER_BLOCK:
                values = [answer_of(user, field) for user in users]
            else:
                values = [str(access_request.answers.get(field.code, ""))]
            label = field.label.rstrip(" :\N{NO-BREAK SPACE}")
            generic = field.kind == "email" and any(is_generic_mailbox(v) for v in values)
            rows.append(
                {"label": label, "value": ", ".join(filter(None, values)), "generic": generic}
            )
        if any(field.kind == "signature" for field in block.fields):
            quality = access_request.signatory_quality
            rows.append({"label": "Qualité", "value": quality, "generic": False})
        shown.append({"code": block.code, "title": block.label.rstrip(" :\xa0"), "rows": rows})
    return shown


def given_out(piece: RequestPiece) -> FileResponse:
    """A piece as a file to keep, never as a page to show."""
    response = FileResponse(
        piece.evidence.file.open("rb"),
        as_attachment=True,
        filename=piece.evidence.original_name,
        content_type=piece.evidence.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def piece_of(access_request: AccessRequest, pk: int) -> RequestPiece:
    """A piece of that request."""
    if pk > LARGEST_KEY:
        raise Http404
    return get_object_or_404(access_request.pieces.select_related("evidence"), pk=pk)


def _way_back(request: HttpRequest) -> str:
    match = request.resolver_match
    assert match is not None
    if "token" in match.kwargs:
        return request.path
    if "pk" not in match.kwargs:
        return "/"
    clerk = (match.url_name or "").startswith("instruction")
    return reverse("instruction_request" if clerk else "space_request", args=[match.kwargs["pk"]])
