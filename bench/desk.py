"""What the pages of the desk cost, among 1,000,000 conventions of 35 caisses.

The whole page, asked of Django as a browser would: session, powers, header, rows, template.
``TACITE_BENCH_ROWS`` conventions for fewer, on the PostgreSQL that the settings name, in a database
of its own made for the measure. Two people look: one of the largest caisse, one who sees them all.
``python -m bench.desk`` runs it; ``python -m bench`` on a private PostgreSQL.
"""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Callable
from datetime import date
from statistics import median, quantiles
from time import perf_counter

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

from bench.lived import lived  # noqa: E402
from bench.national import TODAY, made  # noqa: E402
from contracts.models import Caisse, User, UserScope  # noqa: E402
from templates_conventions.catalogue import rulebooks  # noqa: E402
from workflows import clock  # noqa: E402

ROWS = 1_000_000
TIMES = 200
SEED = 20261122
GOAL_MS, GOAL_QUERIES = 200, 20

STATES = ("active", "notice_given", "termination_pending", "draft", "expired")
DAYS = ("30", "90", "180", "365")


def main() -> None:
    """Print the figures."""
    logging.disable(logging.WARNING)
    size = int(os.environ.get("TACITE_BENCH_ROWS", ROWS))
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        start = perf_counter()
        with clock.set_to(clock.start_of_day(TODAY)):
            caisses = made(size)
            lives = [one.pk for one in lived(caisses[0])]
            print(f"The desk on {connection.vendor}, {size:,} conventions")
            print(f"  made in {perf_counter() - start:.0f} s", flush=True)
            _measure(caisses, size, lives)
    finally:
        teardown_databases(databases, verbosity=0)


def _measure(caisses: list[Caisse], size: int, lives: list[int]) -> None:
    services = [one.code for rulebook in rulebooks().values() for one in rulebook.services]
    chosen = random.Random(SEED)

    def facets() -> str:
        return (
            f"conventions/?etat={chosen.choice(STATES)}&service={chosen.choice(services)}"
            f"&terme={chosen.choice(DAYS)}"
        )

    def number() -> str:
        return f"conventions/?q=mesure+{chosen.randint(1, size)}"

    def siren() -> str:
        return f"conventions/?q={100_000_000 + chosen.randint(1, size // 3)}"

    def user() -> str:
        return f"conventions/?q=nom{chosen.randint(1, 30_000)}&etat=active"

    def far() -> str:
        place = f"2027-06-{chosen.randint(1, 28):02}.{chosen.randint(1, size)}"
        return f"conventions/?apres={place}"

    asked: dict[str, Callable[[], str]] = {
        "the home": lambda: "",
        "one convention": lambda: f"conventions/{chosen.choice(lives)}/",
        "the deadlines": lambda: "echeances/",
        "the deadlines of a kind, from a day": lambda: (
            f"echeances/?nature=notice_limit&du=2027-{chosen.randint(1, 12):02}-01"
        ),
        "whole list": lambda: "conventions/",
        "three facets": facets,
        "three facets, a word of every row": lambda: f"{facets()}&q=exempleville",
        "the number": number,
        "the SIREN": siren,
        "a user and a state": user,
        "a far page": far,
    }
    who = {
        "one large caisse": _somebody("large", caisses[:1]),
        "every caisse": _somebody("national", caisses),
    }
    for label, client in who.items():
        for words, address in asked.items():
            _print(f"{label}, {words}", client, address)


def _somebody(name: str, caisses: list[Caisse]) -> Client:
    user = User.objects.create_user(f"{name}@mesure.example")
    for caisse in caisses:
        UserScope.objects.create(
            user=user, caisse=caisse, role="back_office_agent", first_day=date(2020, 1, 1)
        )
    client = Client()
    client.force_login(user)
    return client


def _print(label: str, client: Client, address: Callable[[], str]) -> None:
    _seconds(client, address())
    with CaptureQueriesContext(connection) as queries:
        _seconds(client, address())
    number = len(queries)
    taken = [_seconds(client, address()) * 1000 for _ in range(TIMES)]
    ninety_fifth = quantiles(taken, n=20)[18]
    missed = ninety_fifth > GOAL_MS or number > GOAL_QUERIES
    print(
        f"  {label:52} p50 {median(taken):6.0f} ms   p95 {ninety_fifth:6.0f} ms   "
        f"{number} queries{'   MISSED' if missed else ''}",
        flush=True,
    )


def _seconds(client: Client, address: str) -> float:
    start = perf_counter()
    answer = client.get(f"/{address}")
    assert answer.status_code == 200, (address, answer.status_code)
    return perf_counter() - start


if __name__ == "__main__":
    main()
