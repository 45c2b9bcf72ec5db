"""Thirty ways of going wrong: each said of its row and its column, and nothing half done."""

import pytest

from access.imports.columns import TABLES
from access.models import Habilitation, ImportRow
from contracts.models import Caisse, Convention, Partner, PublishedRulebook, User
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebooks
from tests.access.imports.faulty import FAULTS, FOR_DEPARTEMENTS, rows_of
from tests.access.imports.telling import take_over

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


def test_no_personal_value_is_repeated_in_a_report(
    caisse: Caisse, agent: User, yearly: PublishedRulebook
) -> None:
    secrets = {"partner_address": "2 55 08 14 168 025 38", "signatory_last_name": "Secret" * 30}
    [row] = rows_of(FAULTS[0], "F-1", yearly.code)["conventions"]
    run = take_over(caisse, agent, conventions=[row | secrets])
    told = str(run.rows.get().problems)
    assert "255" not in told.replace(" ", "")
    assert "Secret" not in told
