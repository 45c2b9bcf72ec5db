"""What has bound the parties of a convention so far, and what of it is still to be told. Pure.

A binding is a fact of the life that one reads: steps of the journal, and what changes no state (an
avenant, a suspension, a second letter, another legal person in the partner's place). It is told
once, as long as it stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from workflows import acts
from workflows.amending import in_effect
from workflows.convention_state import FormalNoticeRecord
from workflows.parties import successions_of
from workflows.timeline import Timeline


class Binding(NamedTuple):
    """One thing that binds the parties since a day."""

    kind: str
    """One of ``confirmations.toml``."""
    about: str
    """What tells it from others of its kind: the act that made it, the number of a term."""
    on: date
    """The first day on which it binds."""

    @property
    def identity(self) -> str:
        """As it is stored: « renewed:2:2025-01-15 »."""
        return f"{self.kind}:{self.about}:{self.on.isoformat()}"

    @classmethod
    def of(cls, identity: str) -> Binding:
        """The one of an identity."""
        kind, _, rest = identity.partition(":")
        about, _, on = rest.rpartition(":")
        return cls(kind, about, date.fromisoformat(on))


Bindings = Mapping[Binding, bool]
"""All of them on a day; whether a blocking question holds them: one that is in doubt is not told,
and one that was told before the doubt arose is not taken back."""

STEPS = {
    "sign": "signed",
    "activate": "in_force",
    "renew": "renewed",
    "expire": "expired",
    "terminate": "terminated",
}
"""The steps of the journal that bind, and what they are called here; the others say what letters
already say, or bind nobody."""

SUCCEEDED = "succeeded"
"""Another legal person is the partner: whoever answers for it reads of it."""

_UNDOES = {
    "notice_withdrawn": "notice_given",
    "breach_cured": "breach_delay",
    "breach_withdrawn": "breach_delay",
}
"""What follows upon another, about the same act: told to who knows of the first."""


def bindings(timeline: Timeline, day: date) -> Bindings:
    """What has bound the parties up to ``day``, that day included."""
    found: dict[Binding, bool] = {}
    doubts = [
        question.on
        for question in (timeline.questions if timeline.data.questions else ())
        if question.blocking and question.is_open
    ]
    for step in timeline.steps:
        if step.name in STEPS:
            about = str(step.term) if step.name == "renew" else ""
            # A term that opens while an end is in doubt may prove never to have opened.
            held = step.name == "renew" and any(raised <= step.on for raised in doubts)
            found[Binding(STEPS[step.name], about, step.on)] = held
    for one in (*_notices(timeline, day), *_suspensions(timeline)):
        found[one] = False
    found |= _breaches(timeline)
    if any(isinstance(act, acts.Avenant) for act in timeline.acts):
        for act in in_effect(timeline, day):
            found[Binding("avenant", act.id, act.effective_on)] = False
    for place in successions_of(timeline):
        found[Binding(SUCCEEDED, place.act.id, place.first_day)] = False
    return {one: held for one, held in found.items() if one.on <= day}


def _notices(timeline: Timeline, day: date) -> Iterator[Binding]:
    for record in timeline.notices.values():
        if record.counted_on is None:
            continue
        given = Binding("notice_given", record.act, record.counted_on)
        if record.stands:
            yield given
        elif record.verdict == "withdrawn":
            days = [
                act.on
                for act in timeline.acts
                if isinstance(act, acts.NoticeWithdrawn) and act.notice in ("", record.act)
            ]
            # An avenant may do away with it instead, be it one that is still to take effect.
            days += [step.on for step in timeline.steps if step.name == "withdraw_notice"]
            if days and days[0] <= day:
                yield Binding("notice_withdrawn", record.act, days[0])
            elif days:
                yield given


def _breaches(timeline: Timeline) -> dict[Binding, bool]:
    found = {}
    for record in timeline.formal_notices.values():
        if record.counted_on is None:
            continue
        if record.pending:
            delay = Binding("breach_delay", record.act, record.counted_on)
            found[delay] = record.standing == "held"
        elif record.standing in ("cured", "withdrawn"):
            name = "breach_cured" if record.standing == "cured" else "breach_withdrawn"
            found[Binding(name, record.act, _stopped_on(timeline, record))] = False
    return found


def _stopped_on(timeline: Timeline, record: FormalNoticeRecord) -> date:
    stops = acts.Cure if record.standing == "cured" else acts.FormalNoticeWithdrawn
    days = [
        act.on
        for act in timeline.acts
        if isinstance(act, stops) and act.formal_notice in ("", record.act)
    ]
    assert record.counted_on is not None
    return days[-1] if days else record.counted_on


def _suspensions(timeline: Timeline) -> Iterator[Binding]:
    for one in timeline.data.suspensions:
        yield Binding("suspended_for_good" if one.definitive else "suspended", "", one.since)
        if one.until is not None:
            yield Binding("suspension_lifted", one.since.isoformat(), one.until)


class ToTell(NamedTuple):
    """What is to be told of one convention."""

    new: tuple[Binding, ...]
    untrue: tuple[Binding, ...]
    """Told, and no longer so: an act was annulled, or a fact was learnt late."""


def to_tell(
    before: Bindings,
    after: Bindings,
    told: Collection[Binding],
    owed: Collection[Binding] = (),
) -> ToTell:
    """What changed since the last run, as far as somebody is to be told of it.

    ``before`` is what bound the parties at the last run, told or not: it was before the site, or
    nobody was there to be told. ``told`` is what somebody was told, ``owed`` what did not leave,
    or what the sweep wrote down later than its day: it is told though it is not new.
    """
    follows = {(_UNDOES[one.kind], one.about) for one in after if one.kind in _UNDOES}
    untrue = [one for one in told if one not in after and (one.kind, one.about) not in follows]
    moved = {(one.kind, one.about) for one in untrue}
    known = {*told, *(one for one, held in before.items() if not held)}
    new = [
        one
        for one, held in after.items()
        if not held
        and one not in told
        and (one not in known or one in owed or (one.kind, one.about) in moved)
        and _is_told_apart(one, known, after)
    ]
    return ToTell(_in_order(new), _in_order(untrue))


def _is_told_apart(one: Binding, known: Iterable[Binding], after: Bindings) -> bool:
    if one.kind == "signed":
        # Taking effect says it too.
        return all(other.kind != "in_force" for other in after)
    if one.kind in _UNDOES:
        undone = (_UNDOES[one.kind], one.about)
        return any((other.kind, other.about) == undone for other in known)
    return True


def _in_order(some: Iterable[Binding]) -> tuple[Binding, ...]:
    return tuple(sorted(some, key=lambda one: (one.on, one.kind, one.about)))
