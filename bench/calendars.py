"""What an agenda that reads the calendar of a caisse costs, with 5,000 conventions.

The whole answer, asked of Django: the secret, the powers of the day, what changed, the events. Then
the answer to an agenda that has them already, and the first telling. ``TACITE_BENCH_ROWS`` for
another number of conventions. ``python -m bench.calendars`` runs it, on the database that the
settings name.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median, quantiles
from time import perf_counter
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")

import django

django.setup()

from django.db import connection  # noqa: E402  # Django must be set up first.
from django.test import Client  # noqa: E402
from django.test.utils import (  # noqa: E402
    CaptureQueriesContext,
    setup_databases,
    teardown_databases,
)

from bench.portfolio import Portfolio  # noqa: E402
from contracts.models import Caisse, User, UserScope  # noqa: E402
from notifications.calendars import addresses  # noqa: E402
from workflows import clock  # noqa: E402

TODAY = date(2026, 5, 31)
CONVENTIONS = 5_000
TIMES = 40
GOAL_MS, GOAL_QUERIES = 1_000, 20


def main() -> None:
    """Print the figures."""
    logging.disable(logging.WARNING)
    size = int(os.environ.get("TACITE_BENCH_ROWS", CONVENTIONS))
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        with clock.set_to(clock.start_of_day(TODAY)):
            _measure(size)
    finally:
        teardown_databases(databases, verbosity=0)


def _measure(size: int) -> None:
    portfolio = Portfolio()
    days = 250
    for number in range(days):
        portfolio.signed(TODAY - timedelta(days=number), size // days)
    caisse = Caisse.objects.get()
    user = User.objects.create_user("mesure@caisse.example")
    UserScope.objects.create(user=user, caisse=caisse, role="back_office_agent", first_day=TODAY)
    secret = addresses.make(user, caisse, 7, identifier=uuid4()).secret
    start = perf_counter()
    told = addresses.tell_everybody(TODAY)
    seconds = perf_counter() - start
    print(f"The calendar of a caisse on {connection.vendor}, {portfolio.size:,} conventions")
    print(f"  told for the first time in {seconds:.1f} s ({told / seconds:,.0f} a second)")
    address = f"/calendriers/echeances.ics?cle={secret}"
    client = Client()
    first = client.get(address)
    body = b"".join(first)
    events = body.count(b"BEGIN:VEVENT")
    print(f"  {events:,} events, {len(body) / 1e6:.1f} MB, goal: 95 in 100 within {GOAL_MS} ms")
    _timed("  read whole", lambda: b"".join(client.get(address)))
    seen = {"if-none-match": first["ETag"]}
    _timed("  read again, unchanged", lambda: client.get(address, headers=seen))


def _timed(label: str, ask: Callable[[], object]) -> None:
    taken = []
    with CaptureQueriesContext(connection) as queries:
        ask()
    asked = len(queries)
    for _ in range(TIMES):
        start = perf_counter()
        ask()
        taken.append((perf_counter() - start) * 1000)
    p95 = quantiles(taken, n=20)[-1]
    print(
        f"{label}: p50 {median(taken):.0f} ms, p95 {p95:.0f} ms, {asked} queries "
        f"(goal: {GOAL_QUERIES})"
    )


if __name__ == "__main__":
    main()
