"""What is kept beside the files of conventions: each kind has its rule, each thing its number.

Each package makes its own known (``also_keep``). On a list they are ``(rule, subject)``: a request,
an account, a month of messages as 202610.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from contracts.models import Caisse, EliminationItem, LegalHold
from contracts.retention.erasing import Erased
from contracts.retention.holds import standing
from contracts.retention.rules import KeepingRule, RetentionSettingWrong, rules_of
from workflows.calendar import latest_satisfying
from workflows.clock import today

Found = Sequence[tuple[int, date]] | QuerySet[Any, tuple[int, date]]
"""Subjects and the day from which each is counted, the oldest first."""


def _no_holds(caisse: Caisse, subject: int) -> QuerySet[LegalHold]:
    return LegalHold.objects.none()


@dataclass(frozen=True, slots=True)
class Kind:
    """Things kept under one rule, beside the files of conventions."""

    code: str
    """Of their rule."""
    label: str
    """What the pages call them together."""
    had_their_time: Callable[[Caisse, date], Found]
    """Those of a caisse counted from that day or earlier, and not gone; held and listed or not."""
    named: Callable[[Caisse, Collection[int]], Mapping[int, str]]
    """What each is called on a list, without anybody's name; one that is not there is left out."""
    lock: Callable[[Caisse, int], None]
    """Let nothing come between the look and the act: a hold on it waits for the same lock."""
    erase: Callable[[Caisse, int], Erased]
    held_too: Callable[[Caisse, int], QuerySet[LegalHold]] = _no_holds
    """The holds on what it belongs to; its own are known."""


@dataclass(frozen=True, slots=True)
class DueThing:
    """One of them with the rule under which it has had its time."""

    subject: int
    name: str
    rule: KeepingRule
    counted_from: date
    kept_until: date


_kinds: dict[str, Kind] = {}


def also_keep(*some: Kind) -> None:
    """Make kinds known."""
    _kinds.update({one.code: one for one in some})


def kinds() -> tuple[Kind, ...]:
    """Every kind, in the order of their names."""
    return tuple(sorted(_kinds.values(), key=lambda one: one.label))


def kind_of(code: str) -> Kind | None:
    """The kind of a rule; None where the rule is that of a convention's file, or unknown."""
    return _kinds.get(code)


def things_due(kind: Kind, caisse: Caisse, on: date) -> Found:
    """What a caisse keeps no longer on ``on``; held, and on a list that runs, left out.

    Raises ``RetentionSettingWrong``.
    """
    limit = latest_day(caisse, kind.code, on)
    return () if limit is None else kind.had_their_time(caisse, limit)


def how_many(found: Found) -> int:
    """How many they are."""
    return found.count() if isinstance(found, QuerySet) else len(found)


def all_due(caisse: Caisse, on: date) -> int:
    """How many things of every kind a caisse keeps no longer on ``on``.

    0 where its setting cannot be read.
    """
    try:
        return sum(how_many(things_due(kind, caisse, on)) for kind in kinds())
    except RetentionSettingWrong:
        return 0


def latest_day(caisse: Caisse, code: str, on: date) -> date | None:
    """The latest day from which what has had its time on ``on`` was counted; None: nothing has."""
    length = rules_of(caisse)[code].length
    return None if length is None else latest_satisfying(on - timedelta(days=1), length)


def explained_things(kind: Kind, caisse: Caisse, found: Found) -> list[DueThing]:
    """Each with its name and its days."""
    rule, rows = rules_of(caisse)[kind.code], list(found)
    names = kind.named(caisse, [subject for subject, _ in rows])
    explained = []
    for subject, counted_from in rows:
        until = rule.kept_until(counted_from)
        assert until is not None  # Nothing is due of what is kept for good.
        explained.append(DueThing(subject, names[subject], rule, counted_from, until))
    return explained


def name_of(kind: Kind, caisse: Caisse, subject: int) -> str:
    """What one is called; empty where there is none."""
    return kind.named(caisse, [subject]).get(subject, "")


def free(caisse: Caisse, code: str) -> Q:
    """For rows whose key is the subject: neither held, nor on a list that runs, nor gone."""
    listed = _listed(caisse, code).filter(subject=OuterRef("pk"))
    held = standing().filter(caisse=caisse, rule=code, subject=OuterRef("pk"))
    return ~Exists(listed) & ~Exists(held)


def taken(caisse: Caisse, code: str) -> set[int]:
    """The subjects that are held or on a list that runs."""
    running = _listed(caisse, code).filter(outcome__isnull=True)
    held = standing().filter(caisse=caisse, rule=code)
    return {*running.values_list("subject", flat=True), *held.values_list("subject", flat=True)}


def _listed(caisse: Caisse, code: str) -> QuerySet[EliminationItem]:
    return EliminationItem.objects.filter(elimination__caisse=caisse, rule=code).filter(
        Q(outcome__isnull=True, elimination__given_up__isnull=True) | Q(outcome__kind="gone")
    )


def holds_on_thing(kind: Kind, caisse: Caisse, subject: int) -> QuerySet[LegalHold]:
    """The standing holds that keep one."""
    own = standing().filter(caisse=caisse, rule=kind.code, subject=subject)
    return own | kind.held_too(caisse, subject)


def is_still_due(kind: Kind, caisse: Caisse, subject: int, counted_from: date) -> bool:
    """Whether one on a list has still had its time, whatever lists and holds say."""
    limit = latest_day(caisse, kind.code, today())
    return limit is not None and counted_from <= limit and bool(name_of(kind, caisse, subject))
