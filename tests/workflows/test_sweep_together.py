"""Several sweepers, people who record meanwhile, and sweepers that are killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from bench.followed import NAME, follow_each_step
from bench.portfolio import Portfolio
from contracts.models import Convention, ConventionAct, ConventionJournalEntry
from tests.portfolio import an_act
from tests.workflows import sweep_process
from tests.workflows.test_effects_together import side_by_side
from workflows import clock, subjects
from workflows.cache import verify
from workflows.chains import broken_links
from workflows.models import Effect
from workflows.settling import settled
from workflows.subjects import StaleForm
from workflows.sweep import SweepResult, sweep

pytestmark = pytest.mark.django_db(transaction=True)

SIGNED, DUE = date(2024, 1, 15), date(2025, 1, 15)


@pytest.fixture
def portfolio() -> Portfolio:
    with clock.set_to(clock.start_of_day(SIGNED)):
        return Portfolio()


@pytest.fixture
def followed() -> Any:
    """Each step is followed by an effect under the key of its belief."""
    follow_each_step()
    yield
    settled.disconnect(sender=Convention, dispatch_uid=NAME)


def signed(portfolio: Portfolio, count: int) -> None:
    with clock.set_to(clock.start_of_day(SIGNED)):
        portfolio.signed(SIGNED, count)


def nothing_is_lost_or_doubled(count: int) -> None:
    renewals = ConventionJournalEntry.objects.filter(name="renew")
    assert Counter(renewals.values_list("subject_id", flat=True)) == Counter(
        Convention.objects.values_list("pk", flat=True)
    )
    assert renewals.count() == count
    keys = Effect.objects.filter(handler=NAME).values_list("key", flat=True)
    assert sorted(keys) == sorted(
        f"convention:{pk}:renew:2:1" for pk in Convention.objects.values_list("pk", flat=True)
    )
    assert list(broken_links()) == []
    assert list(verify()) == []


def test_two_sweepers_share_the_work(portfolio: Portfolio, followed: None) -> None:
    signed(portfolio, 200)
    results: list[SweepResult] = []
    with clock.set_to(clock.start_of_day(DUE)):
        side_by_side(*[lambda: results.append(sweep(DUE, chunk=10))] * 2)
    assert sum(result.swept for result in results) == 200
    assert [result.set_aside for result in results] == [[], []]
    nothing_is_lost_or_doubled(200)


def test_killed_at_random_moments_sweepers_lose_and_double_nothing(
    portfolio: Portfolio, followed: None
) -> None:
    times = 100 if connection.vendor == "postgresql" else 30
    count = times * 40
    signed(portfolio, count)
    with sweep_process.started(times, DUE) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        assert process.wait(timeout=300) == 0, said
    killed, still_due = map(int, said.split()[-2:])
    assert killed >= times
    assert 0 < still_due < count
    with clock.set_to(clock.start_of_day(DUE)):
        assert sweep(DUE).swept == still_due
    nothing_is_lost_or_doubled(count)


def test_two_sweepers_and_ten_writers_lose_no_update_and_tell_who_is_refused(
    portfolio: Portfolio,
) -> None:
    """Of all who saw a convention as it was, one at most changes it; the others are told."""
    count, writers = 20, 10
    signed(portfolio, count)
    seen = dict(Convention.objects.values_list("pk", "revision"))
    won: list[int] = []
    told: list[int] = []

    def write(offset: int) -> None:
        keys = sorted(seen)
        for pk in keys[offset * 2 :] + keys[: offset * 2]:
            convention = Convention.objects.get(pk=pk)
            act = an_act("suspension", DUE.isoformat())
            try:
                subjects.record(convention, act, None, seen_revision=seen[pk])
                won.append(pk)
            except StaleForm:
                told.append(pk)

    def writer(offset: int) -> Callable[[], None]:
        return lambda: write(offset)

    with clock.set_to(clock.start_of_day(DUE) + timedelta(hours=1)):
        side_by_side(
            *[lambda: sweep(DUE, chunk=3)] * 2, *(writer(number) for number in range(writers))
        )
        assert sweep(DUE).swept == 0
    assert len(won) + len(told) == count * writers
    recorded = ConventionAct.objects.filter(kind="suspension").values_list("subject_id", flat=True)
    assert sorted(recorded) == sorted(won) == sorted(set(won))
    for convention in Convention.objects.all():
        assert convention.revision == seen[convention.pk] + 1
        assert convention.next_change_on == date(2026, 1, 15)
    assert list(broken_links()) == []
    assert list(verify()) == []


@pytest.mark.skipif(
    "connection.vendor == 'sqlite'", reason="SQLite holds no rows: it has one writer at a time"
)
def test_what_another_holds_is_waited_for(portfolio: Portfolio) -> None:
    """A clerk whose recording fails in the end must not leave the convention unswept."""
    signed(portfolio, 5)
    results: list[SweepResult] = []

    def sweeping() -> None:
        try:
            results.append(sweep(DUE, chunk=2))
        finally:
            connection.close()

    with clock.set_to(clock.start_of_day(DUE)):
        with transaction.atomic():
            subjects.locked(Convention.objects.all(), 3)
            thread = Thread(target=sweeping)
            thread.start()
            while Convention.objects.filter(next_change_on=DUE).count() > 1:
                thread.join(0.01)
            assert thread.is_alive()
            transaction.set_rollback(True)
        thread.join(timeout=60)
    assert results[0].swept == 5
