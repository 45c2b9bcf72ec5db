"""May this account enter this service now? The answer the portal gets.

Read from the course that each habilitation settled with (``workflows.access_course``): one query,
and right at any midnight whether or not any job ran. What a course cannot tell, an instant of the
past above all, is told by replaying both lives, with what was known then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from access.candidates import Candidate, candidates, replayed, sites_covered
from contracts.models import Caisse
from workflows import access_decision, clock
from workflows.access_course import CommittedHours
from workflows.access_decision import NOT_HABILITATED, PERMITTED, AccessDecision
from workflows.access_scope import Asked, Reach, within


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, with what commands it."""

    permit: bool
    code: str
    """Stable: one of ``workflows.access_decision.REASONS``."""
    reason: str
    article: str
    convention: str
    """Number of the convention; empty when the account has no habilitation to the service."""
    valid_until: datetime | None
    """The next instant at which another answer begins, as far as dates tell; None for none."""
    provisional: bool
    hours: CommittedHours | None
    decided_at: datetime
    version: int
    """Never smaller in a later answer; the same number is the same answer."""
    last_day: date | None = None
    """While permitted, the last civil day of access; None when there is none in sight."""
    time_out_minutes: int | None = None
    """After how many minutes without a key the session ends; None where the text states none."""
    profile: str = ""
    """The kind of user, in the words of the convention; empty without one."""
    scope: dict[str, Any] = field(default_factory=dict, hash=False)
    """What the habilitation is limited to; empty where it has no limit of its own."""
    territory_level: str = ""
    """What one connection reaches, as the rulebook names it; empty where its text is silent."""
    habilitation: int | None = None
    """The habilitation that the answer comes from; None without any."""


@dataclass(frozen=True, slots=True)
class Question:
    """Who wants to enter which service and, where that matters, for which place."""

    identifier: str
    service: str
    territory: str = ""
    """Code of the département whose files are wanted; empty: whatever the connection reaches."""
    site: str = ""
    """SIRET, name or number of the structure; empty: whatever the habilitation covers."""


def decide(
    caisse: Caisse,
    identifier: str,
    service: str,
    at: datetime | None = None,
    known_at: datetime | None = None,
    territory: str = "",
    site: str = "",
) -> Decision:
    """Whether the account of that identifier in the caisse may enter the service.

    ``at`` (now by default) is an aware instant; in the past, the answer is the one that was given
    then, unless ``known_at`` says with what knowledge to look. Denied by default: an unknown
    account, an account of another caisse and an account without this service get the same answer.
    """
    [decision] = decide_many(caisse, [Question(identifier, service, territory, site)], at, known_at)
    return decision


def decide_many(
    caisse: Caisse,
    questions: Sequence[Question],
    at: datetime | None = None,
    known_at: datetime | None = None,
) -> list[Decision]:
    """The answer to each question, in the same order and about the same instant.

    The number of queries does not grow with that of the questions.
    """
    now = clock.now()
    at = at or now
    known_at = known_at or at
    found = candidates(caisse, [(one.identifier, one.service) for one in questions])
    if at < now or known_at < now:
        found = replayed(found, at, known_at)
    else:
        found = replayed(found, at, known_at, only_without_course=True)
    return _answers(caisse, questions, found, at)


def decide_by_replay(
    caisse: Caisse,
    identifier: str,
    service: str,
    at: datetime | None = None,
    known_at: datetime | None = None,
    territory: str = "",
    site: str = "",
) -> Decision:
    """``decide`` from the acts alone: what the stored courses are held against."""
    at = at or clock.now()
    question = Question(identifier, service, territory, site)
    found = candidates(caisse, [(identifier, service)])
    [decision] = _answers(caisse, [question], replayed(found, at, known_at or at), at)
    return decision


_Found = dict[tuple[str, str], list[Candidate]]


def _answers(
    caisse: Caisse, questions: Sequence[Question], found: _Found, at: datetime
) -> list[Decision]:
    asked_sites = any(question.site for question in questions)
    sites = sites_covered(found) if asked_sites else {}
    day = clock.civil_date(at)
    return [
        _Answer(
            caisse,
            Asked(question.territory.strip(), question.site.strip()),
            found.get((question.identifier.strip().lower(), question.service), []),
            sites,
        ).at(at, day)
        for question in questions
    ]


class _Answer:
    """The answer to one question, made of those of each habilitation of the account."""

    def __init__(
        self,
        caisse: Caisse,
        asked: Asked,
        found: Sequence[Candidate],
        sites: dict[int, frozenset[str]],
    ) -> None:
        self._asked = asked
        self._found = found
        self._reaches = (
            [
                Reach(
                    caisse.departments,
                    one.scope,
                    sites.get(one.habilitation, frozenset()),
                    one.terms.territory_article,
                )
                for one in found
            ]
            if asked != Asked()
            else None
        )

    def at(self, at: datetime, day: date) -> Decision:
        place, best = self._on(day)
        one = None if place is None else self._found[place]
        permit = best.code == PERMITTED
        return Decision(
            permit=permit,
            code=best.code,
            reason=best.reason,
            article=best.article,
            convention=one.convention if one else "",
            valid_until=self._next_after(day, (place, best)),
            provisional=best.provisional,
            hours=one.terms.hours if one else None,
            decided_at=at,
            version=self._version(day),
            last_day=best.last_day if permit else None,
            time_out_minutes=one.terms.time_out_minutes if one else None,
            profile=one.profile if one else "",
            scope=dict(one.scope) if one else {},
            territory_level=one.terms.territory_level if one else "",
            habilitation=one.habilitation if one else None,
        )

    def _on(self, day: date) -> tuple[int | None, AccessDecision]:
        """The answer on a day, and the place of the habilitation that gives it."""
        decisions = [one.on(day) for one in self._found]
        if self._reaches is not None:
            decisions = [
                within(decision, self._asked, reach)
                for decision, reach in zip(decisions, self._reaches, strict=True)
            ]
        place = access_decision.best_of(decisions)
        if place is None or decisions[place].code == NOT_HABILITATED:
            return None, access_decision.told(NOT_HABILITATED)
        return place, decisions[place]

    def _next_after(self, day: date, answer: tuple[int | None, AccessDecision]) -> datetime | None:
        changes = sorted({on for one in self._found for on in one.changes_after(day)})
        first = next((on for on in changes if self._on(on) != answer), None)
        return None if first is None else clock.start_of_day(first)

    def _version(self, day: date) -> int:
        """A number that only grows: acts raise revisions, and midnight raises the day.

        Answers change at midnight or with an act and at no other time, so an answer kept by its
        number is never overtaken by an older one.
        """
        revisions = dict(pair for one in self._found for pair in one.revisions)
        return day.toordinal() + sum(revisions.values())
