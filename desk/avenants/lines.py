"""The avenants of a convention as its page lists them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from contracts.avenant_status import AvenantStanding, AvenantStatus
from contracts.models import Avenant, Convention
from contracts.services.avenant_remarks import remarks_on
from contracts.services.avenants import standing
from templates_conventions.avenant_types import avenant_types
from workflows.timeline import Timeline

_MEANINGS = {
    AvenantStatus.SIGNED: "in_force",
    AvenantStatus.REFUSED: "ended",
    AvenantStatus.ABANDONED: "ended",
    AvenantStatus.ANNULLED: "ended",
    AvenantStatus.PARTLY_SIGNED: "attention",
}


class AvenantLine(NamedTuple):
    """An avenant in the list of its convention."""

    avenant: Avenant
    kind: str
    standing: AvenantStanding
    meaning: str
    remarks: tuple[str, ...]


def lines_of(convention: Convention, timeline: Timeline, today: date) -> list[AvenantLine]:
    """The avenants of a convention, by number, with where each stands."""
    rows = list(convention.avenants.prefetch_related("facts").order_by("number"))
    return [_line(row, timeline, today, rows) for row in rows]


def line_of(row: Avenant, timeline: Timeline, today: date) -> AvenantLine:
    """One of them."""
    return _line(row, timeline, today, row.convention.avenants.prefetch_related("facts"))


def _line(row: Avenant, timeline: Timeline, today: date, rows: Iterable[Avenant]) -> AvenantLine:
    stands = standing(row, timeline)
    return AvenantLine(
        row,
        avenant_types()[row.type].label,
        stands,
        _MEANINGS.get(stands.status, "neutral"),
        remarks_on(row, timeline, today, rows),
    )
