"""The facts that the rows of events tell, as ``workflows.facts`` takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Final

from access.imports.convention_facts import Fact, letter_of
from access.imports.values import Row, plain
from access.imports.words import CNIL_BASES, SUSPENSIONS

LETTERS: Final = frozenset({"notice", "formal_notice"})
_BOTH: Final = ("caisse", "partner")
_ANNOUNCES: Final = frozenset({"document_date", "experiment", "party_left", "replaced"})
"""Events that may be dated after the day of the take-over."""

_LONGEST: Final = 40
"""Signs of the name of a fact."""

Own = Mapping[str, Any] | None
"""What a fact says beside its day; None when the row does not say it."""


def fact_of(row: Row) -> Fact | None:
    """The fact of one row; None, and a word on it, when the row does not tell it whole."""
    kind = row.choice("event")
    if not kind:
        return None
    if kind in LETTERS:
        return _letter(row, kind)
    on = row.day("on") if kind in _ANNOUNCES else row.past_day("on")
    if on is None:
        if "on" not in row:
            row.require("on", "missing_beside", "Cet événement n’a pas de date.")
        return None
    said = _OWN.get(kind, _nothing)(row, on)
    if said is None or row.is_refused:
        return None
    return Fact(_name(kind, on, said), kind, {"on": on, **said}, "on")


def joined(facts: Sequence[tuple[Row, Fact]]) -> list[tuple[Row, Fact]]:
    """The same facts, the rows of one avenant made into one; a word on what is told twice."""
    found: dict[str, tuple[Row, Fact]] = {}
    for row, fact in facts:
        known = found.get(fact.name)
        if known is None:
            found[fact.name] = row, fact
            continue
        first, earlier = known
        changes = {**earlier.own.get("changes", {}), **fact.own.get("changes", {})}
        if fact.kind == "avenant" and len(changes) > len(earlier.own["changes"]):
            found[fact.name] = first, earlier._replace(own={**earlier.own, "changes": changes})
        else:
            row.refuse(
                "event",
                "told_twice",
                f"La ligne {first.line} dit déjà cet événement du même jour.",
                expected="une ligne par événement",
                to_do="Ôtez l’une des deux.",
            )
    return list(found.values())


def _name(kind: str, on: date, said: Mapping[str, Any]) -> str:
    """The same each time a file tells the event: its kind, its day, whose or what it is."""
    about = str(
        said.get("party") or said.get("by") or said.get("document") or said.get("duty") or ""
    )
    parts = [kind.replace("_", "-"), f"{on:%Y%m%d}", plain(about).replace(" ", "-")]
    name = "-".join(part for part in parts if part)
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 9]}-{sha256(name.encode()).hexdigest()[:8]}"


def _letter(row: Row, kind: str) -> Fact | None:
    for key in ("posted_on", "presented_on", "received_on"):
        row.past_day(f"letter_{key}")
    by = _party(row)
    own = letter_of(row, "letter", by)
    if own is None:
        return None
    first = own["posted_on"] or own["first_presented_on"] or own["received_on"]
    return Fact(_name(kind, first, own), kind, own, "letter_posted_on")


def _party(row: Row) -> str:
    by = row.choice("by")
    if "by" not in row:
        row.require("by", "missing_beside", "Cet événement ne dit pas de quelle partie il est.")
    return by


def _nothing(row: Row, on: date) -> Own:
    return {}


def _by(row: Row, on: date) -> Own:
    return {"by": _party(row)}


def _of_party(row: Row, on: date) -> Own:
    return {"party": _party(row)}


def _reference(row: Row, on: date) -> Own:
    return {"reference": row.text("reference")}


def _by_both(row: Row, on: date) -> Own:
    return {"agreed_by": _BOTH}


def _until(row: Row) -> date | None:
    until = row.day("until")
    if "until" not in row:
        row.require("until", "missing_beside", "Cet événement ne dit pas jusqu’à quel jour.")
    return until


def _cnil(row: Row, on: date) -> Own:
    basis = _word(row, CNIL_BASES)
    return basis and {"basis": basis, "reference": row.text("reference")}


def _suspension(row: Row, on: date) -> Own:
    nature = _word(row, SUSPENSIONS)
    return nature and {"nature": nature, "visa": row.text("reference")}


def _word(row: Row, words: Mapping[str, str]) -> Any:
    wanted = plain(row.text("detail"))
    for word, meaning in words.items():
        if plain(word) == wanted:
            return meaning
    row.require(
        "detail", "unknown_detail", "Cet événement demande une précision.", ", ".join(words)
    )
    return None


def _detail(key: str) -> Callable[[Row, date], Own]:
    def said(row: Row, on: date) -> Own:
        if "detail" not in row:
            row.require("detail", "unknown_detail", "Cet événement demande une précision.")
            return None
        return {key: row.text("detail")}

    return said


def _document(row: Row, on: date) -> Own:
    said = _detail("document")(row, on)
    return said and {**said, "valid_until": row.day("until")}


def _experiment(row: Row, on: date) -> Own:
    until = _until(row)
    return until and {"until": until}


def _agreement(row: Row, on: date) -> Own:
    last_day = _until(row)
    return last_day and {"last_day": last_day, "agreed_by": _BOTH}


def _replaced(row: Row, on: date) -> Own:
    return {"convention": row.text("reference")}


def _avenant(row: Row, on: date) -> Own:
    path, value = row.text("rule"), row.text("rule_value")
    if path and not value:
        row.require("rule_value", "missing_beside", "Cette règle n’a pas de nouvelle valeur.")
        return None
    changes = {path: _plain_value(value)} if path else {}
    return {"effective_on": row.day("until") or on, "changes": changes}


def _plain_value(text: str) -> Any:
    """A rule's value as TOML would hold it: a number, yes or no, or the text itself."""
    if text.lstrip("-").isdecimal():
        return int(text)
    return {"true": True, "false": False}.get(text, text)


_OWN: Final[Mapping[str, Callable[[Row, date], Any]]] = {
    "signature": _of_party,
    "party_left": _of_party,
    "cnil": _cnil,
    "deliberation": _reference,
    "document_received": _document,
    "avenant": _avenant,
    "experiment": _experiment,
    "force_majeure": _by,
    "force_majeure_termination": _by,
    "dispute": _by,
    "notice_withdrawn": _by_both,
    "mutual_termination": _agreement,
    "replaced": _replaced,
    "suspension": _suspension,
    "duty_done": _detail("duty"),
    "abandonment": _detail("reason"),
}
