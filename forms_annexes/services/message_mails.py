"""Whom a message on a request is told to, by mail, once: its number and nothing of its text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from viewflow.workflow.models import Task

from contracts.models import FileVerification, User, UserScope
from contracts.services.partner_people import members
from contracts.services.visibility import roles_for
from forms_annexes.models import AccessRequest, RequestMessage, Side
from forms_annexes.services.assigning import INSTRUCT
from notifications.services import send
from workflows import clock


def tell(message: RequestMessage) -> None:
    """Tell the other side that a message waits on the request's page."""
    request, side = message.request, Side(message.side)
    readers: Iterable[Any]
    if side == Side.CAISSE:
        kind = "request_message_to_partner"
        today = clock.today()
        readers = members(request.convention.party_on(today), request.site, today)
    else:
        kind, readers = "request_message_to_caisse", in_charge(request)
    for reader in readers:
        send(
            kind,
            key=f"request-message:{message.pk}:{reader.pk}",
            recipient_person=reader,
            subject=request.convention,
            context={"message": message.pk, "request": request.number},
        )


def in_charge(request: AccessRequest) -> list[User]:
    """Who sees to the request for the caisse: whoever it is assigned to, or dealt with it last.

    Before anybody did, all those who may: a message never falls between two chairs.
    """
    agents = _agents(request)
    for pk in _involved(request):
        if pk in agents:
            return [agents[pk]]
    return list(agents.values())


def on_file_refused(sender: Any, verification: FileVerification, **signal: Any) -> None:
    """Tell whoever sent a file that the antivirus refused it, and what to do."""
    request = _request_of(verification)
    whom = verification.file.uploaded_by
    if request is None or whom is None:
        return
    send(
        "request_file_refused",
        key=f"file-refused:{verification.pk}",
        recipient_person=whom,
        subject=request.convention,
        context={"verification": verification.pk, "request_pk": request.pk},
    )


def _request_of(verification: FileVerification) -> AccessRequest | None:
    """The request that the file was joined to; None for a file of something else."""
    file = verification.file
    piece = file.request_pieces.select_related("request__convention").first()
    if piece is not None:
        found: AccessRequest = piece.request
        return found
    if hasattr(file, "message_file"):
        return AccessRequest.objects.get(messages__files__evidence=file)
    return None


def _agents(request: AccessRequest) -> dict[int, User]:
    """Those who may instruct the request today: clerks, or without any, whoever else may."""
    convention, today = request.convention, clock.today()
    scopes = UserScope.objects.on(today).filter(caisse=convention.caisse_id)
    users = get_user_model().objects.filter(pk__in=scopes.values("user"), is_active=True)
    able = [one for one in users.order_by("pk") if one.has_perm(INSTRUCT, convention)]
    clerk = UserScope.Role.BACK_OFFICE_AGENT
    clerks = [one for one in able if clerk in roles_for(one, convention, today)]
    return {one.pk: one for one in clerks or able}


def _involved(request: AccessRequest) -> Iterable[int | None]:
    """Who had to do with the request, first whoever it is assigned to, then the last ones."""
    yield from (
        Task.objects.filter(process=request.process, finished__isnull=True)
        .exclude(owner__isnull=True)
        .values_list("owner", flat=True)
    )
    last = [
        *request.messages.filter(side=Side.CAISSE).values_list("at", "author"),
        *request.internal_notes.values_list("at", "author"),
        *request.transitions.exclude(author__isnull=True).values_list("at", "author"),
    ]
    yield from (author for _, author in sorted(last, reverse=True))
