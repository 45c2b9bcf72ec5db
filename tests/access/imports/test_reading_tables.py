"""Files as caisses have them: made by spreadsheets or by hand, read into texts, faults told."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from access.imports.source import Severity
from access.imports.tables import CannotRead, opened
from workflows.xlsx_lines import pieces

TITLES = ("Numéro de convention", "Modèle de convention", "Partenaire", "Nature du partenaire")
ROW = ("PSU-1", "psu", "Crèche Les Exemples", "Association")


def book(*rows: tuple[Any, ...], touch: Callable[[Worksheet], object] | None = None) -> bytes:
    """A workbook of one sheet, made by openpyxl."""
    made = Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Conventions"
    for row in rows:
        sheet.append(row)
    if touch is not None:
        touch(sheet)
    return saved(made)


def saved(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def text(*rows: tuple[str, ...], separator: str = ";") -> str:
    return "".join(f"{separator.join(row)}\r\n" for row in rows)


def told(content: bytes, name: str = "reprise.xlsx") -> list[tuple[int, dict[str, str], list[str]]]:
    """What is read: the number of each row, its values, the kinds of its problems."""
    with opened(io.BytesIO(content), name) as file:
        return [
            (row.number, dict(row.values), [one.kind for one in problems])
            for table in file.tables
            for row, problems in table.rows()
        ]


def cell(title: str, value: Any, touch: Callable[[Worksheet], object] | None = None) -> Any:
    """What is read of one more cell, under that title: its text, or the kind of its fault."""
    [(_, values, kinds)] = told(book((*TITLES, title), (*ROW, value), touch=touch))
    beyond = [value for key, value in values.items() if key not in KEYS]
    assert len(beyond) + len(kinds) <= 1
    return (*beyond, *kinds, "")[0]


KEYS = {"number", "rulebook", "partner_name", "partner_kind"}
READ = dict(zip(("number", "rulebook", "partner_name", "partner_kind"), ROW, strict=True))


def refusal(content: bytes, name: str = "reprise.xlsx") -> str:
    """Why nothing of a file is read."""
    with pytest.raises(CannotRead) as refused:
        told(content, name)
    for one in refused.value.problems:
        assert one.severity is Severity.REFUSED
    return " ".join(f"{one.message} {one.to_do}" for one in refused.value.problems)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "mac_roman", "cp850", "utf-16"]
)
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_csv_is_read_as_each_spreadsheet_writes_it(encoding: str, separator: str) -> None:
    content = text(TITLES, ROW, separator=separator).encode(encoding)
    assert told(content, "reprise.csv") == [(2, READ, [])]


def test_a_cell_of_several_lines_is_one_row_and_empty_rows_keep_their_numbers() -> None:
    content = text(TITLES, ("PSU-1", "psu", '"Crèche\r\nLes Exemples"', "Association"), ("",) * 4)
    content += text(("PSU-2", *ROW[1:]))
    assert [
        (number, values["partner_name"]) for number, values, _ in told(content.encode(), "a.csv")
    ] == [
        (2, "Crèche Les Exemples"),
        (4, "Crèche Les Exemples"),
    ]


def test_the_separator_may_be_told_and_titles_stand_below_a_heading() -> None:
    content = "sep=|\r\n" + text(("Conventions de 2019", "", "", ""), TITLES, ROW, separator="|")
    assert told(content.encode(), "a.csv") == [(4, READ, [])]


def test_titles_are_known_without_capitals_accents_or_order() -> None:
    titles = (
        "NATURE DU PARTENAIRE ",
        "partenaire*",
        "modele de convention",
        "numero de convention",
    )
    assert told(text(titles, ROW[::-1]).encode(), "a.csv") == [(2, READ, [])]


@pytest.mark.parametrize(
    ("title", "value", "read"),
    [
        ("SIREN", 123456782, "123456782"),
        ("SIREN", 123456782.0, "123456782"),
        ("SIREN", "123 456 782", "123 456 782"),
        ("SIREN", 12345678, "lost_zeros"),
        ("SIRET du siège", 12345678200010, "12345678200010"),
        ("SIRET du siège", "1,23456782E+13", "shortened_number"),
        ("N° tiers", 1234567890123456, "shortened_number"),
        ("N° tiers", "'00042", "'00042"),
        ("N° tiers", date(2025, 2, 1), "turned_into_day"),
        ("N° tiers", time(1, 2), "turned_into_day"),
        ("N° tiers", 12.5, "12,5"),
        ("Validée le", None, ""),
        ("Validée le", datetime.fromisoformat("2019-01-14T10:30"), "14/01/2019"),
        ("Validée le", date(2019, 1, 14), "14/01/2019"),
        ("Validée le", "2019-01-14", "2019-01-14"),
        ("Validée le", 43479, "day_as_number"),
        ("Validée le", "=TODAY()", "formula"),
        ("Validée le", "#REF!", "error_cell"),
        ("Référence CNIL", "########", "column_too_narrow"),
        ("Référence CNIL", "dÃ©claration", "spoilt_letters"),
        ("Référence CNIL", "x" * 5_001, "too_long"),
    ],
)
def test_a_cell_is_read_as_a_person_sees_it_or_its_fault_is_told(
    title: str, value: Any, read: str
) -> None:
    assert cell(title, value) == read


def test_the_zeros_that_only_the_format_of_a_cell_shows_are_kept() -> None:
    def show_nine_digits(sheet: Worksheet) -> None:
        sheet["E2"].number_format = "000000000"

    assert cell("SIREN", 5520135, show_nine_digits) == "005520135"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ('="00042"', {"partner_number": "00042"}),
        ("'-42", {"partner_number": "-42"}),
        ("=A2", ["formula"]),
        ("d\N{REPLACEMENT CHARACTER}", ["spoilt_letters"]),
    ],
)
def test_a_cell_of_a_csv_is_never_taken_for_a_formula(value: str, read: Any) -> None:
    quoted = f'"{value.replace(chr(34), chr(34) * 2)}"'
    content = text((*TITLES, "N° tiers"), (*ROW, quoted))
    [(_, values, kinds)] = told(content.encode(), "a.csv")
    assert (kinds or {key: one for key, one in values.items() if key not in KEYS}) == read


def test_letters_that_no_longer_read_refuse_their_row_alone() -> None:
    content = text(TITLES, ROW).encode() + text(("PSU-2", "psu", "Crèche", "Association")).encode(
        "cp1252"
    )
    assert [(number, kinds) for number, _, kinds in told(content, "a.csv")] == [
        (2, []),
        (3, ["spoilt_letters"]),
    ]


def test_merged_cells_refuse_every_row_that_they_touch() -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("C2:C3")

    content = book(TITLES, ROW, ("PSU-2", *ROW[1:]), ("PSU-3", *ROW[1:]), touch=merge)
    assert [(number, kinds) for number, _, kinds in told(content)] == [
        (2, ["merged_cells"]),
        (3, ["merged_cells"]),
        (4, []),
    ]


def test_merged_titles_refuse_the_file() -> None:
    content = book(TITLES, ROW, touch=lambda sheet: sheet.merge_cells("C1:D1"))
    assert "Des titres sont fusionnés (C1:D1)" in refusal(content)


def test_a_value_without_a_title_refuses_its_row() -> None:
    assert told(book(TITLES, (*ROW, "perdu")))[0][2] == ["without_title"]
    assert told((text(TITLES, (*ROW, "perdu"))).encode(), "a.csv")[0][2] == ["wrong_width"]
    assert told((text(TITLES, ROW[:3])).encode(), "a.csv")[0][2] == ["wrong_width"]


def test_what_is_not_taken_over_is_told_before_anything_is() -> None:
    made = Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.append((*TITLES, "Humeur du jour"))
    sheet.append((*ROW, "bonne"))
    sheet.row_dimensions[2].hidden = True
    made.create_sheet("Brouillon").append(("à voir",))
    hidden = made.create_sheet("Anciennes")
    hidden.append(TITLES)
    hidden.sheet_state = "hidden"
    with opened(io.BytesIO(saved(made)), "a.xlsx") as file:
        assert {one.kind for one in file.notices} == {
            "unknown_column",
            "hidden_rows",
            "sheet_not_read",
        }
        assert all(one.severity is Severity.DOUBTFUL for one in file.notices)
        assert "« Humeur du jour »" in " ".join(one.message for one in file.notices).replace(
            "\N{NO-BREAK SPACE}", " "
        )
        assert [len(list(table.rows())) for table in file.tables] == [1]


def test_a_workbook_of_another_hand_is_read_alike() -> None:
    content = b"".join(pieces("Conventions", (*TITLES, "Validée le"), [(*ROW, date(2019, 1, 14))]))
    assert told(content) == [(2, {**READ, "validated_on": "14/01/2019"}, [])]


def test_three_sheets_are_three_tables_in_the_order_of_the_take_over() -> None:
    made = Workbook()
    users = made.active
    assert isinstance(users, Worksheet)
    users.append(("Numéro de convention", "Nom", "Habilitation accordée le"))
    users.append(("PSU-1", "Modèle", date(2019, 1, 15)))
    for title, row in ((TITLES, ROW), (("Numéro de convention", "Événement"), ("PSU-1", "Litige"))):
        sheet = made.create_sheet()
        sheet.append(title)
        sheet.append(row)
    with opened(io.BytesIO(saved(made)), "a.xlsx") as file:
        found = [row.sheet for table in file.tables for row, _ in table.rows()]
    assert found == ["conventions", "events", "users"]


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same workbook with one of its parts changed by hand; a part that is not there is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as made:
        names = archive.namelist()
        for name in names:
            before = archive.read(name)
            made.writestr(name, change(before) if name == part else before)
        if part not in names:
            made.writestr(part, change(b""))
    return out.getvalue()


GOOD = book(TITLES, ROW)
SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "est vide"),
        (b"%PDF-1.7 \x00", "n’est pas du texte"),
        (b"Bonjour;monde\r\n", "Aucun tableau de reprise"),
        (text(TITLES).encode().replace(b"Partenaire;", b"Partenair;"), "« Partenair »"),
        (text(TITLES[:3], ROW[:3]).encode(), "« Nature du partenaire » manque"),
        (text((*TITLES, "SIREN", "Siren"), ROW).encode(), "« SIREN » est deux fois"),
        (text(TITLES, ("PSU-1", '"psu', *ROW[2:])).encode(), "guillemets"),
        (GOOD[: len(GOOD) // 2], "abîmé"),
        (changed(GOOD, SHEET, lambda part: part[:-30]), "abîmé"),
        (
            changed(GOOD, SHEET, lambda part: b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + part),
            "déclarations",
        ),
        (changed(GOOD, SHEET, lambda part: part.decode().encode("utf-16")), "UTF-8"),
        (changed(GOOD, "xl/vbaProject.bin", lambda _: b"macro"), "macros"),
        (changed(GOOD, "xl/workbook.bin", lambda _: b"x"), "XLSB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, "ancien format XLS"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "mot de passe",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(content: bytes, words: str) -> None:
    name = "reprise.xlsx" if content[:2] in (b"PK", b"\xd0\xcf") else "reprise.csv"
    assert words in refusal(content, name).replace("\N{NO-BREAK SPACE}", " ")


def test_a_missing_title_is_looked_for_among_those_that_nobody_knows() -> None:
    strange = text(("Dossier", *TITLES[1:3], f"{TITLES[3]}s"), ROW)
    told = refusal(strange.encode(), "a.csv").replace("\N{NO-BREAK SPACE}", " ")
    assert f"« {TITLES[0]} » manque" in told
    assert "si c’est l’une de ces colonnes inconnues : « Dossier »" in told
    assert f"« {TITLES[3]} » manque" not in told, "it is only misspelt"
    assert f"Aucune colonne ne s’appelle « {TITLES[3]}s »" in told


def test_a_bomb_is_not_unpacked() -> None:
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/large.bin", b"\x00" * (201 * 1024**2))
    assert len(out.getvalue()) < 1024**2
    assert "200 Mo une fois ouvert" in refusal(out.getvalue()).replace("\N{NO-BREAK SPACE}", " ")


def test_a_row_that_claims_to_be_far_away_ends_the_reading() -> None:
    far = changed(GOOD, SHEET, lambda part: part.replace(b'r="2"', b'r="99999999999"'))
    assert told(far) == []


def test_an_open_document_workbook_is_told_what_to_do() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office/>")
    assert "ODS" in refusal(out.getvalue(), "a.ods")
