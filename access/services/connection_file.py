"""Connections told by a CSV file: read line by line, taken in batch by batch, reported by row."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import transaction

from access.connection_reading import NotRead, Outcome, Told, read_instant, refused
from access.models import ConnectionEvent
from access.services.connections import BATCH, accept
from contracts.models import Caisse
from workflows.french import typeset

COLUMNS = ("evenement", "identifiant", "service", "instant", "resultat")
KINDS = {"connexion": ConnectionEvent.Kind.CONNECTION, "refus": ConnectionEvent.Kind.REFUSED}
_BOM = b"\xef\xbb\xbf"
_LONGEST_LINE = 10_000


class NotACsv(ValueError):
    """The file is not one of connections; nothing was read."""

    def __init__(self, sentence: str) -> None:
        super().__init__(typeset(sentence))


class Line(NamedTuple):
    """What became of one line; the heading is line 1."""

    number: int
    outcome: Outcome


@dataclass(slots=True)
class Report:
    """What became of a file."""

    counts: Counter[str] = field(default_factory=Counter)
    """Number of rows by status."""
    to_say: list[Line] = field(default_factory=list)
    """The rows refused, and those accepted with a reserve."""

    def add(self, number: int, outcome: Outcome) -> None:
        self.counts[outcome.status] += 1
        if outcome.sentence:
            self.to_say.append(Line(number, outcome))


def import_file(caisse: Caisse, lines: Iterable[bytes], dry_run: bool = False) -> Report:
    """Take in a file of connections; with ``dry_run``, say what it would do and change nothing.

    Lines that can be read are taken in whatever the others hold; the file given again changes
    nothing. Raises ``NotACsv`` for a heading that is not that of ``COLUMNS``.
    """
    numbered = enumerate(lines, 1)
    first = next(numbered, (1, b""))[1].removeprefix(_BOM)
    reading = _Reading.of(first)
    if not dry_run:
        return _taken_in(caisse, reading, numbered)
    with transaction.atomic():
        report = _taken_in(caisse, reading, numbered)
        transaction.set_rollback(True)
    return report


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the cells of a line stand."""

    separator: str
    places: tuple[int, ...]
    """Of each of ``COLUMNS``, in that order."""

    @classmethod
    def of(cls, heading: bytes) -> _Reading:
        try:
            text = heading.decode("utf-8")
        except UnicodeDecodeError:
            text = ""
        separator = ";" if ";" in text else ","
        names = [name.strip().lower() for name in _cells(text, separator)]
        if missing := [name for name in COLUMNS if name not in names]:
            raise NotACsv(
                "La première ligne doit nommer les colonnes, en UTF-8, séparées par « ; » ou "
                f"« , » : {', '.join(COLUMNS)}. Colonnes absentes : {', '.join(missing)}."
            )
        return cls(separator, tuple(names.index(name) for name in COLUMNS))

    def told(self, line: bytes) -> Told | Outcome | None:
        """What a line tells, what is wrong with it, or None for an empty one."""
        try:
            text = line.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            return refused(
                "encoding", "Ligne illisible : le fichier n’est pas en UTF-8. Enregistrez-le ainsi."
            )
        if not text.strip():
            return None
        if len(text) > _LONGEST_LINE or "\x00" in text:
            return refused("unreadable", "Ligne illisible : trop longue, ou pas du texte.")
        cells = _cells(text, self.separator)
        if len(cells) <= max(self.places):
            return refused(
                "cells_missing",
                f"Cellules manquantes : {len(cells)} lues, {max(self.places) + 1} attendues.",
            )
        key, identifier, service, instant, result = (cells[place].strip() for place in self.places)
        kind = KINDS.get(result.lower())
        if kind is None:
            return refused("unknown_result", f"Résultat inconnu. Attendu : {' ou '.join(KINDS)}.")
        try:
            return Told(key, identifier, service, read_instant(instant), kind)
        except NotRead as error:
            return refused("bad_instant", str(error))


def _cells(text: str, separator: str) -> list[str]:
    return next(csv.reader([text], delimiter=separator), [])


def _taken_in(caisse: Caisse, reading: _Reading, numbered: Iterator[tuple[int, bytes]]) -> Report:
    report = Report()
    waiting: list[tuple[int, Told]] = []

    def take_in() -> None:
        told = [row for _, row in waiting]
        for (number, _), outcome in zip(
            waiting, accept(caisse, ConnectionEvent.Source.CSV, told), strict=True
        ):
            report.add(number, outcome)
        waiting.clear()

    for number, line in numbered:
        read = reading.told(line)
        if isinstance(read, Outcome):
            report.add(number, read)
        elif read is not None:
            waiting.append((number, read))
            if len(waiting) == BATCH:
                take_in()
    if waiting:
        take_in()
    report.to_say.sort()
    return report
