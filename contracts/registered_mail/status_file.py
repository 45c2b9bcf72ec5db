"""The CSV of statuses: read line by line, each bad one told with its line and the reason.

UTF-8, with or without its mark; a file that is not UTF-8 is read as Windows-1252, which is what
French spreadsheets write. Columns in any order, separated by « ; » or « , ».
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date

from contracts.letter_circuit import POSTED, PRESENTED, PROOF_LOST
from contracts.registered_mail.port import StatusRow
from contracts.registered_numbers import normalised
from workflows.french import typeset

COLUMNS = ("reference", "statut", "date", "numero", "preuve")
"""The last two may stay empty, and ``preuve`` may be missing."""

STATUSES: Mapping[str, str] = {
    "depose": POSTED,
    "poste": POSTED,
    "presente": PRESENTED,
    "informe": PRESENTED,
    "remis": "delivered",
    "accepte": "delivered",
    "refuse": "refused",
    "non reclame": "unclaimed",
    "neglige": "unclaimed",
    "inconnu": "undeliverable",
    "npai": "undeliverable",
    "perdu": PROOF_LOST,
}
"""The words of providers, without accents; ``posted`` is made electronic where the letter is."""

_EXPECTED = "déposé, présenté, remis, refusé, non réclamé, inconnu, perdu"

LARGEST = 5 * 1024 * 1024
_LONGEST_CELL = 100


class NotStatuses(ValueError):
    """The file is not one of statuses: nothing of it was read."""

    def __init__(self, sentence: str) -> None:
        super().__init__(typeset(sentence))


def rows_of(content: bytes, source: str) -> Iterator[StatusRow]:
    """The rows of a file, those that cannot be read with their fault. Raises ``NotStatuses``."""
    if len(content) > LARGEST:
        raise NotStatuses("Fichier de plus de 5 Mo : découpez-le.")
    if b"\x00" in content:
        raise NotStatuses("Ce fichier n’est pas un CSV. Attendu : du texte en UTF-8.")
    text = _text(content)
    heading, _, _ = text.partition("\n")
    separator = ";" if ";" in heading else ","
    lines = csv.reader(text.splitlines(), delimiter=separator)
    try:
        names = [_plain(name) for name in next(lines, [])]
    except csv.Error:
        raise NotStatuses("La première ligne est illisible : un guillemet reste ouvert.") from None
    if missing := [name for name in COLUMNS[:4] if name not in names]:
        raise NotStatuses(
            f"La première ligne doit nommer les colonnes {', '.join(COLUMNS)}. Absentes : "
            f"{', '.join(missing)}."
        )
    places = {name: names.index(name) for name in COLUMNS if name in names}
    while True:
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error:
            yield StatusRow(
                source=source, line=lines.line_num, fault=typeset("Ligne illisible : guillemets.")
            )
            continue
        if any(cell.strip() for cell in cells):
            yield _row(cells, places, source, lines.line_num)


def _row(cells: list[str], places: Mapping[str, int], source: str, line: int) -> StatusRow:
    told = {
        name: cells[place].strip()[:_LONGEST_CELL] if place < len(cells) else ""
        for name, place in places.items()
    }
    kind = STATUSES.get(_plain(told["statut"]).replace("_", " ").replace("-", " "), "")
    day = _day(told["date"])
    fault = ""
    if not told["reference"] and not told["numero"]:
        fault = "Ni référence ni numéro de recommandé."
    elif not kind:
        fault = f"Statut « {told['statut']} » inconnu. Attendus : {_EXPECTED}."
    elif day is None:
        fault = f"Date « {told['date']} » illisible. Attendue : AAAA-MM-JJ ou JJ/MM/AAAA."
    return StatusRow(
        source=source,
        line=line,
        reference=told["reference"],
        kind=kind,
        on=day,
        number=normalised(told["numero"]),
        proof_name=told.get("preuve", ""),
        fault=typeset(fault),
    )


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _plain(word: str) -> str:
    split = unicodedata.normalize("NFD", word.strip().casefold())
    return "".join(letter for letter in split if not unicodedata.combining(letter))


_FRENCH_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})")


def _day(text: str) -> date | None:
    if found := _FRENCH_DAY.fullmatch(text):
        text = "-".join(reversed(found.groups()))
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
