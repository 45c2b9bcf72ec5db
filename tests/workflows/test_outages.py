"""However long the scheduler was silent, what it finds on its return is what it would have done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import models

from access.models import HabilitationJournalEntry
from contracts.models import Convention, ConventionJournalEntry
from tests.portfolio import life, noon
from tests.workflows.twins import (
    CONVENTIONS,
    START,
    Life,
    at,
    portfolio,
    seen,
    tick,
    undone,
    written,
)
from workflows import effects
from workflows.scheduler import Scheduler
from workflows.sweep import sweep

pytestmark = pytest.mark.django_db

NINE_DAYS, THREE_YEARS = "2026-01-15", "2029-01-15"
"""When the scheduler is back: it last ticked on 5 January 2026."""

# What the law makes of the nine days: anniversaries, the end of the term after a notice, day 31 of
# a breach letter received on 12 December, the day after an agreed end and after a last day.
IN_NINE_DAYS = {
    "ACCORD": [("terminate", "2026-01-08")],
    "ANNIVERSAIRE": [("renew", "2026-01-10")],
    "BISSEXTILE": [],
    "DATE-FIXE": [("activate", "2026-01-13")],
    "DENONCEE": [("expire", "2026-01-08")],
    "DERNIER-JOUR": [("expire", "2026-01-10")],
    "INEXECUTION": [("terminate", "2026-01-12")],
    "NOUVEL-AN": [],
    "UNE-FOIS": [("renew", "2026-01-11")],
}
IN_THE_YEARS_AFTER = {
    "ANNIVERSAIRE": [("renew", "2027-01-10"), ("renew", "2028-01-10"), ("renew", "2029-01-10")],
    "BISSEXTILE": [("renew", "2026-02-28"), ("renew", "2027-02-28"), ("renew", "2028-02-29")],
    "DATE-FIXE": [("renew", "2027-01-13"), ("renew", "2028-01-13"), ("renew", "2029-01-13")],
    "NOUVEL-AN": [("renew", "2027-01-01"), ("renew", "2028-01-01"), ("renew", "2029-01-01")],
    "UNE-FOIS": [("expire", "2027-01-11")],
}


ACCOUNTS = {
    # Left on 11 January, under a convention that goes on.
    "Anniversaire": ("locked", []),
    "Nouvel-an": ("open", ["service"]),
    "Denoncee": ("locked", []),
    "Inexecution": ("locked", []),
    "Accord": ("locked", []),
    "Dernier-jour": ("locked", []),
}


def every_day(back_on: str) -> Life:
    """The life of the portfolio with a tick every day."""
    portfolio()
    # Over years the sweep alone: who is to be reminded of what is looked up every day, and nobody
    # in this portfolio is.
    scheduler = Scheduler() if back_on == NINE_DAYS else Scheduler(sweep)
    day = date.fromisoformat(START)
    while day <= date.fromisoformat(back_on):
        tick(scheduler, noon(day.isoformat()))
        day += timedelta(days=1)
    with at(noon(back_on)):
        return seen()


def silent_until(back_on: str, scheduler_after: Scheduler | None = None) -> Life:
    """The life of the portfolio with a tick before the outage and one after it."""
    portfolio()
    scheduler = Scheduler()
    tick(scheduler, noon(START))
    tick(scheduler_after or scheduler, noon(back_on))
    with at(noon(back_on)):
        return seen()


def steps_since_the_start(number: str) -> list[tuple[str, str]]:
    return [step for step in life(Convention.objects.get(number=number)) if step[1] > START]


def believed_since(back_on: str, model: type[models.Model]) -> list[tuple[int, date]]:
    """The subjects and legal dates of what was believed on the return, as it was written."""
    rows = model._default_manager.filter(believed_at__gte=noon(back_on)).order_by("pk")
    return list(rows.values_list("subject", "on"))


@pytest.mark.parametrize("back_on", [NINE_DAYS, THREE_YEARS])
def test_after_an_outage_all_is_as_if_it_had_ticked_every_day(back_on: str) -> None:
    daily = undone(lambda: every_day(back_on))
    after = silent_until(back_on)
    for told, expected in zip(after, daily, strict=True):
        assert told == expected


@pytest.mark.parametrize("restarted", [True, False], ids=["restarted", "asleep"])
def test_what_nine_days_missed_is_written_in_legal_order_at_its_legal_date(
    restarted: bool,
) -> None:
    after = silent_until(NINE_DAYS, Scheduler() if restarted else None)
    assert {number: steps_since_the_start(number) for number in CONVENTIONS} == IN_NINE_DAYS
    for model in (ConventionJournalEntry, HabilitationJournalEntry):
        dates = [on for _, on in believed_since(NINE_DAYS, model)]
        assert len(dates) >= 5
        assert dates == sorted(dates)
    assert after.accounts == ACCOUNTS


def test_what_three_years_missed_is_written_in_legal_order_at_its_legal_date() -> None:
    """Each life in legal order, and the lives in the order of the first day they missed."""
    after = silent_until(THREE_YEARS)
    assert {number: steps_since_the_start(number) for number in CONVENTIONS} == {
        number: steps + IN_THE_YEARS_AFTER.get(number, []) for number, steps in IN_NINE_DAYS.items()
    }
    lives: dict[int, list[date]] = {}
    for subject, on in believed_since(THREE_YEARS, ConventionJournalEntry):
        lives.setdefault(subject, []).append(on)
    assert all(dates == sorted(dates) for dates in lives.values())
    first = [dates[0] for dates in lives.values()]
    assert first == sorted(first)
    assert after.accounts == ACCOUNTS


@pytest.mark.parametrize("back_on", [NINE_DAYS, THREE_YEARS])
def test_what_an_outage_delayed_is_done_once(back_on: str) -> None:
    after = silent_until(back_on)
    assert effects.unfinished().count() == 0
    # Granted before the outage, told once, and never again.
    assert [(kind, whom) for kind, whom, _ in after.messages] == [
        ("habilitation_granted", whom) for whom in sorted(ACCOUNTS)
    ]
    before = written()
    tick(Scheduler(), noon(back_on))
    assert written() == before
