"""The ladder of a deadline: which rung is reached on a day, and who is to be told. Pure.

A rung is named by its days before the deadline, ``LAST_WORKING_DAY`` by 0. Only the highest rung
that is reached counts: after days without anything running, nobody is told of the lower ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import NamedTuple

LAST_WORKING_DAY = 0
"""The highest rung: the last working day on or before the deadline."""


class Ladder(NamedTuple):
    """How a kind of deadline is announced."""

    days: tuple[int, ...]
    """Before the deadline, the most first; the last working day follows them."""
    role: str
    """Whose business it is where nobody follows the convention."""

    @property
    def nearest(self) -> int:
        """The last rung before that of the last working day, or that one where it is alone."""
        return self.days[-1] if self.days else LAST_WORKING_DAY


class Practice(NamedTuple):
    """What a caisse decided about its deadlines."""

    ladders: Mapping[str, Ladder]
    """By kind of deadline; a kind that is not there is never announced."""
    preparation: int = 0
    """Days that a letter takes to prepare: every rung but the last comes as much earlier."""

    @property
    def longest(self) -> int:
        """How many days before a deadline its first rung may be."""
        return self.preparation + max(
            (ladder.days[0] for ladder in self.ladders.values() if ladder.days), default=0
        )


class Limit(NamedTuple):
    """One deadline, as far as announcing it goes."""

    kind: str
    due_on: date
    last_working_day: date


class Staff(NamedTuple):
    """Who is there that day, for the conventions of a caisse that share a model."""

    in_role: Mapping[str, tuple[int, ...]]
    """The users that hold each role, in their order."""
    delegates: tuple[int, ...] = ()
    """Those who sign for the director."""

    @property
    def present(self) -> frozenset[int]:
        """Everybody who may follow a convention."""
        return frozenset(
            user
            for role in ("back_office_agent", "legal_officer", "director")
            for user in self.in_role.get(role, ())
        )

    @property
    def lawyers(self) -> tuple[int, ...]:
        """The legal queue."""
        return self.in_role.get("legal_officer", ())

    @property
    def managers(self) -> tuple[int, ...]:
        """The directors, or those who sign for them."""
        return self.in_role.get("director", ()) or self.delegates

    def officers(self, role: str) -> tuple[int, ...]:
        """Those of the role; where there is none, the nearest who can do something about it."""
        return (
            self.in_role.get(role, ())
            or self.lawyers
            or self.managers
            or self.in_role.get("back_office_agent", ())
        )


class Told(NamedTuple):
    """Somebody told of a rung of a deadline."""

    kind: str
    due_on: date
    user: int
    rung: int


class Followed(NamedTuple):
    """All that deciding depends on, for one convention on one day."""

    limits: tuple[Limit, ...]
    """Its deadlines that stand, whatever their day."""
    follower: int | None
    """Who follows it, still there or not."""
    told: Collection[Told] = ()


def reached(practice: Practice, limit: Limit, today: date) -> int | None:
    """The highest rung reached on a day; None before the first, and once the deadline passed."""
    ladder = practice.ladders.get(limit.kind)
    if ladder is None or today > limit.due_on:
        return None
    if today >= limit.last_working_day:
        return LAST_WORKING_DAY
    left = (limit.due_on - today).days - practice.preparation
    return min((days for days in ladder.days if left <= days), default=None)


def concerned(ladder: Ladder, follower: int | None, staff: Staff) -> tuple[int, ...]:
    """Whose business a deadline is: who follows the convention, or colleagues when they left."""
    if follower is not None and follower in staff.present:
        return (follower,)
    return staff.officers(ladder.role)


def recipients(ladder: Ladder, rung: int, follower: int | None, staff: Staff) -> tuple[int, ...]:
    """Who is told of a rung: whose business it is, then their managers, then the legal queue."""
    found = list(concerned(ladder, follower, staff))
    if rung <= ladder.nearest:
        found += staff.managers
    if rung == LAST_WORKING_DAY:
        found += staff.lawyers
    return tuple(dict.fromkeys(found))


def due(practice: Practice, followed: Followed, staff: Staff, today: date) -> Iterator[Told]:
    """What is to be told on a day about one convention.

    A rung that somebody was told of whose business it is, or a higher one, is not told again:
    whoever joins the caisse later begins with the next.
    """
    for limit in dict.fromkeys(followed.limits):
        rung = reached(practice, limit, today)
        if rung is None:
            continue
        ladder = practice.ladders[limit.kind]
        told = {
            one.user
            for one in followed.told
            if (one.kind, one.due_on) == (limit.kind, limit.due_on) and one.rung <= rung
        }
        if told & set(concerned(ladder, followed.follower, staff)):
            continue
        for user in recipients(ladder, rung, followed.follower, staff):
            if user not in told:
                yield Told(limit.kind, limit.due_on, user, rung)


def still_for(practice: Practice, one: Told, follower: int | None, staff: Staff) -> bool:
    """Whether what waits for somebody is still theirs to hear: they may have left meanwhile."""
    return one.user in recipients(practice.ladders[one.kind], one.rung, follower, staff)
