"""Who is told of the steps that bind: who answers for the partner, who follows at the caisse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from contracts.models import Caisse, User
from contracts.services.partner_people import answering
from notifications.crew import Crew
from notifications.ladders import Ladder, concerned
from notifications.recipients import Reader

_OF_AGENTS = Ladder((), "back_office_agent")
"""Whose business a step is where nobody follows the convention."""


class Readers(NamedTuple):
    """Those of one convention, on a day."""

    partner: tuple[Reader, ...]
    """Empty where nobody is known to write to."""
    staff: tuple[Reader, ...]

    @property
    def all(self) -> tuple[Reader, ...]:
        """Both parties."""
        return self.partner + self.staff

    def joined_by(self, others: Iterable[Reader]) -> Readers:
        """The same with others on the partner's side: they were the partner, as was believed."""
        return self._replace(partner=tuple(dict.fromkeys((*self.partner, *others))))


class Audience:
    """Who reads about the conventions of a caisse on a day."""

    def __init__(self, caisse: Caisse, today: date) -> None:
        self._today = today
        self._crew = Crew(caisse, today)
        self._people: dict[int, tuple[Reader, ...]] = {}

    def of(self, conventions: Iterable[Any]) -> Mapping[int, Readers]:
        """The readers of each convention, by its key."""
        conventions = list(conventions)
        people = self.answering_for({one.partner_id for one in conventions})
        return {
            one.pk: Readers(
                people[one.partner_id],
                tuple(
                    Reader(True, user)
                    for user in concerned(
                        _OF_AGENTS, one.assignee_id, self._crew.of(one.rulebook_code)
                    )
                ),
            )
            for one in conventions
        }

    def answering_for(self, partners: Iterable[int]) -> Mapping[int, tuple[Reader, ...]]:
        """Who answers for each of some partners, by its key."""
        unknown = set(partners) - self._people.keys()
        found = answering(unknown, self._today) if unknown else {}
        for partner in unknown:
            self._people[partner] = tuple(
                Reader(isinstance(one, User), one.pk) for one in found.get(partner, ())
            )
        return self._people
