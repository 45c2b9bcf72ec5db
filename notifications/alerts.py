"""The alerts of a caisse: found by date among the deadlines that conventions share, told once.

The decision is that of ``ladders``; what is asked of the database only finds the conventions about
which there may be something to decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from contracts.models import Caisse, Convention, PlannedDeadline, PublishedRulebook
from notifications.crew import Crew
from notifications.ladders import (
    LAST_WORKING_DAY,
    Followed,
    Limit,
    Practice,
    Staff,
    Told,
    due,
    still_for,
)
from notifications.models import Alert, Message

_AT_ONCE = 2000
_THERE = "deadline_set__deadlines__"


class Line(NamedTuple):
    """One alert to make."""

    convention: int
    told: Told


def to_make(caisse: Caisse, practice: Practice, crew: Crew, today: date) -> Iterator[Line]:
    """What is to be told today of the caisse's conventions, from what they point at."""
    for staff, codes in _alike(crew):
        found = _candidates(caisse, practice, staff, codes, today)
        every = found.iterator(chunk_size=_AT_ONCE)
        while rows := list(islice(every, _AT_ONCE)):
            told = _told({row[0] for row in rows})
            for pk, follower, kind, due_on, last_working_day in rows:
                limit = Limit(kind, due_on, last_working_day)
                followed = Followed((limit,), follower, told.get(pk, ()))
                for one in due(practice, followed, staff, today):
                    yield Line(pk, one)


def _alike(crew: Crew) -> list[tuple[Staff, list[str]]]:
    """The types of conventions, together where the same people see to them."""
    found: list[tuple[Staff, list[str]]] = []
    codes = PublishedRulebook.objects.order_by("code").values_list("code", flat=True).distinct()
    for code in codes:
        staff = crew.of(code)
        alike = next((codes for other, codes in found if other == staff), None)
        if alike is None:
            found.append((staff, [code]))
        else:
            alike.append(code)
    return found


def _candidates(
    caisse: Caisse, practice: Practice, staff: Staff, codes: Sequence[str], today: date
) -> QuerySet[Any, Any]:
    """The deadlines one rung of which is reached and was told to nobody whose business it is."""
    horizon = today + timedelta(days=practice.longest)
    soon = Q(
        **{
            f"{_THERE}kind__in": list(practice.ladders),
            f"{_THERE}due_on__gte": today,
            # Days without work stand between a last working day and its limit.
            f"{_THERE}due_on__lte": horizon + timedelta(days=14),
        }
    ) & (
        Q(**{f"{_THERE}renewals": 0})
        # A renewal that the sweep left behind has happened all the same.
        | Q(next_change_on__lte=today)
    )
    known = Alert.objects.filter(
        convention=OuterRef("pk"),
        deadline=OuterRef("kind"),
        due_on=OuterRef("due_on"),
        rung__lte=OuterRef("rung"),
        withdrawn_at=None,
    )
    by_role = Q(pk__in=())
    for kind, ladder in practice.ladders.items():
        by_role |= Q(deadline=kind, user__in=staff.officers(ladder.role))
    return (
        Convention.objects.filter(soon, caisse=caisse, rulebook_code__in=codes)
        .annotate(
            kind=F(f"{_THERE}kind"),
            due_on=F(f"{_THERE}due_on"),
            last_working_day=F(f"{_THERE}last_working_day"),
            rung=_rung(practice, today),
            follower=Case(When(assignee__in=staff.present, then=F("assignee"))),
        )
        .filter(rung__isnull=False)
        .filter(stands(F("due_on")))
        .exclude(Exists(known.filter(user=OuterRef("follower"))))
        .exclude(Q(follower=None) & Exists(known.filter(by_role)))
        .order_by("due_on", "pk")
        .values_list("pk", "follower", "kind", "due_on", "last_working_day")
    )


def stands(due_on: Any) -> Q:
    """The last day of a term is announced where the convention ends with it, and not elsewhere."""
    return ~Q(kind="term_end") | Q(last_day_in_force=due_on)


def _rung(practice: Practice, today: date) -> Case:
    """``ladders.reached``, asked of the database: every comparison is with a day."""
    reached = [When(**{f"{_THERE}last_working_day__lte": today}, then=Value(LAST_WORKING_DAY))]
    for kind, ladder in practice.ladders.items():
        for days in reversed(ladder.days):
            until = today + timedelta(days=days + practice.preparation)
            near = {f"{_THERE}kind": kind, f"{_THERE}due_on__lte": until}
            reached.append(When(**near, then=Value(days)))
    return Case(*reached, output_field=IntegerField())


def _told(conventions: Iterable[int]) -> Mapping[int, list[Told]]:
    """Who was told of what, of several conventions."""
    found: dict[int, list[Told]] = defaultdict(list)
    rows = Alert.objects.filter(convention__in=list(conventions), withdrawn_at=None)
    for pk, *told in rows.values_list("convention", "deadline", "due_on", "user", "rung"):
        found[pk].append(Told(*told))
    return found


def moved(caisse: Caisse, today: date) -> QuerySet[Alert]:
    """The alerts of deadlines to come that are none any more, or fall on another day."""
    planned = PlannedDeadline.objects.filter(
        set=OuterRef("convention__deadline_set"),
        kind=OuterRef("deadline"),
        due_on=OuterRef("due_on"),
    )
    ends_otherwise = Q(deadline="term_end") & ~Q(convention__last_day_in_force=F("due_on"))
    return Alert.objects.filter(
        ~Exists(planned) | ends_otherwise,
        convention__caisse=caisse,
        due_on__gte=today,
        withdrawn_at=None,
    )


def heard(message: Message, practice: Practice, crew: Crew, today: date) -> list[Alert]:
    """The alerts of a message that its reader is still to hear on a day, the nearest first.

    Of several rungs of one deadline, the highest; none of a deadline that passed, that moved, or
    that is somebody else's business by now.
    """
    caisse = Caisse(pk=message.context["caisse"])
    waiting = (
        message.alerts.filter(withdrawn_at=None, due_on__gte=today)
        .exclude(pk__in=moved(caisse, today).filter(message=message))
        .select_related("convention__partner")
        .order_by("due_on", "convention__number", "-rung")
    )
    highest: dict[tuple[int, str, date], Alert] = {}
    for alert in waiting:
        told = Told(alert.deadline, alert.due_on, alert.user_id, alert.rung)
        staff = crew.of(alert.convention.rulebook_code)
        if told.kind in practice.ladders and still_for(
            practice, told, alert.convention.assignee_id, staff
        ):
            highest[alert.convention_id, alert.deadline, alert.due_on] = alert
    return list(highest.values())
