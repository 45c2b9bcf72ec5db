"""What a take-over costs: 20,000 conventions of CSV files, 2 % of them faulty in thirty ways.

Each fault must be told of its convention and its reason, nothing of it stored, and every other
convention stored; a sample is lived again, fact by fact, and must be the same.
``TACITE_BENCH_ROWS`` for fewer.
"""

from __future__ import annotations

import csv
import io
import logging
import os
from collections.abc import Iterator
from datetime import date
from time import perf_counter, process_time
from typing import Any
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402  # Django must be set up first.
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from access.imports.columns import TABLES  # noqa: E402
from access.imports.running import carry_out  # noqa: E402
from access.imports.source import Problem, SourceRow  # noqa: E402
from access.imports.tables import opened  # noqa: E402
from access.models import Habilitation, ImportRow, ImportRun  # noqa: E402
from contracts.models import Caisse, Convention, User  # noqa: E402
from contracts.services.rulebooks import publish  # noqa: E402
from templates_conventions.catalogue import rulebooks  # noqa: E402
from tests.access.imports.faulty import FAULTS, Cells, rows_of  # noqa: E402
from tests.access.imports.living import all_believed, lived  # noqa: E402
from tests.access.imports.telling import CNIL, SIGNED  # noqa: E402
from workflows import cache, clock  # noqa: E402
from workflows.models import Effect  # noqa: E402

ROWS = 20_000
MODEL = "psu-msa-picardie"
DAY = date(2026, 11, 22)
ONE_FAULTY_IN = 50
SAMPLE = 20
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
    run = ImportRun.objects.create(
        identifier=uuid4(),
        caisse=Caisse.objects.create(code="MESURE", name="Caisse de mesure"),
        author=User.objects.create_user("mesure@essai.example"),
        file_name="mesure.csv",
        file_sha256="0" * 64,
        is_dry_run=False,
        asked_at=clock.now(),
    )
    files = list(_files(number))
    begun, worked = perf_counter(), process_time()
    rows, problems = _read(files)
    carry_out(run, rows, problems)
    seconds, working = perf_counter() - begun, process_time() - worked
    _check(run, number)
    print(
        f"Take-over on {connection.vendor}: {number:,} conventions with as many users in "
        f"{seconds:.0f} s, of which {working:.0f} s of this process (goal {GOAL} s for 20,000), "
        f"{number / seconds:,.0f}/s"
    )


def _files(number: int) -> Iterator[tuple[str, io.BytesIO]]:
    every: dict[str, list[Cells]] = {key: [] for key in TABLES}
    for rank in range(number):
        told = _faulty(rank) if rank % ONE_FAULTY_IN == 0 else _right(rank)
        for key, rows in told.items():
            every[key] += rows
    for key, table in TABLES.items():
        text = io.StringIO()
        columns = {column.header: column.key for column in table.columns}
        writer = csv.writer(text, delimiter=";")
        writer.writerow(columns)
        writer.writerows([row.get(one, "") for one in columns.values()] for row in every[key])
        yield f"{key}.csv", io.BytesIO(text.getvalue().encode())


def _faulty(rank: int) -> dict[str, list[Cells]]:
    return rows_of(_fault(rank), _number(rank), MODEL)


def _fault(rank: int) -> Any:
    return FAULTS[rank // ONE_FAULTY_IN % len(FAULTS)]


def _right(rank: int) -> dict[str, list[Cells]]:
    """A convention of the last twenty years, one partner for five of them, and one user."""
    partner, year = rank // 5, 2006 + rank % 20
    row = (
        SIGNED
        | CNIL
        | {
            "number": _number(rank),
            "rulebook": MODEL,
            "partner_name": f"Association de mesure {partner}",
            "partner_kind": "Association",
            "partner_number": f"T-{partner}",
            "partner_address": f"{partner} rue d’Essai, 00000 Exemple",
            "signatory_last_name": f"Mesure {partner}",
            "signatory_quality": "Présidente",
            "partner_signed_on": f"{1 + rank % 28:02d}/01/{year}",
            "caisse_signed_on": f"{1 + rank % 28:02d}/02/{year}",
            "cnil_on": f"{year}-01-{1 + rank % 28:02d}",
        }
    )
    user = {
        "number": _number(rank),
        "last_name": f"Modèle {rank}",
        "email": f"mesure{rank}@essai.example",
        "granted_on": f"01/03/{year}",
        "notified_on": f"02/03/{year}",
    }
    return {"conventions": [row], "events": [], "users": [user]}


def _number(rank: int) -> str:
    return f"MESURE-{rank:06d}"


def _read(files: list[tuple[str, io.BytesIO]]) -> tuple[list[SourceRow], list[Problem]]:
    rows: list[SourceRow] = []
    problems: list[Problem] = []
    for name, file in files:
        with opened(file, name) as found:
            for table in found.tables:
                for read in table.rows():
                    rows.append(read.row)
                    problems += read.problems
    return rows, problems


def _check(run: ImportRun, number: int) -> None:
    """Raise ``AssertionError`` unless each fault was told, and nothing but them left out."""
    for row in ImportRow.objects.filter(run=run).iterator(2000):
        rank = int(row.number.rpartition("-")[2])
        is_faulty = rank % ONE_FAULTY_IN == 0
        assert (row.outcome == "refused") == is_faulty, (row.number, row.problems)
        if is_faulty:
            assert row.problems, row.number
    right = number - len(range(0, number, ONE_FAULTY_IN))
    assert Convention.objects.count() == Habilitation.objects.count() == right
    assert not Effect.objects.exists()
    step = max(1, number // SAMPLE) | 1
    for convention in Convention.objects.order_by("pk")[::step]:
        assert cache.compared(convention) == ()
        with transaction.atomic():
            assert all_believed(lived(convention, DAY)) == all_believed(convention)
            transaction.set_rollback(True)


if __name__ == "__main__":
    main()
