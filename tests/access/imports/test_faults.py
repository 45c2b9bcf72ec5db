"""Thirty ways of going wrong: each said of its row and its column, and nothing half done."""

from collections.abc import Callable

import pytest

from access.imports.columns import TABLES
from access.imports.running import carry_out
from access.models import Habilitation, ImportRow
from contracts.models import Caisse, Convention, Partner, PublishedRulebook, User
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebooks
from tests.access.imports.faulty import FAULTS, FOR_DEPARTEMENTS, rows_of
from tests.access.imports.register import DAY, check, files, read
from tests.access.imports.telling import begun, take_over

pytestmark = pytest.mark.django_db


def test_each_fault_is_told_of_its_row_and_its_column(
    caisse: Caisse, agent: User, yearly: PublishedRulebook
) -> None:
    publish(rulebooks()[FOR_DEPARTEMENTS])
    rows: dict[str, list[dict[str, str]]] = {"conventions": [], "events": [], "users": []}
    for rank, fault in enumerate(FAULTS):
        for sheet, own in rows_of(fault, f"F-{rank:02d}", yearly.code).items():
            rows[sheet] += own
    run = take_over(caisse, agent, **rows)
    told = {row.number: row for row in ImportRow.objects.filter(run=run)}
    assert len(FAULTS) >= 30
    expected, found = {}, {}
    for rank, fault in enumerate(FAULTS):
        sheet = "events" if fault.kind == "no_convention" else fault.sheet
        column = TABLES[sheet].column(fault.column).header if fault.column else ""
        number = f"F-{rank:02d}"
        expected[number] = ("refused", [(fault.kind, column, sheet)])
        row = told[number]
        refusals = [one for one in row.problems if one["severity"] == "refused"]
        assert all(one["message"] and one["to_do"] for one in refusals)
        found[number] = (
            row.outcome,
            [(one["kind"], one["column"], one["sheet"]) for one in refusals],
        )
    assert found == expected
    assert not Convention.objects.exists()
    assert not Partner.objects.exists()
    assert not Habilitation.objects.exists()


def test_a_whole_register_is_taken_over_but_for_its_faulty_rows(
    caisse: Caisse, agent: User, yearly: PublishedRulebook, today: Callable[[str], None]
) -> None:
    """The short form of the benchmark: every kind of fault, through files."""
    publish(rulebooks()[FOR_DEPARTEMENTS])
    today(DAY.isoformat())
    run = carry_out(begun(caisse, agent), *read(list(files(200, 6))))
    check(run, 200, 6, sample=5)


def test_no_personal_value_is_repeated_in_a_report(
    caisse: Caisse, agent: User, yearly: PublishedRulebook
) -> None:
    secrets = {"partner_address": "2 55 08 14 168 025 38", "signatory_last_name": "Secret" * 30}
    [row] = rows_of(FAULTS[0], "F-1", yearly.code)["conventions"]
    run = take_over(caisse, agent, conventions=[row | secrets])
    told = str(run.rows.get().problems)
    assert "255" not in told.replace(" ", "")
    assert "Secret" not in told
