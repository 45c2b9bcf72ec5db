"""Messages between the partner and the caisse about a request, and the caisse's own notes.

A message is written, told by mail to the other side, and marked as read when the other side opens
the request. It may be written from the first draft on, and for ``OPEN_AFTER`` after the request
ended: what is asked then is about the credentials, or about the next request.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet

from contracts.identifiers import validate_no_nir
from contracts.models import User
from contracts.services.file_verification import take_in
from forms_annexes.models import (
    AccessRequest,
    InternalNote,
    MessageFile,
    MessageReading,
    RequestMessage,
    Side,
)
from forms_annexes.models.requests import EDITABLE, RequestStatus
from forms_annexes.services import message_mails
from forms_annexes.services.moving import StaleRequest
from forms_annexes.services.visibility import caisse_requests, partner_requests
from forms_annexes.uploads import checked_upload
from workflows import clock
from workflows.french import date_in_words, typeset

OPEN_AFTER = timedelta(days=60)
"""How long one may still write about a request that ended."""

LONGEST_TEXT = 5000
"""Characters: two pages."""
MOST_FILES = 5
"""With one message."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """The messages on one request, as one side sees them."""

    messages: list[RequestMessage]
    new: frozenset[int]
    """The numbers of those that this side had not read."""
    may_write: bool
    until: date | None
    """The last day on which one may write; None while the request goes on."""

    @property
    def closing(self) -> str:
        """What is said of an exchange that is over, or that will be."""
        if self.until is None:
            return ""
        day = date_in_words(self.until)
        if self.may_write:
            return typeset(f"La demande est close : vous pouvez encore écrire jusqu’au {day}.")
        return typeset(
            f"La demande est close, et l’échange avec elle depuis le {day}. Pour une autre "
            "question, ouvrez une demande."
        )


def exchange_of(request: AccessRequest, side: Side) -> Exchange:
    """The messages on a request, the oldest first, and which of them are new to that side."""
    found = list(
        request.messages.select_related("author", "reading").prefetch_related(
            "files__evidence__verification"
        )
    )
    new = {one.pk for one in found if one.side != side and one.read_at is None}
    until = last_day(request)
    may_write = until is None or clock.today() <= until
    return Exchange(found, frozenset(new), may_write, until)


def mark_read(exchange: Exchange, reader: Any) -> None:
    """Write that the new messages of an exchange have been read; what another wrote first stays."""
    if exchange.new:
        at = clock.now()
        MessageReading.objects.bulk_create(
            [MessageReading(message_id=pk, reader=reader, at=at) for pk in sorted(exchange.new)],
            ignore_conflicts=True,
        )


def last_day(request: AccessRequest) -> date | None:
    """The last day on which one may write about a request; None while it goes on."""
    if request.status in (*EDITABLE, RequestStatus.SUBMITTED.value):
        return None
    ended = request.transitions.order_by("-number").values_list("at", flat=True).first()
    return clock.civil_date(ended or request.created_at) + OPEN_AFTER


def write(
    request: AccessRequest,
    side: Side,
    author: User,
    text: str,
    files: Sequence[File],
    token: UUID,
) -> RequestMessage:
    """Write a message with its files, and tell the other side by mail.

    Under the same ``token``, it is the message of the first time. Raises ``ValidationError`` for a
    text or a file that is not accepted, and ``StaleRequest`` when the exchange is over.
    """
    text = _checked(text)
    if len(files) > MOST_FILES:
        raise ValidationError(
            f"{MOST_FILES} fichiers au plus par message. Envoyez les autres dans un second.",
            code="too_many_files",
        )
    for file in files:
        checked_upload(file)
    until = last_day(request)
    if until is not None and clock.today() > until:
        raise StaleRequest("Cette demande est close depuis trop longtemps pour y écrire.")
    try:
        with transaction.atomic():
            message = RequestMessage.objects.create(
                request=request, side=side, author=author, text=text, at=clock.now(), token=token
            )
            for file in files:
                evidence = take_in(file, file.name or "piece", author)
                MessageFile.objects.create(message=message, evidence=evidence)
            message_mails.tell(message)
    except IntegrityError:
        return _the_first(
            RequestMessage.objects.filter(token=token, request=request, author=author, side=side)
        )
    return message


def write_note(request: AccessRequest, author: User, text: str, token: UUID) -> InternalNote:
    """Write a note that the agents of the caisse alone see. Raises ``ValidationError``."""
    text = _checked(text)
    try:
        with transaction.atomic():
            return InternalNote.objects.create(
                request=request, author=author, text=text, at=clock.now(), token=token
            )
    except IntegrityError:
        return _the_first(InternalNote.objects.filter(token=token, request=request, author=author))


def notes_of(request: AccessRequest) -> QuerySet[InternalNote]:
    """The notes of the caisse's agents: never to be given to a page of the partner."""
    return InternalNote.objects.filter(request=request).select_related("author")


def unread_by(side: Side, requests: Iterable[int] | QuerySet[Any]) -> dict[int, int]:
    """How many messages that side has not read, by key of the request: one query."""
    waiting = RequestMessage.objects.filter(
        request__in=requests, side=side.other, reading__isnull=True
    )
    counted = waiting.order_by().values("request").annotate(count=Count("pk"))
    return dict(counted.values_list("request", "count"))


def unread_of_partner(user: User, on: date) -> dict[int, int]:
    """The same for the requests of the partners for which somebody answers."""
    return unread_by(Side.PARTNER, partner_requests(user, on).values("pk"))


def unread_of_caisse(user: User, on: date) -> dict[int, int]:
    """The same for the requests that an agent may see."""
    return unread_by(Side.CAISSE, caisse_requests(user, on).values("pk"))


def _checked(text: str) -> str:
    """The text as it is kept. Raises ``ValidationError``."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise ValidationError("Écrivez votre message.", code="required")
    if len(text) > LONGEST_TEXT:
        raise ValidationError(
            f"Ce texte dépasse {LONGEST_TEXT} caractères. Raccourcissez-le, ou joignez un fichier.",
            code="max_length",
        )
    validate_no_nir(text)
    return text


def _the_first(known: QuerySet[Any]) -> Any:
    """What was written under the same token by the same person."""
    found = known.first()
    if found is None:
        raise StaleRequest("Cette page a déjà servi. Rouvrez la demande, puis recommencez.")
    return found
