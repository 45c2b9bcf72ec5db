"""What a convention was on a day, beside what one knows of it now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from contracts.convention_life import ConventionLife
from contracts.life_words import ENDS
from contracts.models import Convention, ConventionAct
from contracts.services.parties import partner_in
from desk.act_words import said_by
from desk.before_after import BeforeAfter
from workflows.access import standing_on
from workflows.french import count, date_in_words, typeset
from workflows.timeline import Timeline

_ACCESS = {
    "before": "pas encore ouvert",
    "open": "ouvert",
    "suspended": "suspendu",
    "force_majeure": "suspendu par la force majeure",
    "over": "fermé",
}


class Row(NamedTuple):
    """One thing that is told of each of the lives."""

    what: str
    told: tuple[str, ...]
    differs: bool


class RecordedSince(NamedTuple):
    """An act that nobody knew of at that instant."""

    row: ConventionAct
    label: str
    words: str


class Look:
    """A convention on a day as it was known then, as it is known now, and today."""

    def __init__(
        self, convention: Convention, day: date, known_at: datetime | None, today: date
    ) -> None:
        self.convention, self.day, self.known_at, self.today = convention, day, known_at, today
        self.rows = list(convention.acts.select_related("author").order_by("revision"))
        acts = [row.act for row in self.rows]
        now = convention.replayed(acts, day)
        then = convention.replayed(acts, day, known_at) if known_at else now
        self.life = ConventionLife(convention, then, day, read_on=today)
        self.difference = (
            BeforeAfter(convention, then, now, today=today) if known_at is not None else None
        )
        lives = [then, now] if known_at else [then]
        self.lives = lives if day == today else [*lives, convention.replayed(acts, today)]

    @property
    def table(self) -> tuple[Row, ...]:
        """The same things told of each life."""
        told = {
            "État": [one.state_label for one in self.lives],
            "Prise d’effet": [_day(one.effect_on) for one in self.lives],
            "Période": [self._period(one) for one in self.lives],
            "Fin": [_end(one) for one in self.lives],
            "Accès ce jour-là": [_ACCESS[standing_on(one, one.as_of).kind] for one in self.lives],
            "Questions ouvertes": [_questions(one) for one in self.lives],
        } | self._partners()
        return tuple(
            Row(what, tuple(words), len(set(words[: 2 if self.known_at else 1])) > 1)
            for what, words in told.items()
        )

    @property
    def recorded_since(self) -> tuple[RecordedSince, ...]:
        """What was recorded after the instant, the latest first."""
        known_at = self.known_at
        if known_at is None:
            return ()
        unknown: Iterable[ConventionAct] = (
            row for row in reversed(self.rows) if row.recorded_at > known_at
        )
        return tuple(
            RecordedSince(row, row.act.label, said_by(row.act, self.lives[-1])) for row in unknown
        )

    def _partners(self) -> dict[str, list[str]]:
        """Who was the partner, where it ever changed."""
        if self.convention.concluded_by is None:
            return {}
        told = [partner_in(self.convention, one, one.as_of).name for one in self.lives]
        return {"Partenaire": told}

    def _period(self, life: Timeline) -> str:
        return ConventionLife(self.convention, life, life.as_of).period or "pas encore ouverte"


def _day(day: date | None) -> str:
    return date_in_words(day) if day else "pas encore"


def _end(life: Timeline) -> str:
    if life.last_day_in_force is None:
        return "aucune en vue"
    cause = ENDS.get(life.end_cause, life.end_cause)
    return typeset(f"dernier jour : {date_in_words(life.last_day_in_force)} ({cause})")


def _questions(life: Timeline) -> str:
    number = len(life.open_questions)
    return count(number, "question") if number else "aucune"
