"""What the commands read: JSON files and published rulebooks, errors said to a person."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from workflows.input_faults import COLON, Wrong, quoted
from workflows.input_reading import read_day, read_instant
from workflows.rulebook import Rulebook
from workflows.rulebook_faults import RulebookErrors
from workflows.rulebook_files import examine, find


class _KeyTwice(ValueError):
    """A key written twice in one table: JSON would silently keep the last."""


def json_content(path: Path) -> Any:
    """The content of a JSON file. Raises ``CommandError`` saying what is wrong and where."""
    try:
        return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_table)
    except OSError as error:
        raise CommandError(
            f"Fichier illisible{COLON}{path} ({error.strerror}). Vérifiez le chemin et les droits."
        ) from error
    except UnicodeDecodeError as error:
        raise CommandError(
            f"{path}{COLON}le fichier n’est pas en UTF-8 (octet {error.start + 1}). "
            "Enregistrez-le en UTF-8."
        ) from error
    except json.JSONDecodeError as error:
        raise CommandError(
            f"{path}{COLON}le fichier n’est pas du JSON bien formé, ligne {error.lineno}, colonne "
            f"{error.colno}. Vérifiez les guillemets, les virgules et les crochets à cet endroit."
        ) from error
    except _KeyTwice as error:
        raise CommandError(f"{path}{COLON}{error}") from error
    except RecursionError as error:
        raise CommandError(f"{path}{COLON}des tables sont imbriquées trop profondément.") from error


def _table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for key, value in pairs:
        if key in table:
            raise _KeyTwice(f"la clé {quoted(key)} est écrite deux fois dans la même table.")
        table[key] = value
    return table


@cache
def rulebook_of(code: str) -> Rulebook:
    """The rulebook of a type of convention.

    Raises ``UnknownRulebook``, naming those that exist, or ``RulebookErrors``.
    """
    faults, rulebook = examine(find(Path(settings.TACITE_RULEBOOKS), code))
    if rulebook is None or faults:
        raise RulebookErrors(faults)
    return rulebook


def day(text: str) -> date:
    """An argument that is a civil date within the years of acts; raises ``ArgumentTypeError``."""
    try:
        return read_day(text)
    except Wrong as wrong:
        raise ArgumentTypeError(f"{wrong.problem}. Attendu{COLON}{wrong.expected}.") from wrong


def instant(text: str) -> datetime:
    """An argument that is an aware instant; raises ``ArgumentTypeError``."""
    try:
        return read_instant(text)
    except Wrong as wrong:
        raise ArgumentTypeError(f"{wrong.problem}. Attendu{COLON}{wrong.expected}.") from wrong
