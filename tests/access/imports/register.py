"""A former register of any size, a part of it faulty in every way, and what must come of it."""

import csv
import io
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date

from django.db import transaction

from access.imports.columns import TABLES
from access.imports.source import Problem, SourceRow
from access.imports.tables import opened
from access.imports.tables import rows_of as rows_of_tables
from access.models import Habilitation, ImportRow, ImportRun
from contracts.models import Convention
from tests.access.imports.faulty import FAULTS, Cells, rows_of
from tests.access.imports.living import all_believed, lived
from tests.access.imports.telling import CNIL, SIGNED
from workflows import cache
from workflows.models import Effect

MODEL = "psu-msa-picardie"
DAY = date(2026, 11, 22)
_FAULTS = [fault for fault in FAULTS if fault.kind != "unprintable"]
"""An invisible sign is taken away while a file is read."""


def files(number: int, one_faulty_in: int) -> Iterator[tuple[str, io.BytesIO]]:
    """The CSV files of so many conventions, the first of each so many a faulty one."""
    every: dict[str, list[Cells]] = {key: [] for key in TABLES}
    for rank in range(number):
        told = _faulty(rank, rank // one_faulty_in) if rank % one_faulty_in == 0 else _right(rank)
        for key, rows in told.items():
            every[key] += rows
    for key, table in TABLES.items():
        text = io.StringIO()
        columns = {column.header: column.key for column in table.columns}
        writer = csv.writer(text, delimiter=";")
        writer.writerow(columns)
        writer.writerows([row.get(one, "") for one in columns.values()] for row in every[key])
        yield f"{key}.csv", io.BytesIO(text.getvalue().encode())


def _faulty(rank: int, fault: int) -> dict[str, list[Cells]]:
    return rows_of(_FAULTS[fault % len(_FAULTS)], _number(rank), MODEL)


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


def read(given: list[tuple[str, io.BytesIO]]) -> tuple[list[SourceRow], list[Problem]]:
    """The rows of the files, and what is wrong with them."""
    with ExitStack() as stack:
        found = [stack.enter_context(opened(file, name)) for name, file in given]
        return rows_of_tables([table for one in found for table in one.tables])


def check(run: ImportRun, number: int, one_faulty_in: int, sample: int) -> None:
    """Raise ``AssertionError`` unless each fault was told, and nothing but them left out."""
    for row in ImportRow.objects.filter(run=run).iterator(2000):
        rank = int(row.number.rpartition("-")[2])
        is_faulty = rank % one_faulty_in == 0
        refusals = [one for one in row.problems if one["severity"] == "refused"]
        assert (row.outcome == "refused") == bool(refusals) == is_faulty, row.number
    right = number - len(range(0, number, one_faulty_in))
    assert Convention.objects.count() == Habilitation.objects.count() == right
    assert not Effect.objects.exists()
    step = max(1, number // sample) | 1
    for convention in Convention.objects.order_by("pk")[::step]:
        assert cache.compared(convention) == ()
        with transaction.atomic():
            assert all_believed(lived(convention, DAY)) == all_believed(convention)
            transaction.set_rollback(True)
