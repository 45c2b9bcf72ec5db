"""What falls due on a day begins at midnight in Paris, whatever the hour is elsewhere.

At 23:30 the evening before, nothing of it is done; at 00:30 all of it is. Access agrees at both
instants, before any job ran as well as after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import NamedTuple

import pytest

from access.models import Account
from contracts.models import Caisse, Convention, Partner
from tests.portfolio import life, noon
from tests.workflows.twins import YEARLY, answer, at, named_user, rules, sign, tick, told, written
from workflows import clock
from workflows.effect_worker import drain
from workflows.scheduler import Scheduler

pytestmark = pytest.mark.django_db


class Night(NamedTuple):
    """A midnight in Paris: the day it begins, and half an hour before and after it, in UTC."""

    day: str
    evening: str
    night: str


NIGHTS = [
    Night("2026-01-01", "2025-12-31T22:30:00+00:00", "2025-12-31T23:30:00+00:00"),
    # The last week of March: summer time begins on Sunday 29 at two o’clock.
    Night("2026-03-25", "2026-03-24T22:30:00+00:00", "2026-03-24T23:30:00+00:00"),
    Night("2026-03-28", "2026-03-27T22:30:00+00:00", "2026-03-27T23:30:00+00:00"),
    Night("2026-03-29", "2026-03-28T22:30:00+00:00", "2026-03-28T23:30:00+00:00"),
    Night("2026-03-30", "2026-03-29T21:30:00+00:00", "2026-03-29T22:30:00+00:00"),
    Night("2026-03-31", "2026-03-30T21:30:00+00:00", "2026-03-30T22:30:00+00:00"),
    # The last week of October: it ends on Sunday 25 at three o’clock.
    Night("2026-10-24", "2026-10-23T21:30:00+00:00", "2026-10-23T22:30:00+00:00"),
    Night("2026-10-25", "2026-10-24T21:30:00+00:00", "2026-10-24T22:30:00+00:00"),
    Night("2026-10-26", "2026-10-25T22:30:00+00:00", "2026-10-25T23:30:00+00:00"),
    Night("2026-10-31", "2026-10-30T22:30:00+00:00", "2026-10-30T23:30:00+00:00"),
    Night("2027-01-01", "2026-12-31T22:30:00+00:00", "2026-12-31T23:30:00+00:00"),
]


@contextmanager
def utc(instant: str) -> Iterator[None]:
    with at(datetime.fromisoformat(instant)):
        yield


def ticked(scheduler: Scheduler, instant: str) -> None:
    tick(scheduler, datetime.fromisoformat(instant))


def three_conventions(midnight: Night) -> None:
    """One that ends the evening before, one that renews and one that takes effect on the day."""
    day = date.fromisoformat(midnight.day)
    caisse = Caisse.objects.create(
        code="CAISSE1", name="Caisse d’essai", settings={"directory": "embedded"}
    )
    partner = Partner.objects.create(name="Commune d’Essai", kind="commune", siren="214202798")
    beginning = rules(
        "a-date-fixe", effect={"article": "9-1", "rule": "fixed_date", "fixed_on": midnight.day}
    )
    a_year_before = day.replace(year=day.year - 1).isoformat()
    with at(noon(a_year_before)):
        sign(caisse, partner, "RENOUVELEE", YEARLY, a_year_before)
    some_days_before = (day - timedelta(days=10)).isoformat()
    with at(noon(some_days_before)):
        ending = sign(caisse, partner, "FINISSANTE", YEARLY, some_days_before)
        told(
            ending,
            "mutual_termination",
            some_days_before,
            0,
            last_day=(day - timedelta(days=1)).isoformat(),
            agreed_by=["caisse", "partner"],
        )
        sign(caisse, partner, "NAISSANTE", beginning, some_days_before)
        for convention in Convention.objects.order_by("number"):
            named_user(convention, clock.today())
        drain()
        for account in Account.objects.filter(identifier=""):
            # Known to the portal early: what it may do does not lean on the directory.
            account.identifier = "precoce"
            account.save()


def states() -> dict[str, str]:
    return dict(Convention.objects.values_list("number", "state"))


def answers() -> dict[str, str]:
    """May the user of each convention enter now?"""
    return {
        account.person.last_name: answer(account)[0]
        for account in Account.objects.select_related("person")
    }


BEFORE = (
    {"FINISSANTE": "active", "NAISSANTE": "signed", "RENOUVELEE": "active"},
    {"Finissante": "permitted", "Naissante": "convention_not_in_effect", "Renouvelee": "permitted"},
)
AFTER = (
    {"FINISSANTE": "terminated", "NAISSANTE": "active", "RENOUVELEE": "active"},
    {"Finissante": "convention_over", "Naissante": "permitted", "Renouvelee": "permitted"},
)


@pytest.mark.parametrize("midnight", NIGHTS, ids=lambda one: one.day)
def test_a_day_begins_at_midnight_in_paris_and_nothing_of_it_before(midnight: Night) -> None:
    three_conventions(midnight)
    scheduler = Scheduler()
    before = written()

    ticked(scheduler, midnight.evening)
    assert written() == before
    with utc(midnight.evening):
        assert (states(), answers()) == BEFORE
        _, until = answer(Account.objects.get(person__last_name="Finissante"))
    assert until == datetime.fromisoformat(midnight.night) - timedelta(minutes=30)

    # Access does not wait for the scheduler.
    with utc(midnight.night):
        assert answers() == AFTER[1]
    ticked(scheduler, midnight.night)
    with utc(midnight.night):
        assert (states(), answers()) == AFTER
    ends = {number: life(Convention.objects.get(number=number))[-1] for number in AFTER[0]}
    assert ends == {
        "FINISSANTE": ("terminate", midnight.day),
        "NAISSANTE": ("activate", midnight.day),
        "RENOUVELEE": ("renew", midnight.day),
    }
    directory = {a.person.last_name: a.state for a in Account.objects.select_related("person")}
    assert directory == {"Finissante": "locked", "Naissante": "open", "Renouvelee": "open"}
