"""The lives of several habilitations at an instant, read with few queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from access.models import Habilitation, HabilitationAct
from contracts.models import ConventionAct
from workflows import habilitation_life
from workflows.acts import Act
from workflows.clock import civil_date
from workflows.habilitation_life import HabilitationLife
from workflows.subject_acts import SubjectAct
from workflows.subjects import act_rows
from workflows.timeline import Timeline

READ_WITH = ("convention__pinned", "convention__partner", "convention__caisse")
"""What a queryset of habilitations must fetch along for their lives."""


def lives_at(
    habilitations: Sequence[Habilitation], at: datetime, known_at: datetime | None = None
) -> list[HabilitationLife]:
    """The life of each habilitation, in the same order, on the day of an instant.

    With what was known at ``known_at``, by default at that same instant.
    """
    known_at = known_at or at
    conventions = {h.convention_id: h.convention for h in habilitations}
    of_conventions = acts_by_subject(ConventionAct, conventions)
    of_habilitations = acts_by_subject(HabilitationAct, [h.pk for h in habilitations])
    day = civil_date(at)
    timelines: dict[int, Timeline] = {
        pk: convention.replayed(of_conventions[pk], day, known_at)
        for pk, convention in conventions.items()
    }
    return [
        habilitation_life.replay(timelines[h.convention_id], of_habilitations[h.pk], day, known_at)
        for h in habilitations
    ]


def acts_by_subject(model: type[SubjectAct], subjects: Iterable[int]) -> dict[int, list[Act]]:
    """The acts recorded about each subject, with one query."""
    return {key: [row.act for row in rows] for key, rows in act_rows(model, subjects).items()}
