"""What announcing deadlines costs: one day's run among 1,000,000 conventions.

On the PostgreSQL that the settings name, in a database of its own. The first day of a site tells of
everything that is near at once; the next is a day like any other. Both are done by two workers,
each a process (``bench/reminder.py``). ``TACITE_BENCH_ROWS`` for fewer.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from datetime import date, timedelta
from time import perf_counter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")

import django

django.setup()

from django.db import connection  # noqa: E402  # Django must be set up first.
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from bench.national import TODAY, made  # noqa: E402
from contracts.models import Caisse, User, UserScope  # noqa: E402
from contracts.services.deadline_sets import keep  # noqa: E402
from notifications.models import Alert  # noqa: E402
from templates_conventions.catalogue import rulebook  # noqa: E402
from workflows import clock  # noqa: E402
from workflows.act_payloads import parse  # noqa: E402
from workflows.calendar import add_months  # noqa: E402
from workflows.planned import name_of  # noqa: E402
from workflows.replay import replay  # noqa: E402

ROWS = 1_000_000
MODEL = "psu-msa-picardie"
ROLES = ("back_office_agent",) * 2 + ("legal_officer",) * 2 + ("director",)
GOAL = 120
"""Seconds, on two workers."""


def main() -> None:
    """Print the figures."""
    logging.disable(logging.WARNING)
    size = int(os.environ.get("TACITE_BENCH_ROWS", ROWS))
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        with clock.set_to(clock.start_of_day(TODAY)):
            made(size)
            _plan()
            _staff()
        print(f"Announcing deadlines on {connection.vendor}, {size:,} conventions")
        for what, day in (("first day", TODAY), ("next day", TODAY + timedelta(days=1))):
            known = Alert.objects.count()
            seconds = by_two("remind", day)
            told = Alert.objects.count() - known
            print(f"  {what}: {told:,} alerts in {seconds:.0f} s (goal {GOAL} s)", flush=True)
    finally:
        teardown_databases(databases, verbosity=0)


def _plan() -> None:
    """Give the conventions in force the deadlines that their terms have."""
    rules = rulebook(MODEL)
    sets = {}
    for left in range(364):
        last_day = TODAY + timedelta(days=left)
        on = add_months(last_day + timedelta(days=1), -24).isoformat()
        noon = f"{on}T12:00:00+01:00"
        acts = [
            parse(kind, {**fields, "id": name, "on": on, "recorded_at": noon})
            for name, kind, fields in (
                ("cnil", "cnil", {"basis": "transmission", "reference": "T-1"}),
                ("partner", "signature", {"party": "partner"}),
                ("caisse", "signature", {"party": "caisse"}),
            )
        ]
        planned = replay(rules, acts, TODAY).planned
        sets[last_day] = (name_of(planned), planned)
    keep({name: planned for name, planned in sets.values() if name is not None})
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE contracts_convention SET deadline_set_id = %s "
            "WHERE term_last_day = %s AND state = 'active'",
            [(name, day) for day, (name, _) in sets.items()],
        )
        cursor.execute("VACUUM ANALYZE")


def _staff() -> None:
    """Five people a caisse; the first follows a third of the conventions."""
    for caisse in Caisse.objects.all():
        users = [User(email=f"u{number}@{caisse.code.lower()}.example") for number in range(5)]
        User.objects.bulk_create(users)
        UserScope.objects.bulk_create(
            UserScope(user=user, caisse=caisse, role=role, first_day=date(2020, 1, 1))
            for user, role in zip(users, ROLES, strict=True)
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE contracts_convention SET assignee_id = %s "
                "WHERE caisse_id = %s AND id %% 3 = 0",
                [users[0].pk, caisse.pk],
            )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def by_two(work: str, day: date, **environment: str) -> float:
    """Have two processes do it at once; the seconds until both are done."""
    name = str(connection.settings_dict["NAME"])
    given = {**os.environ, "TACITE_DATABASE_NAME": name, **environment}
    command = [sys.executable, "-m", "bench.reminder", work, day.isoformat()]
    workers = [
        subprocess.Popen(
            command, env=given, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    started = perf_counter()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    for worker in workers:
        assert "number" in json.loads(worker.communicate()[0])
    return perf_counter() - started


if __name__ == "__main__":
    main()
