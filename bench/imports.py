"""What a take-over costs: 20,000 conventions of CSV files, 2 % of them faulty in thirty ways.

Each fault must be told of its convention and its reason, nothing of it stored, and every other
convention stored; a sample is lived again, fact by fact, and must be the same.
``TACITE_BENCH_ROWS`` for fewer.
"""

from __future__ import annotations

import logging
import os
from time import perf_counter, process_time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")

import django

django.setup()

from django.db import connection  # noqa: E402  # Django must be set up first.
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from access.imports.running import carry_out  # noqa: E402
from contracts.models import Caisse, User  # noqa: E402
from contracts.services.rulebooks import publish  # noqa: E402
from templates_conventions.catalogue import rulebooks  # noqa: E402
from tests.access.imports.register import DAY, check, files, read  # noqa: E402
from tests.access.imports.telling import begun  # noqa: E402
from workflows import clock  # noqa: E402

ROWS = 20_000
ONE_FAULTY_IN = 50
SAMPLE = 20
"""Conventions lived again."""
GOAL = 120
"""Seconds, reading and checking included."""


def main() -> None:
    """Print the figures."""
    logging.disable(logging.WARNING)
    number = int(os.environ.get("TACITE_BENCH_ROWS", ROWS))
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        with clock.set_to(clock.start_of_day(DAY)):
            measure(number)
    finally:
        teardown_databases(databases, verbosity=0)


def measure(number: int) -> None:
    """Take over so many conventions, check what came of each, print the figures."""
    for one in rulebooks().values():
        publish(one)
    run = begun(
        Caisse.objects.create(code="MESURE", name="Caisse de mesure"),
        User.objects.create_user("mesure@essai.example"),
    )
    given = list(files(number, ONE_FAULTY_IN))
    at, worked = perf_counter(), process_time()
    carry_out(run, *read(given))
    seconds, working = perf_counter() - at, process_time() - worked
    check(run, number, ONE_FAULTY_IN, SAMPLE)
    print(
        f"Take-over on {connection.vendor}: {number:,} conventions with as many users in "
        f"{seconds:.0f} s, of which {working:.0f} s of this process (goal {GOAL} s for 20,000), "
        f"{number / seconds:,.0f}/s"
    )


if __name__ == "__main__":
    main()
