"""Source files of the texts: a heading of settings in TOML, then Markdown with placeholders.

``{{ notice.length }}`` is filled from the rulebook or from the facts of the document, with Jinja2
in its strictest mode: an unknown name is a fault, never an empty space. What is filled in is
escaped, so that no name of a partner can become markup.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from templates_conventions.letter_words import FILTERS
from templates_conventions.wording import WordingFault, in_words
from workflows.french import typeset

PARTS = Path(__file__).resolve().parent / "letters" / "parts"
"""Where the parts stand that several texts share (``{% include "engagements.md" %}``)."""

_FRONT = re.compile(r"\+\+\+\n(?P<settings>.*?)\n\+\+\+\n(?P<body>.*)", re.DOTALL)
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


class SourceFault(Exception):
    """A source text that cannot be used: which file, what is wrong, what was expected."""

    def __init__(self, path: Path, problem: str, expected: str) -> None:
        self.path, self.problem, self.expected = path, problem, expected
        place = "/".join(path.parts[-3:])
        super().__init__(typeset(f"{place} : {problem.rstrip('.')}. Attendu : {expected}."))


@dataclass(frozen=True, slots=True)
class Source:
    """One file as it stands."""

    path: Path
    settings: Mapping[str, Any]
    body: str
    digest: str
    """sha256 of the file."""


def read(path: Path) -> Source:
    """Read a source file. Raises ``SourceFault`` if it cannot be read or its heading is no TOML."""
    raw = _bytes(path)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        problem = f"le fichier n’est pas en UTF-8 (octet {error.start + 1})"
        raise SourceFault(path, problem, "un fichier en UTF-8") from error
    front = _FRONT.fullmatch(text)
    settings = _toml(path, front["settings"]) if front else {}
    return Source(path, settings, front["body"] if front else text, sha256(raw).hexdigest())


def read_toml(path: Path) -> Source:
    """Read a file that is TOML as a whole: settings without a text. Raises ``SourceFault``."""
    raw = _bytes(path)
    return Source(path, _toml(path, raw.decode(errors="replace")), "", sha256(raw).hexdigest())


def digest_of(sources: tuple[Source, ...]) -> str:
    """One sha256 for several files: that of their names and contents, in this order."""
    lines = "\n".join(f"{source.path.name} {source.digest}" for source in sources)
    return sha256(lines.encode()).hexdigest()


def filled(source: Source, text: str, facts: Mapping[str, Any]) -> str:
    """``text``, a part of ``source``, with its placeholders filled from ``facts``.

    Raises ``SourceFault`` for an unknown name, a value without words, or a badly written one.
    """
    try:
        return _compiled(text).render(facts)
    except (TemplateError, WordingFault, TypeError) as error:
        line = getattr(error, "lineno", None)
        where = f" (ligne {line} du texte)" if line else ""
        raise SourceFault(
            source.path,
            f"valeur impossible à écrire{where} : {error}",
            "une règle du modèle de convention, ou un fait du document, sous son nom exact",
        ) from error


def filled_plain(source: Source, text: str, facts: Mapping[str, Any]) -> str:
    """The same for a text that is no Markdown, such as a title: nothing escaped stays in it."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", filled(source, text, facts))


def parts_of(source: Source) -> tuple[Source, ...]:
    """The shared parts that a text includes. Raises ``SourceFault``."""
    try:
        names = meta.find_referenced_templates(_environment().parse(source.body))
    except TemplateError as error:
        raise SourceFault(source.path, f"texte mal écrit : {error}", "du Jinja2") from error
    return tuple(read(PARTS / name) for name in names if name)


@lru_cache(maxsize=1024)
def _compiled(text: str) -> Template:
    # The same text is written for every convention of a batch, and by every check.
    return _environment().from_string(text)


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        autoescape=False,
        undefined=StrictUndefined,
        finalize=_escaped,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FileSystemLoader(PARTS),
    )
    environment.filters.update(FILTERS)
    return environment


def _escaped(value: Any) -> Any:
    # Every mark that Markdown could read is preceded by a backslash, which CommonMark removes.
    if isinstance(value, StrictUndefined):
        return value
    return _PUNCTUATION.sub(r"\\\1", in_words(value))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceFault(
            path, "fichier absent ou illisible", "un fichier à cet endroit"
        ) from error


def _toml(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceFault(path, f"réglages illisibles ({error})", "du TOML bien formé") from error
