"""Several acts of one fact, weighed and recorded together: a letter with its postal life."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from workflows.acts import Act
from workflows.subject_acts import SubjectAct
from workflows.subjects import Difference, Subject, day_of, known_acts, record


def consequences_of(subject: Subject, acts: Sequence[Act]) -> Difference:
    """What recording ``acts``, in this order, would change, without recording them.

    Raises ``recording.ActRefused`` for the first one that the rules refuse.
    """
    before = known = known_acts(subject)
    for act in acts:
        subject.considered(known, act)
        known = (*known, act)
    day = day_of(subject)
    return Difference(subject.replayed(before, day), subject.replayed(known, day))


def record_all(
    subject: Subject,
    acts: Sequence[Act],
    author: Any,
    evidence: Sequence[Any] = (),
    seen_revision: int | None = None,
) -> tuple[SubjectAct, ...]:
    """Record ``acts`` in this order, all or nothing, each with the same evidence.

    Raises what ``subjects.record`` raises.
    """
    rows = []
    with transaction.atomic():
        for place, act in enumerate(acts):
            seen = seen_revision if place == 0 else None
            rows.append(record(subject, act, author, evidence, seen))
    return tuple(rows)
