"""Rulebooks as files: one TOML file a type of convention, under a root of its own.

``<root>/<code>/rulebook.toml``. The root is handed in: the engine knows no type of convention.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from workflows.french import NO_BREAK_SPACE
from workflows.rulebook import Rulebook
from workflows.rulebook_checks import check
from workflows.rulebook_faults import RulebookErrors, RulebookFault, validation_faults

FILE_NAME = "rulebook.toml"


class UnknownRulebook(LookupError):
    """No rulebook has this code; the message names those that exist."""

    def __init__(self, code: str, known: list[str]) -> None:
        self.code, self.known = code, known
        super().__init__(
            f"Aucun modèle de convention «{NO_BREAK_SPACE}{code}{NO_BREAK_SPACE}». Codes "
            f"connus{NO_BREAK_SPACE}: {', '.join(known) or 'aucun'}."
        )


def load(path: Path) -> Rulebook:
    """The rulebook of one file, read and validated.

    Raises ``RulebookErrors`` with every fault of the file: unreadable, not TOML (with the line), or
    a key unknown, missing or wrongly given. The static checks are ``rulebook_checks``'.
    """
    content = _content(path)
    try:
        return Rulebook.model_validate(content)
    except ValidationError as error:
        raise RulebookErrors(validation_faults(error, content, str(path))) from error


def find(root: Path, code: str) -> Path:
    """The file of a type of convention. Raises ``UnknownRulebook``."""
    codes = {path.parent.name: path for path in _files(root)}
    if code not in codes:
        raise UnknownRulebook(code, sorted(codes))
    return codes[code]


def published(root: Path) -> dict[str, Rulebook]:
    """All the rulebooks of a root by their code, read and checked.

    Raises ``RulebookErrors`` with the faults of all the files.
    """
    rulebooks: dict[str, Rulebook] = {}
    faults: list[RulebookFault] = []
    for path in _files(root):
        found, rulebook = examine(path)
        faults.extend(found)
        if rulebook is None:
            continue
        if rulebook.code != path.parent.name:
            faults.append(_misplaced(path, rulebook))
        rulebooks[rulebook.code] = rulebook
    if faults:
        raise RulebookErrors(faults)
    return rulebooks


def examine(path: Path) -> tuple[tuple[RulebookFault, ...], Rulebook | None]:
    """The faults of one file, static checks included, and its rulebook if it could be read."""
    try:
        rulebook = load(path)
    except RulebookErrors as errors:
        return errors.faults, None
    return check(rulebook, str(path)), rulebook


def _files(root: Path) -> list[Path]:
    return sorted(root.glob(f"*/{FILE_NAME}"))


def _misplaced(path: Path, rulebook: Rulebook) -> RulebookFault:
    return RulebookFault(
        str(path),
        "code",
        "",
        f"le code «{NO_BREAK_SPACE}{rulebook.code}{NO_BREAK_SPACE}» n’est pas le nom du dossier",
        f"«{NO_BREAK_SPACE}{path.parent.name}{NO_BREAK_SPACE}»",
    )


def _content(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise _unreadable(path, "fichier illisible", "un fichier que l’on peut lire") from error
    except UnicodeDecodeError as error:
        problem = f"le fichier n’est pas en UTF-8 (octet {error.start + 1})"
        raise _unreadable(path, problem, "un fichier en UTF-8") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = _toml_problem(str(error), text)
        raise _unreadable(path, problem, "un fichier TOML bien formé") from error


def _unreadable(path: Path, problem: str, expected: str) -> RulebookErrors:
    return RulebookErrors([RulebookFault(str(path), "", "", problem, expected)])


# What the parser of the standard library says, in French; anything else keeps its place only.
_TOML_WORDS = (
    ("Cannot overwrite a value", "clé écrite deux fois"),
    ("Cannot declare", "table déclarée deux fois"),
    ("Cannot mutate immutable", "table déjà fermée"),
    ("Expected '=' after a key", "signe = attendu après la clé"),
    ("Expected newline or end of document", "texte en trop après la valeur"),
    ("Expected ']", "crochet fermant attendu"),
    ("Illegal character", "caractère interdit, peut-être un guillemet qui manque"),
    ("Invalid value", "valeur illisible, peut-être un guillemet qui manque"),
    ("Unclosed array", "liste qui n’est pas fermée"),
    ("Unclosed inline table", "table qui n’est pas fermée"),
    ("Unterminated string", "texte qui n’est pas fermé par un guillemet"),
)


def _toml_problem(message: str, text: str) -> str:
    place = re.search(r"at line (\d+), column (\d+)", message)
    last = len(text.splitlines())
    where = f"ligne {place[1]}, colonne {place[2]}" if place else f"ligne {last}, la dernière"
    words = next((french for english, french in _TOML_WORDS if english in message), "")
    return f"syntaxe TOML, {where}" + (f" ({words})" if words else "")
