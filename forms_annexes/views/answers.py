"""What every page of requests needs: whose they are, what they show, what they answer when late."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from contracts.models import Convention
from contracts.services.file_verification import released
from contracts.services.visibility import visible_conventions
from forms_annexes.block_forms import as_typed
from forms_annexes.completeness import USER_BLOCK, asked_online, repetition_word, rows_of
from forms_annexes.models import AccessRequest, MessageFile, RequestPiece
from forms_annexes.models.requests import RequestStatus
from forms_annexes.services.checking_users import cautions_of
from forms_annexes.services.sheets import MEDIA_TYPES, Format, file_of
from forms_annexes.services.structures import ABOUT_RIGHTS
from forms_annexes.services.visibility import (
    caisse_requests,
    partner_conventions,
    partner_requests,
)
from templates_conventions.forms import FormBlock, FormField
from ui.attachments import attachment
from workflows import clock
from workflows.french import typeset
from workflows.keys import LARGEST_KEY

SUBMIT = "forms_annexes.submit_request"
INSTRUCT = "forms_annexes.instruct_request"
SEE_MISSING = "forms_annexes.view_what_is_missing"

View = Callable[..., HttpResponseBase]


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
    seen = caisse_requests(request.user, clock.today()).select_related("created_by")
    return get_object_or_404(seen, pk=pk)


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
    """The blocks that have something to ask, a page each.

    Users who have a right already are chosen from their list, on a page of their own.
    """
    own_page = {USER_BLOCK} if access_request.kind in ABOUT_RIGHTS else set()
    return [
        block
        for block in access_request.definition.blocks
        if asked_online(block) and block.code not in own_page
    ]


def answers_of(access_request: AccessRequest) -> list[dict[str, Any]]:
    """The answers by block, with the remarks they deserve, for a page to read over.

    ``groups`` has one entry a repetition, titled where there are several; ``rows`` are all of them.
    """
    remarks = remarks_on(access_request)
    users = list(access_request.users.order_by("position"))
    shown = []
    for number, block in enumerate(steps_of(access_request), start=1):
        named = users if block.code == USER_BLOCK else []
        groups = []
        all_answers = rows_of(access_request, block)
        for place, answers in enumerate(all_answers):
            user = named[place] if named else None
            said = remarks.get(user.reference, []) if user else []
            groups.append(
                {"title": "", "rows": [_row(f, answers, said) for f in asked_online(block)]}
            )
            if len(all_answers) > 1:
                name = user.get_full_name() if user else ""
                groups[-1]["title"] = _numbered(block, place + 1, name)
        if any(field.kind == "signature" for field in block.fields):
            quality = access_request.signatory_quality
            groups[-1]["rows"].append({"label": "Qualité", "value": quality})
        shown.append(
            {
                "code": block.code,
                "step": number,
                "title": block.label.rstrip(" :\N{NO-BREAK SPACE}"),
                "groups": groups,
                "rows": [row for group in groups for row in group["rows"]],
            }
        )
    return shown


def _row(field: FormField, answers: Mapping[str, str], remarks: list[str]) -> dict[str, Any]:
    value = answers.get(field.code, "")
    if field.kind == "date" and value:
        value = as_typed(field, value)
    return {
        "label": field.label.rstrip(" :\N{NO-BREAK SPACE}"),
        "value": value,
        "lines": field.kind in ("lines", "address"),
        "remarks": remarks if field.kind == "email" else [],
    }


def _numbered(block: FormBlock, number: int, name: str) -> str:
    which = f"{repetition_word(block).capitalize()} {number}"
    return typeset(f"{which} : {name}" if name else which)


def remarks_on(access_request: AccessRequest) -> dict[str, list[str]]:
    """What to look at again before sending or deciding, by the reference of the user."""
    found: dict[str, list[str]] = {}
    if access_request.is_editable or access_request.status == RequestStatus.SUBMITTED.value:
        for one in cautions_of(access_request):
            found.setdefault(one.key, []).append(one.words)
    return found


def acknowledgement(sent: AccessRequest) -> str:
    """What is said once a request has reached the caisse."""
    return typeset(
        f"La demande {sent.number} est envoyée à {sent.convention.caisse.name}. "
        "Un accusé de réception vous est adressé par courriel."
    )


def sheet_given_out(access_request: AccessRequest, file_format: Format) -> HttpResponseBase:
    """The form of a request filled with its answers, as a file to keep."""
    name = f"{access_request.number}.{file_format.value}"
    return attachment(file_of(access_request, file_format), name, MEDIA_TYPES[file_format])


def given_out(piece: RequestPiece | MessageFile) -> HttpResponseBase:
    """A piece as a file to keep, never as a page to show.

    Raises ``NotReleased``, which ``stale_is_a_conflict`` tells, for a file in quarantine.
    """
    file = piece.evidence
    return attachment(released(file), file.original_name, file.content_type)


def piece_of(access_request: AccessRequest, pk: int) -> RequestPiece:
    """A piece of that request."""
    if pk > LARGEST_KEY:
        raise Http404
    return get_object_or_404(access_request.pieces.select_related("evidence"), pk=pk)
