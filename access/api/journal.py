"""Following the journals: what the system began or ceased to hold true, and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from access.api.authentication import Recognised, caller_of
from access.api.conventions import READS
from access.api.paging import MOST, Filters, refuse_unknown
from access.models import HabilitationJournalEntry
from access.services import journal_feed
from access.services.journal_feed import Position
from workflows.clock import PARIS

router = Router(auth=Recognised("read"), tags=["journal"])


class Following(Filters):
    """D’où reprendre."""

    cursor: str = Field(
        "0-0",
        pattern=r"^[0-9]{1,18}-[0-9]{1,18}$",
        description="Ce que la page précédente a donné comme `next` ; rien pour le commencement.",
    )
    limit: int = Field(100, ge=1, le=MOST, description="Nombre de lignes au plus.")


class EventTold(Schema):
    """Une étape tenue pour vraie, ou qui a cessé de l’être."""

    subject: Literal["convention", "habilitation"]
    convention: str = Field(description="Numéro de la convention.")
    habilitation: int | None
    caisse: str
    number: int = Field(description="Rang dans le journal de ce sujet, à partir de 1.")
    kind: Literal["asserted", "retracted"]
    belief: str = Field(description="La même d’une étape établie et de son retrait.")
    name: str
    from_state: str
    to_state: str
    on: date = Field(description="Date légale de l’étape.")
    rule: str
    article: str
    term: int
    believed_at: datetime = Field(description="Instant de l’enregistrement.")
    revision: int
    digest: str = Field(description="Empreinte sha256, chaînée à la ligne précédente du sujet.")


class Events(Schema):
    """Des lignes du journal."""

    items: list[EventTold]
    next: str = Field(description="D’où reprendre, maintenant ou plus tard.")
    more: bool = Field(description="Vrai si d’autres lignes attendent déjà.")


@router.get(
    "journal",
    response=Events,
    summary="Ce qui s’est passé depuis un curseur",
    operation_id="follow_journal",
    openapi_extra=READS,
)
def follow_journal(request: HttpRequest, following: Query[Following]) -> dict[str, Any]:
    """Rien n’est sauté ni répété ; les lignes d’un même sujet viennent dans leur ordre."""
    refuse_unknown(request, following)
    after = Position(*map(int, following.cursor.split("-")))
    found = journal_feed.read(caller_of(request), after, following.limit)
    return {
        "items": [_told(entry) for entry in found.entries],
        "next": f"{found.position.conventions}-{found.position.habilitations}",
        "more": found.more,
    }


_COPIED = (
    "number",
    "kind",
    "belief",
    "name",
    "from_state",
    "to_state",
    "on",
    "rule",
    "article",
    "term",
    "revision",
    "digest",
)


def _told(entry: Any) -> dict[str, Any]:
    habilitated = isinstance(entry, HabilitationJournalEntry)
    convention = entry.subject.convention if habilitated else entry.subject
    return {name: getattr(entry, name) for name in _COPIED} | {
        "subject": "habilitation" if habilitated else "convention",
        "convention": convention.number,
        "habilitation": entry.subject_id if habilitated else None,
        "caisse": convention.caisse.code,
        "believed_at": entry.believed_at.astimezone(PARIS),
    }
