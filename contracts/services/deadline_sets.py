"""Keeping the sets of deadlines that conventions point at: written once, when first needed.

A set is named by what it holds, so that two sweepers that need the same one write the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from contracts.models import Convention, DeadlineSet, PlannedDeadline
from workflows.planned import Planned
from workflows.settling import Settlement


def follow_conventions(settlements: Sequence[Settlement], **_: Any) -> None:
    """Keep the sets that conventions were just given, in the same transaction."""
    keep(
        {
            one.subject.deadline_set_id: one.life.planned
            for one in settlements
            if isinstance(one.subject, Convention)
            and "deadline_set_id" in one.moved
            and one.subject.deadline_set_id is not None
        }
    )


def keep(wanted: Mapping[UUID, Sequence[Planned]]) -> None:
    """Write the sets that are not there yet, with their deadlines."""
    if not wanted:
        return
    kept = set(DeadlineSet.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    # In one order for everybody: two sweepers that wait for each other would be stopped.
    missing = sorted(wanted.keys() - kept)
    DeadlineSet.objects.bulk_create(
        (DeadlineSet(pk=name) for name in missing), ignore_conflicts=True
    )
    PlannedDeadline.objects.bulk_create(
        (
            PlannedDeadline(set_id=name, number=number, **planned._asdict())
            for name in missing
            for number, planned in enumerate(wanted[name], start=1)
        ),
        ignore_conflicts=True,
    )


def stored_planned(name: UUID | None) -> tuple[Planned, ...]:
    """What is stored under a name."""
    rows = PlannedDeadline.objects.filter(set=name).order_by("number")
    return tuple(Planned(*row) for row in rows.values_list(*Planned._fields))
