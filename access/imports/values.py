"""Reading the texts of a row as what their columns declare, with a plain word on what is not so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from access.imports.column import FORMAT_WORDS, SEPARATOR, Column, Format, Group, Table
from access.imports.source import Problem, Severity, SourceRow
from contracts.identifiers import compact, validate_siren, validate_siret
from contracts.nir import has_nir
from contracts.search_words import folded
from workflows.french import typeset

_DAY = re.compile(
    r"(?:(\d{1,2})/(\d{1,2})/(\d{4})|(\d{4})-(\d{2})-(\d{2}))"
    r"(?:[ T]0?0:00(?::00(?:[.,]0+)?)?)?"
)
"""A day; exports of other programs write midnight after it."""
_SHORT_YEAR = re.compile(r"\d{1,2}/\d{1,2}/\d{2}")
_DIGIT = re.compile(r"\d")
_EARLIEST, _LATEST = 1900, 2200

_PERSONAL = frozenset({"partner_address", "partner_email", "last_name", "first_name", "email"})
"""Keys of columns whose values no report repeats, with those about the signatory."""


@lru_cache(10_000)
def plain(text: str) -> str:
    """A text as two writings of it are compared: no case, accent, space or apostrophe counts."""
    return " ".join(re.findall(r"[a-z0-9]+", folded(text)))


class Row:
    """The values of one row, and what is found wrong with them."""

    def __init__(
        self, table: Table, source: SourceRow, problems: list[Problem], today: date
    ) -> None:
        self.table = table
        self.line = source.number
        self.is_refused = False
        """Whether something of it cannot be taken over."""
        self._values = source.values
        self._problems = problems
        self._today = today
        self._unread = {
            one.column for one in problems if (one.sheet, one.row) == (table.key, source.number)
        }
        """Titles of the cells left out since they could not be read: they are not empty."""
        for column in table.columns:
            if column.key in self:
                self._check(column, self.text(column.key))
            elif column.always:
                self.refuse(
                    column.key,
                    "missing",
                    "Cette colonne n’est pas remplie.",
                    to_do="Remplissez-la, puis reprenez le fichier.",
                )

    def __contains__(self, key: str) -> bool:
        return bool(self._values.get(key))

    def text(self, key: str) -> str:
        """The text, empty where the cell is."""
        return self._values.get(key, "")

    def names(self, key: str) -> tuple[str, ...]:
        """The texts that a bar separates."""
        parts = (part.strip() for part in self.text(key).split(SEPARATOR))
        return tuple(dict.fromkeys(part for part in parts if part))

    def day(self, key: str) -> date | None:
        """The day; None where the cell is empty or was refused."""
        return day_of(self.text(key))

    def past_day(self, key: str) -> date | None:
        """The day of a fact that has happened: one yet to come is refused."""
        day = self.day(key)
        if day is not None and day > self._today:
            self.refuse(
                key,
                "future_day",
                "Cette date est à venir.",
                expected="un fait déjà arrivé",
                to_do="Vérifiez l’année, ou reprenez la convention sans ce fait.",
            )
            return None
        return day

    def choice(self, key: str) -> str:
        """What the word of the cell means; empty where it is empty or was refused."""
        return _choice_of(self.table.column(key), self.text(key))

    def number(self, key: str) -> int | None:
        """The whole number; None where the cell is empty or was refused."""
        text = self.text(key)
        return int(text) if text.isdecimal() else None

    def refuse(
        self, key: str, kind: str, message: str, *, expected: str = "", to_do: str = ""
    ) -> None:
        """Say why nothing of the convention can be taken over."""
        self.is_refused = True
        self._tell(key, kind, message, expected, to_do, Severity.REFUSED)

    def require(self, key: str, kind: str, message: str, expected: str = "") -> None:
        """Refuse a cell left empty beside others that ask for it."""
        self.refuse(
            key,
            kind,
            message,
            expected=expected or FORMAT_WORDS[self.table.column(key).format],
            to_do="Remplissez la colonne, ou videz celles qui l’accompagnent.",
        )

    def doubt(
        self, key: str, kind: str, message: str, *, expected: str = "", to_do: str = ""
    ) -> None:
        """Say what a person should look at, though the convention is taken over."""
        self._tell(key, kind, message, expected, to_do, Severity.DOUBTFUL)

    def _tell(
        self, key: str, kind: str, message: str, expected: str, to_do: str, severity: Severity
    ) -> None:
        column = self.table.column(key) if key else None
        if column is not None and key not in self and column.header in self._unread:
            # Its cell holds something: what is wrong with it is told already.
            return
        value = "" if column is None or _is_personal(column) else self.text(key)
        self._problems.append(
            Problem(
                row=self.line,
                column=column.header if column else "",
                value=value[:100],
                kind=kind,
                message=typeset(message),
                expected=typeset(expected),
                to_do=typeset(to_do),
                severity=severity,
                sheet=self.table.key,
            )
        )

    def _check(self, column: Column, text: str) -> None:
        """Refuse what cannot be read as the column declares, or must not be kept."""
        key = column.key
        if len(text) > column.longest:
            self.refuse(
                key,
                "too_long",
                f"Ce texte a {len(text)} signes.",
                expected=f"{column.longest} signes au plus",
                to_do="Abrégez-le.",
            )
        if not text.replace("\n", "").isprintable():
            self.refuse(
                key,
                "unprintable",
                "Ce texte contient un signe invisible.",
                expected="des lettres, des chiffres et des signes de ponctuation",
                to_do="Retapez-le.",
            )
        if len(_DIGIT.findall(text)) >= 13 and has_nir(text):
            # The number itself is repeated nowhere.
            hidden = SourceRow(self.line, self.table.key, {**self._values, key: ""})
            self._values = hidden.values
            self.refuse(
                key,
                "nir",
                "Ce texte contient un numéro de sécurité sociale, que Tacite ne doit pas "
                "conserver.",
                to_do="Retirez-le du fichier, puis détruisez l’ancien fichier.",
            )
            return
        self._check_format(column, text)

    def _check_format(self, column: Column, text: str) -> None:
        key, expected = column.key, FORMAT_WORDS[column.format]
        match column.format:
            case Format.DAY if day_of(text) is None:
                self.refuse(
                    key,
                    "unreadable_day",
                    _why_no_day(text),
                    expected=f"{expected}, entre {_EARLIEST} et {_LATEST}",
                    to_do="Écrivez-la ainsi : 14/10/2025.",
                )
            case Format.CHOICE if not _choice_of(column, text):
                self.refuse(
                    key,
                    "unknown_word",
                    "Ce mot n’est pas de la liste.",
                    expected=", ".join(column.choices or ()),
                    to_do="Choisissez un mot de la liste.",
                )
            case Format.WHOLE_NUMBER if not (text.isdecimal() and len(text) < 9):
                self.refuse(
                    key,
                    "not_a_number",
                    "Ce n’est pas un nombre entier.",
                    expected=expected,
                    to_do="Écrivez-le en chiffres.",
                )
            case Format.EMAIL | Format.SIREN | Format.SIRET:
                self._check_known_form(column, text)

    def _check_known_form(self, column: Column, text: str) -> None:
        checks = {
            Format.EMAIL: (validate_email, "bad_email", "Ce n’est pas une adresse électronique."),
            Format.SIREN: (validate_siren, "bad_siren", "Ce n’est pas un numéro SIREN."),
            Format.SIRET: (validate_siret, "bad_siret", "Ce n’est pas un numéro SIRET."),
        }
        check, kind, message = checks[column.format]
        try:
            check(text if column.format == Format.EMAIL else compact(text))
        except ValidationError:
            self.refuse(
                column.key,
                kind,
                message,
                expected=FORMAT_WORDS[column.format]
                + ("" if column.format == Format.EMAIL else ", dont le dernier est une clé"),
                to_do="Vérifiez-la auprès du partenaire."
                if column.format == Format.EMAIL
                else "Vérifiez-le sur l’avis de situation de l’organisme.",
            )


def day_of(text: str) -> date | None:
    """A day as files write it; None when it is none, or lies outside 1900 to 2200."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    day, month, year = (
        (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    )
    try:
        read = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return read if _EARLIEST <= read.year < _LATEST else None


def _why_no_day(text: str) -> str:
    if _SHORT_YEAR.fullmatch(text):
        return "L’année de cette date n’a que deux chiffres : on ne sait pas de quel siècle."
    found = _DAY.fullmatch(text)
    if found is None:
        return "Cette date n’est pas écrite comme il le faut."
    if not _EARLIEST <= int(found[3] or found[4]) < _LATEST:
        return "Cette année n’est pas possible."
    return "Ce jour n’existe pas dans le calendrier."


def _choice_of(column: Column, text: str) -> str:
    return _meanings(tuple((column.choices or {}).items())).get(plain(text), "")


@cache
def _meanings(choices: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return {plain(word): meaning for word, meaning in choices}


def _is_personal(column: Column) -> bool:
    return column.key in _PERSONAL or column.group in (Group.SIGNATORY, Group.USER)
