"""The ledger of messages as it is read: narrowed, page by page, each with its situation."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.http import QueryDict

from contracts.models import Convention, User
from desk.mailing.forms import LedgerForm
from notifications.catalogue import MessageKind, UnknownKind, kind_of
from notifications.models import Message, MessageState
from notifications.visibility import messages_where
from workflows import clock

VIEW = "notifications.view_message"
ROWS_A_PAGE = 50

_MEANINGS = {
    MessageState.PENDING: "neutral",
    MessageState.SENT: "in_force",
    MessageState.CANCELLED: "ended",
    MessageState.FAILED: "attention",
    MessageState.BOUNCED: "attention",
}


class Line(NamedTuple):
    """A message in the words of the ledger."""

    message: Message
    label: str
    """What it is; its code where this version knows its kind no more."""
    kind: MessageKind | None
    meaning: str


def line_of(message: Message) -> Line:
    """One message, and what it is called."""
    try:
        kind = kind_of(message.kind)
    except UnknownKind:
        kind = None
    label = kind.label if kind else message.kind
    return Line(message, label, kind, _MEANINGS[MessageState(message.state)])


def visible(user: User, on: date) -> QuerySet[Message]:
    """The messages that the user may look into, with what their lines show."""
    return messages_where(user, VIEW, on).select_related("convention", "person", "user")


def of_convention(convention: Convention, most: int) -> list[Line]:
    """The latest messages about a convention."""
    found = convention.messages.select_related("person", "user").order_by("-pk")
    return [line_of(one) for one in found[:most]]


def narrowed(found: QuerySet[Message], form: LedgerForm) -> QuerySet[Message]:
    """The messages that the form asks for, the last asked for first."""
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    if words := asked.get("q", "").strip():
        of_whom = Q(address__icontains=words) | Q(convention__number__icontains=words)
        of_whom |= Q(person__email__icontains=words) | Q(user__email__icontains=words)
        found = found.filter(of_whom)
    if asked.get("nature"):
        found = found.filter(kind=asked["nature"])
    if asked.get("situation"):
        found = found.filter(state=asked["situation"])
    if asked.get("du"):
        found = found.filter(created_at__gte=clock.start_of_day(asked["du"]))
    if asked.get("au"):
        found = found.filter(created_at__lt=clock.start_of_day(asked["au"] + timedelta(days=1)))
    return found.order_by("-pk")


def page_of(found: QuerySet[Message], asked: QueryDict) -> tuple[list[Line], int | None]:
    """A page of messages, those older than one of them, and where the next page begins."""
    before = asked.get("avant", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    # What a line does not show stays in the database.
    rows = list(found.defer("text", "html", "context")[: ROWS_A_PAGE + 1])
    shown = rows[:ROWS_A_PAGE]
    following = shown[-1].pk if len(rows) > len(shown) else None
    return [line_of(one) for one in shown], following
