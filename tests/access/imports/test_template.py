"""The template to fill in: read back by the reader, with its lists and its dictionary."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from access.imports.columns import TABLES
from access.imports.dictionary import as_markdown
from access.imports.tables import opened
from access.imports.template import template

PAGE = Path(__file__).parents[3] / "docs" / "imports_columns.md"
MODELS = ("modele-un", "modele-deux")


@pytest.fixture(scope="module")
def made() -> bytes:
    return template({"rulebook": MODELS})


def test_the_reader_accepts_the_template_as_it_is_and_passes_over_its_examples(made: bytes) -> None:
    with opened(io.BytesIO(made), "modele.xlsx") as file:
        assert file.notices == []
        assert [table.table.key for table in file.tables] == list(TABLES)
        assert [list(table.rows()) for table in file.tables] == [[], [], []]


def test_a_row_filled_in_below_the_example_is_read_with_its_zeros(made: bytes) -> None:
    book = load_workbook(io.BytesIO(made))
    sheet = book["Conventions"]
    titles = [cell.value for cell in sheet[1]]
    for title, value in {"Numéro de convention": "007", "SIREN": "005520135"}.items():
        sheet.cell(3, titles.index(title) + 1, value)
    out = io.BytesIO()
    book.save(out)
    with opened(out, "rempli.xlsx") as file:
        [(row, problems)] = file.tables[0].rows()
    assert (row.number, dict(row.values), problems) == (
        3,
        {"number": "007", "siren": "005520135"},
        (),
    )


def test_each_closed_list_is_offered_and_whatever_is_no_day_is_text(made: bytes) -> None:
    book = load_workbook(io.BytesIO(made))
    lists = {
        column[0].value: [cell.value for cell in column[1:] if cell.value]
        for column in book["Listes"].columns
    }
    assert lists["Modèle de convention"] == list(MODELS)
    offered = {
        str(rule.sqref).split(":")[0]: rule.formula1
        for rule in book["Conventions"].data_validations.dataValidation
        if rule.type == "list"
    }
    titles = [cell.value for cell in book["Conventions"][1]]
    kind = book["Conventions"].cell(2, titles.index("Nature du partenaire") + 1).coordinate
    assert offered[kind].startswith("'Listes'!$")
    assert "Commune" in lists["Nature du partenaire"]
    formats = {cell.value: cell.number_format for cell in book["Conventions"][2] if cell.value}
    assert formats["000000000"] == "@"


def test_the_dictionary_says_each_column_once(made: bytes) -> None:
    rows = list(load_workbook(io.BytesIO(made))["Dictionnaire"].values)
    told = [(row[0], row[1]) for row in rows[1:]]
    assert told == [(one.title, column.header) for one in TABLES.values() for column in one.columns]


def test_the_page_of_the_columns_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == as_markdown(), (
        "docs/imports_columns.md is out of date: run "
        "`manage.py import_columns docs/imports_columns.md`"
    )
