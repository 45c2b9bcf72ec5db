"""What a column of a take-over file is, and the tables that columns make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SEPARATOR = "|"
"""Between several values of one cell: structures, names of files."""


class Format(StrEnum):
    """How the value of a cell is written."""

    TEXT = "text"
    DAY = "day"
    CHOICE = "choice"
    EMAIL = "email"
    SIREN = "siren"
    SIRET = "siret"
    WHOLE_NUMBER = "whole_number"
    LIST = "list"
    FILES = "files"


FORMAT_WORDS: Final[Mapping[Format, str]] = {
    Format.TEXT: "texte",
    Format.DAY: "date JJ/MM/AAAA ou AAAA-MM-JJ",
    Format.CHOICE: "un mot de la liste",
    Format.EMAIL: "adresse électronique",
    Format.SIREN: "9 chiffres",
    Format.SIRET: "14 chiffres",
    Format.WHOLE_NUMBER: "nombre entier",
    Format.LIST: "textes séparés par une barre « | »",
    Format.FILES: "noms de fichiers séparés par une barre « | »",
}
"""What a cell must hold, in the words of the dictionary and of the errors."""


class Group(StrEnum):
    """What columns are about; the value is their title in the dictionary."""

    CONVENTION = "La convention"
    PARTNER = "Le partenaire"
    SIGNATORY = "Le signataire du partenaire"
    MAKING = "Signatures et prise d’effet"
    NOTICE = "Dénonciation"
    FORMAL_NOTICE = "Mise en demeure ou lettre de résiliation"
    ENDING = "Autres fins"
    CONTROL = "Contrôle"
    SCANS = "Pièces numérisées"
    EVENT = "L’événement"
    USER = "L’utilisateur"
    ACCESS = "Son habilitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table."""

    key: str
    """How the code names it: the values of a ``SourceRow`` go by it."""
    header: str
    """What stands in the first line of the file."""
    meaning: str
    group: Group
    format: Format = Format.TEXT
    example: str = ""
    """An example row is made of these; empty where that row leaves the cell empty."""
    wanted: str = ""
    """When it must be filled, in French; empty: never."""
    always: bool = False
    """Whether no row may leave it empty, so that no file may go without the column."""
    choices: Mapping[str, str] | None = None
    """The words that the cell may hold, each with what it means to the code."""
    longest: int = 200
    """In signs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet of the workbook, or one CSV file."""

    key: str
    title: str
    """Name of the sheet; ``SourceRow.sheet`` bears the key."""
    meaning: str
    columns: tuple[Column, ...]

    def column(self, key: str) -> Column:
        """The column of that key. Raises ``KeyError``."""
        return {column.key: column for column in self.columns}[key]
