"""The avenants of a convention as its page lists them."""

from __future__ import annotations

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
    rows = convention.avenants.select_related("convention").prefetch_related("facts")
    return [line_of(row, timeline, today) for row in rows.order_by("number")]


def line_of(row: Avenant, timeline: Timeline, today: date) -> AvenantLine:
    """One of them."""
    stands = standing(row, timeline)
    return AvenantLine(
        row,
        avenant_types()[row.type].label,
        stands,
        _MEANINGS.get(stands.status, "neutral"),
        remarks_on(row, timeline, today),
    )
