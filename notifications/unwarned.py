"""Deadlines that passed while no alert of them had left: found, told, and kept until looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from contracts.models import Caisse, Convention, User
from notifications.alerts import stands
from notifications.crew import Crew
from notifications.deadline_mails import DeadlineUnwarned
from notifications.ladders import Practice
from notifications.models import Alert, AlertRun, MessageState, UnwarnedDeadline
from notifications.services import send
from workflows import clock
from workflows.convention import ENDED

_THERE = "deadline_set__deadlines__"
_OF_CAUSE = {"breach": "breach_end", "fixed_term": "term_end", "notice": "term_end"}
"""What a convention that ended was to be warned of, by the cause of its end."""


class Passed(NamedTuple):
    """A deadline whose day is over."""

    convention: int
    kind: str
    due_on: date


def find(caisse: Caisse, practice: Practice, crew: Crew, today: date) -> None:
    """Keep what passed untold since the last run of another day, and tell who answers for it."""
    days = AlertRun.objects.filter(caisse=caisse, day__lt=today)
    last = days.order_by("-day").values_list("day", flat=True).first()
    if last is None:
        # Nobody was to be warned before the first run.
        return
    found = [
        one
        for passed in (_standing, _ended)
        for one in passed(caisse, last, today)
        if one.kind in practice.ladders and not _was_warned(one) and _was_known(one)
    ]
    made = [
        row
        for one in found
        for row, is_new in [
            UnwarnedDeadline.objects.get_or_create(
                convention_id=one.convention,
                deadline=one.kind,
                due_on=one.due_on,
                defaults={"found_at": clock.now()},
            )
        ]
        if is_new
    ]
    if made:
        _tell(caisse, crew, made, today)


class AlreadyLookedAt(Exception):
    """Somebody else said what became of it."""


def to_look_at(conventions: QuerySet[Convention]) -> QuerySet[UnwarnedDeadline]:
    """What nobody has looked at yet, of these conventions."""
    return UnwarnedDeadline.objects.filter(seen_at=None, convention__in=conventions)


def settle(row: UnwarnedDeadline, outcome: str, author: User) -> None:
    """Say what became of a deadline that passed unannounced. Raises ``AlreadyLookedAt``."""
    unseen = UnwarnedDeadline.objects.filter(pk=row.pk, seen_at=None)
    if not unseen.update(seen_by=author, seen_at=clock.now(), outcome=outcome):
        raise AlreadyLookedAt


def _standing(caisse: Caisse, last: date, today: date) -> Iterator[Passed]:
    """What still stands among the deadlines of its convention, though its day is over."""
    passed = Q(
        **{
            f"{_THERE}due_on__gte": last,
            f"{_THERE}due_on__lt": today,
            f"{_THERE}renewals": 0,
        }
    )
    rows = Convention.objects.filter(passed, caisse=caisse).annotate(
        kind=F(f"{_THERE}kind"), due_on=F(f"{_THERE}due_on")
    )
    untold = _without(rows.filter(stands(F("due_on"))))
    yield from (Passed(*row) for row in untold.values_list("pk", "kind", "due_on"))


def _ended(caisse: Caisse, last: date, today: date) -> Iterator[Passed]:
    """The conventions that ended: nothing is planned of them any more."""
    rows = Convention.objects.filter(
        caisse=caisse,
        state__in=ENDED,
        end_cause__in=_OF_CAUSE,
        last_day_in_force__gte=last,
        last_day_in_force__lt=today,
    )
    for pk, cause, day in rows.values_list("pk", "end_cause", "last_day_in_force"):
        yield Passed(pk, _OF_CAUSE[cause], day)


def _without(rows: QuerySet[Convention]) -> QuerySet[Convention]:
    """Those of which no alert left: the others need no further look."""
    left = Alert.objects.filter(
        convention=OuterRef("pk"),
        deadline=OuterRef("kind"),
        due_on=OuterRef("due_on"),
        message__state=MessageState.SENT,
    )
    return rows.exclude(Exists(left))


def _was_warned(one: Passed) -> bool:
    """Whether an alert of it left in time, be it on its very day."""
    return Alert.objects.filter(
        convention=one.convention,
        deadline=one.kind,
        due_on=one.due_on,
        message__state=MessageState.SENT,
        message__sent_at__lt=clock.start_of_day(one.due_on + timedelta(days=1)),
    ).exists()


def _was_known(one: Passed) -> bool:
    """Whether the site knew it by then: nobody could be told of what was entered afterwards."""
    convention = Convention.objects.select_related("pinned", "caisse", "partner").get(
        pk=one.convention
    )
    timeline = convention.timeline(one.due_on, clock.start_of_day(one.due_on))
    return any((d.kind, d.due_on) == (one.kind, one.due_on) for d in timeline.deadlines)


def _tell(caisse: Caisse, crew: Crew, made: list[UnwarnedDeadline], today: date) -> None:
    told: dict[int, None] = {}
    for row in made:
        staff = crew.of(row.convention.rulebook_code)
        told |= dict.fromkeys([*staff.managers, *staff.officers("legal_officer")])
    for user in User.objects.filter(pk__in=told).order_by("pk"):
        send(
            DeadlineUnwarned.code,
            key=f"{DeadlineUnwarned.code}:{caisse.pk}:{today.isoformat()}:{user.pk}:{made[0].pk}",
            recipient_person=user,
            context={"caisse": caisse.pk, "found": [row.pk for row in made]},
        )
