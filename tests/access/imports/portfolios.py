"""A small portfolio of a former register, as files."""

import io
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from openpyxl import Workbook

from access.imports.columns import CONVENTIONS, TABLES

GOOD = {
    "number": "A-1",
    "partner_name": "Commune d’Essai",
    "partner_kind": "Commune",
    "siren": "214202798",
    "partner_signed_on": "10/01/2019",
    "caisse_signed_on": "14/01/2019",
    "cnil_basis": "Déclaration transmise",
    "cnil_on": "12/01/2019",
}
"""A convention in mid-life; its model is to be added."""


def csv(*rows: Mapping[str, str], name: str = "portefeuille.csv") -> ContentFile:
    """A CSV file of conventions, as a spreadsheet writes it."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    lines = [[CONVENTIONS.column(key).header for key in keys]]
    lines += [[row.get(key, "") for key in keys] for row in rows]
    text = "".join(";".join(line) + "\r\n" for line in lines)
    return ContentFile(text.encode("cp1252"), name)


def workbook(name: str = "portefeuille.xlsx", **sheets: list[Mapping[str, Any]]) -> ContentFile:
    """A workbook, a sheet a table, by the keys of the tables."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for key, rows in sheets.items():
        table, sheet = TABLES[key], book.create_sheet(TABLES[key].title)
        keys = list(dict.fromkeys(one for row in rows for one in row))
        sheet.append([table.column(one).header for one in keys])
        for row in rows:
            sheet.append([row.get(one) for one in keys])
    out = io.BytesIO()
    book.save(out)
    return ContentFile(out.getvalue(), name)
