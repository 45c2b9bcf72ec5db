"""The courtesy reminder of many conventions at once, asked for from their list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts.models import BulkRun, Convention
from contracts.services.bulk_runs import NOT_YOURS, Doing, Weighed, register, those_where
from contracts.services.partner_people import written_to
from notifications.catalogue import NothingToSend
from notifications.courtesy import NO_LIMIT, NOBODY, next_limit, remind_partner
from notifications.models import PartnerReminder
from notifications.partner_reminders import Matter
from workflows import clock
from workflows.french import date_in_words

REMIND = "contracts.remind_partner"


def _weighed(wanted: BulkRun, conventions: Sequence[Convention]) -> Iterator[Weighed]:
    today = clock.today()
    may = those_where(wanted.author, REMIND, conventions)
    reached = written_to({one.partner_id for one in conventions}, today)
    asked = PartnerReminder.objects.filter(matter=Matter.COURTESY, convention__in=conventions)
    told = set(asked.values_list("convention", "on"))
    lives = Convention.lives(conventions, today)
    for one, life in zip(conventions, lives, strict=True):
        limit = None if isinstance(life, Exception) else next_limit(life)
        if one.pk not in may:
            why_not = NOT_YOURS
        elif limit is None:
            why_not = NO_LIMIT
        elif one.partner_id not in reached:
            why_not = NOBODY
        elif (one.pk, limit.due_on) in told:
            why_not = f"Le rappel est déjà parti pour la limite du {date_in_words(limit.due_on)}."
        else:
            why_not = ""
        yield Weighed(one, why_not)


def _remind(_: BulkRun, one: Weighed) -> None:
    try:
        remind_partner(one.convention, clock.today())
    except NothingToSend as reason:
        raise ValueError(str(reason)) from reason


register(BulkRun.Action.REMIND, Doing(_weighed, _remind))
