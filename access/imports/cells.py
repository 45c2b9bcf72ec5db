"""One cell of a file as the text that a person sees in it, or what is wrong with it.

A spreadsheet changes what is typed: it drops the zeros at the beginning of a number, turns « 1-2 »
into a date, shortens long numbers. What it lost is told, never guessed.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from unicodedata import normalize

from access.imports.column import FORMAT_WORDS, Column, Format

LONGEST: Final = 5_000
"""Characters of one cell."""

_EXACT_DIGITS: Final = 15
"""Digits that a spreadsheet keeps of a number; it writes zeros for those that follow."""

_DIGITS_OF: Final = {Format.SIREN: 9, Format.SIRET: 14}

_ERROR: Final = re.compile(
    "#(REF!|N/A|VALUE!|VALEUR!|NAME[?]|NOM[?]|DIV/0!|NUM!|NOMBRE!|NULL!|NUL!|SPILL!|PROPAGATION!)"
)
"""What a spreadsheet shows of a formula that fails, in English and in French."""

_SHORTENED: Final = re.compile(r"[+-]?\d([.,]\d+)?E\+?\d+", re.IGNORECASE)
_SPOILT: Final = re.compile("\N{REPLACEMENT CHARACTER}|Ã[\\x80-\\xbf©¨ª«®¯´»§]|â€|\\?\\?")
"""Letters that were read in another encoding than they were written in."""
_PADDED: Final = re.compile(r"0{2,}")
_TO_TEXT: Final = "Mettez la colonne au format « Texte », puis retapez la valeur."


class Fault(NamedTuple):
    """What is wrong with a cell."""

    kind: str
    message: str
    expected: str
    to_do: str


class BadCell(ValueError):
    """The cell cannot be read as it stands."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def typed_text(value: Any, data_type: str, number_format: str, column: Column) -> str:
    """The text of a cell of a workbook, as openpyxl gives its value. Raises ``BadCell``."""
    if value is None:
        return ""
    if data_type == "f":
        raise BadCell(_formula(column))
    if data_type == "e":
        raise BadCell(_error(column))
    if isinstance(value, (date, datetime)):
        return _day(value, column)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, (int, float)):
        return _number(value, number_format, column)
    if isinstance(value, (time, timedelta)):
        raise BadCell(_misread("une heure", column))
    return _checked(str(value), column)


def plain_text(value: str, column: Column) -> str:
    """The text of a cell of a CSV file. Raises ``BadCell``."""
    if value.startswith('="') and value.endswith('"') and len(value) > 2:
        # How spreadsheets are made to keep the zeros at the beginning of a number.
        value = value[2:-1]
    elif value[:1] == "'" and value[1:2] in ("=", "+", "-", "@"):
        # How a text is kept from being taken for a formula (`workflows.csv_lines`).
        value = value[1:]
    elif value.startswith("="):
        raise BadCell(_formula(column))
    return _checked(value, column)


def one_line(text: str) -> str:
    """A text without the spaces around it, and with plain single ones within."""
    return " ".join(normalize("NFC", text).replace("\ufeff", "").replace("\u200b", "").split())


def _checked(value: str, column: Column) -> str:
    text = one_line(value)
    if _ERROR.fullmatch(text):
        raise BadCell(_error(column))
    if len(text) > 1 and not text.strip("#"):
        raise BadCell(
            Fault(
                "column_too_narrow",
                "La colonne était trop étroite quand le fichier a été enregistré : la valeur n’y "
                "est plus, seulement des « # ».",
                FORMAT_WORDS[column.format],
                "Élargissez la colonne dans le tableur, puis enregistrez de nouveau.",
            )
        )
    if len(text) > LONGEST:
        raise BadCell(
            Fault(
                "too_long",
                f"Ce texte a {len(text)} caractères.",
                f"{LONGEST} caractères au plus",
                "Raccourcissez-le.",
            )
        )
    if _SPOILT.search(text):
        raise BadCell(
            Fault(
                "spoilt_letters",
                "Des lettres sont abîmées : le fichier a été lu dans un autre codage que celui "
                "dans lequel il a été écrit.",
                FORMAT_WORDS[column.format],
                "Enregistrez-le de nouveau depuis le tableur, en « CSV UTF-8 » ou en XLSX, et "
                "vérifiez les accents.",
            )
        )
    _check_kept_whole(text, column)
    return text


def _check_kept_whole(text: str, column: Column) -> None:
    """Raise ``BadCell`` for a number from which a spreadsheet took something."""
    if column.format is Format.DAY and text.isascii() and text.isdigit() and len(text) == 5:
        raise BadCell(
            Fault(
                "day_as_number",
                f"« {text} » est la façon dont le tableur compte les jours, pas une date écrite.",
                FORMAT_WORDS[column.format],
                "Mettez la colonne au format « Date » dans le tableur, puis enregistrez.",
            )
        )
    if column.format is Format.DAY:
        return
    if _SHORTENED.fullmatch(text):
        raise BadCell(
            Fault(
                "shortened_number",
                f"Le tableur a abrégé ce nombre en « {text} » : ses derniers chiffres sont perdus.",
                FORMAT_WORDS[column.format],
                _TO_TEXT,
            )
        )
    wanted = _DIGITS_OF.get(column.format)
    if wanted and text.isascii() and text.isdigit() and len(text) < wanted:
        raise BadCell(
            Fault(
                "lost_zeros",
                f"Il y a {len(text)} chiffres au lieu de {wanted}. Si ce numéro commence par zéro, "
                "le tableur l’a retiré.",
                FORMAT_WORDS[column.format],
                _TO_TEXT,
            )
        )


def _day(value: date, column: Column) -> str:
    if column.format is not Format.DAY:
        raise BadCell(_misread("une date", column))
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def _number(value: float, number_format: str, column: Column) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, float):
        return repr(value).replace(".", ",")
    if len(str(abs(value))) > _EXACT_DIGITS:
        raise BadCell(
            Fault(
                "shortened_number",
                f"Le tableur a pris ce numéro pour un nombre et n’en a gardé que {_EXACT_DIGITS} "
                "chiffres.",
                FORMAT_WORDS[column.format],
                _TO_TEXT,
            )
        )
    shown = number_format.split(";")[0].replace(" ", "").replace('"', "").replace("\\", "")
    text = str(value)
    if value >= 0 and _PADDED.fullmatch(shown):
        # The zeros at the beginning are shown by the format of the cell.
        text = text.zfill(len(shown))
    _check_kept_whole(text, column)
    return text


def _formula(column: Column) -> Fault:
    return Fault(
        "formula",
        "Cette cellule contient une formule, dont le résultat peut changer d’un jour à l’autre.",
        FORMAT_WORDS[column.format],
        "Copiez la colonne, puis collez-la au même endroit par « Collage spécial, valeurs ».",
    )


def _error(column: Column) -> Fault:
    return Fault(
        "error_cell",
        "Cette cellule montre l’erreur d’une formule : sa valeur n’existe pas.",
        FORMAT_WORDS[column.format],
        "Retrouvez la valeur et tapez-la.",
    )


def _misread(what: str, column: Column) -> Fault:
    return Fault(
        "turned_into_day",
        f"Le tableur a pris cette valeur pour {what} et a perdu ce qui était tapé.",
        FORMAT_WORDS[column.format],
        _TO_TEXT,
    )
