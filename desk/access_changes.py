"""The named users whose access is not the same in two lives of their convention."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

from access.models import Habilitation, HabilitationAct
from access.services.lives import acts_by_subject
from contracts.models import Convention
from workflows.access import Days
from workflows.access_spans import spans
from workflows.acts import Act
from workflows.french import date_in_words
from workflows.habilitation_life import replay
from workflows.timeline import Timeline

_ONE_DAY = timedelta(days=1)

Direction = Literal["opens", "closes", "moves"]


class Right(NamedTuple):
    """One named user's right to one service, with all that was recorded about it."""

    habilitation: Habilitation
    acts: Sequence[Act]


class AccessChange(NamedTuple):
    """A user's access, in the words of each life."""

    habilitation: Habilitation
    name: str
    service: str
    before: str
    after: str
    direction: Direction
    """Whether there is more access than before, less, or as much at another moment."""


def rights_under(convention: Convention) -> list[Right]:
    """The rights that the convention gives, by name, in two queries."""
    rows = list(
        convention.habilitations.select_related("person").order_by(
            "person__last_name", "person__first_name", "pk"
        )
    )
    acts = acts_by_subject(HabilitationAct, [row.pk for row in rows])
    return [Right(row, acts[row.pk]) for row in rows]


def access_changes(
    rights: Iterable[Right], before: Timeline, after: Timeline
) -> tuple[AccessChange, ...]:
    """Who enters on other days than before, from the day of the second life on."""
    services = {service.code: service.label for service in after.rulebook.services}
    changes = []
    for habilitation, acts in rights:
        was, becomes = (_to_come(timeline, acts, after.as_of) for timeline in (before, after))
        if was == becomes:
            continue
        changes.append(
            AccessChange(
                habilitation,
                habilitation.person.get_full_name(),
                services.get(habilitation.service, habilitation.service),
                _in_words(was, after.as_of),
                _in_words(becomes, after.as_of),
                _direction(was, becomes),
            )
        )
    return tuple(changes)


def _to_come(timeline: Timeline, acts: Sequence[Act], day: date) -> tuple[Days, ...]:
    """The days of access not over on that day: those gone by are the same for everybody."""
    found = spans(replay(timeline, acts, timeline.as_of, timeline.known_at))
    return tuple(
        days._replace(since=max(days.since, day))
        for days in found
        if days.until is None or days.until > day
    )


def _in_words(spans_to_come: Sequence[Days], day: date) -> str:
    """« ouvert jusqu’au 14 janvier 2027 compris, puis à partir du 2 mars 2027 »."""
    if not spans_to_come:
        return "fermé"
    told = []
    for days in spans_to_come:
        words = "ouvert" if days.since <= day else f"à partir du {date_in_words(days.since)}"
        if days.until is not None:
            words += f" jusqu’au {date_in_words(days.until - _ONE_DAY)} compris"
        told.append(f"{words}, à titre provisoire" if days.provisional else words)
    sentence = ", puis ".join(told)
    return sentence if spans_to_come[0].since <= day else f"fermé, ouvert {sentence}"


def _direction(was: Sequence[Days], becomes: Sequence[Days]) -> Direction:
    before, after = _length(was), _length(becomes)
    return "moves" if before == after else "closes" if after < before else "opens"


def _length(spans_to_come: Iterable[Days]) -> int:
    return sum(((days.until or date.max) - days.since).days for days in spans_to_come)
