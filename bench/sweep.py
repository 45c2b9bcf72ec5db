"""What the sweep costs, beside the naive loop, django-fsm-2 and one bare SQL statement.

On a database of its own, made for the measure and thrown away. Each method renews conventions of
its own, due on a day of its own, so that all find the same table. ``python -m bench.sweep`` runs on
the database that the settings name; ``python -m bench`` on SQLite and on a private PostgreSQL.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from time import perf_counter
from typing import Any, NamedTuple

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402  # Django must be set up first.
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from bench import plain  # noqa: E402
from bench.followed import NAME, follow_each_step  # noqa: E402
from bench.portfolio import Portfolio  # noqa: E402
from workflows import clock  # noqa: E402
from workflows.effect_worker import drain  # noqa: E402
from workflows.models import Effect  # noqa: E402
from workflows.sweep import sweep  # noqa: E402

SIZES = (10_000, 100_000, 1_000_000)
DUE, FEW, MANY = 10_000, 2_000, 380_000
EFFECTS = 5_000
NEW_YEAR = date(2025, 1, 1)


class Swept(NamedTuple):
    """What one measure did."""

    rows: int
    seconds: float
    peak_mib: float = 0

    @property
    def rate(self) -> float:
        """Conventions a second."""
        return self.rows / self.seconds


def main() -> None:
    """Print the figures of one database."""
    logging.disable(logging.WARNING)
    largest = int(os.environ.get("TACITE_BENCH_ROWS", SIZES[-1]))
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                # As the embedded mode runs; the tests keep nothing.
                cursor.execute("PRAGMA synchronous=NORMAL")
        _measure([size for size in SIZES if size <= largest])
    finally:
        teardown_databases(databases, verbosity=0)


def _measure(sizes: list[int]) -> None:
    shared = connection.vendor == "postgresql"
    plain.create_tables()
    days = _days()
    print(f"The sweep on {connection.vendor}, {connection.Database.__name__}")
    with clock.set_to(clock.start_of_day(date(2024, 2, 1))):
        portfolio = Portfolio()
    for size in sizes:
        day = next(days)
        _grow(portfolio, {day: min(DUE, size // 2)}, size)
        _print(f"one worker, {size:>9,} conventions", _swept_by(1, day))
    naive_day, sql_day, one_day, two_day = (next(days) for _ in range(4))
    due = {naive_day: FEW, sql_day: DUE, one_day: DUE, two_day: DUE}
    many = min(MANY, sizes[-1] * 38 // 100)
    _grow(portfolio, due | {NEW_YEAR: many}, sizes[-1] + many)
    naive = _timed(FEW, lambda: plain.naive_loop(naive_day))
    _print("(a) get, transition, save a row", naive)
    _print("(b) django-fsm-2 with save", _timed(FEW, lambda: plain.fsm_loop(FEW)))
    limit = _timed(DUE, lambda: plain.one_statement(sql_day))
    _print("(d) one SQL statement", limit)
    one = _swept_by(1, one_day)
    _print("(c) this sweep, one worker", one)
    print(f"    {one.rate / naive.rate:.1f} times (a), {one.rate / limit.rate:.0%} of (d)")
    if shared:
        two = _swept_by(2, two_day)
        _print("(c) this sweep, two workers", two)
        print(f"    {two.rate / naive.rate:.1f} times (a), {two.rate / limit.rate:.0%} of (d)")
    else:
        _swept_by(1, two_day)
    workers = 2 if shared else 1
    _print(f"1 January, {workers} worker(s)", _swept_by(workers, NEW_YEAR))
    _effects()


def _days() -> Iterator[date]:
    """Days on which yearly conventions of the year before are due, in order."""
    day = date(2024, 3, 1)
    while True:
        yield day
        day += timedelta(days=1)


def _grow(portfolio: Portfolio, due: dict[date, int], size: int) -> None:
    """Make the table that large, with so many conventions due on each day."""
    for day, count in due.items():
        signed_on = day.replace(year=day.year - 1)
        with clock.set_to(clock.start_of_day(signed_on)):
            portfolio.signed(signed_on, count)
    portfolio.fill(size)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _swept_by(workers: int, day: date) -> Swept:
    """Sweep ``day`` with so many processes that begin together; on SQLite in this one."""
    if connection.vendor != "postgresql":
        follow_each_step()
        with clock.set_to(clock.start_of_day(day)):
            started = perf_counter()
            result = sweep(day)
        assert not result.set_aside, result.set_aside[:3]
        return Swept(result.swept, perf_counter() - started)
    name = connection.settings_dict["NAME"]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.sweeper", day.isoformat()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "TACITE_DATABASE_NAME": name},
        )
        for _ in range(workers)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    started = perf_counter()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told: list[dict[str, Any]] = [json.loads(process.communicate()[0]) for process in processes]
    seconds = perf_counter() - started
    assert not any(one["set_aside"] for one in told), told
    # A process also takes time to end; what counts is when the last sweep was over.
    seconds = min(seconds, max(one["seconds"] for one in told))
    peak = max(one["peak_kib"] for one in told) / 1024
    return Swept(sum(one["swept"] for one in told), seconds, peak)


def _timed(rows: int, work: Callable[[], object]) -> Swept:
    started = perf_counter()
    work()
    return Swept(rows, perf_counter() - started)


def _effects() -> None:
    """One worker, an empty handler."""
    with transaction.atomic():
        keys = Effect.objects.filter(handler=NAME).order_by("-pk").values_list("pk", flat=True)
        kept = set(keys[:EFFECTS])
        Effect.objects.exclude(pk__in=kept).delete()
    started = perf_counter()
    done = drain(EFFECTS).tried
    _print("effects, one worker", Swept(done, perf_counter() - started))


def _print(label: str, figures: Swept) -> None:
    peak = f", {figures.peak_mib:.0f} MiB at most" if figures.peak_mib else ""
    print(
        f"  {label:36} {figures.rows:>8,} in {figures.seconds:7.2f} s, "
        f"{figures.rate:>8,.0f}/s, {1e6 / figures.rate:>6.0f} µs each{peak}",
        flush=True,
    )


if __name__ == "__main__":
    main()
