"""The facts that the row of a convention tells, as ``workflows.facts`` takes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from access.imports.values import Row


class Fact(NamedTuple):
    """One fact, before it becomes acts."""

    name: str
    """Unique in the convention: the identifier of its act, the same each time a file is read."""
    kind: str
    own: Mapping[str, Any]
    column: str
    """Key of the column to name when the rules refuse it."""


def facts_of(row: Row) -> Iterator[Fact]:
    """The facts of the row, in the order of the columns."""
    yield from _dated(row, "sent_on", "envoi", "sent_for_signature")
    yield from _dated(row, "prior_request_on", "demande", "prior_request")
    yield from _dated(
        row,
        "deliberation_on",
        "deliberation",
        "deliberation",
        reference=row.text("deliberation_reference"),
    )
    yield from _dated(row, "document_date", "date-portee", "document_date")
    yield from _dated(
        row, "partner_signed_on", "signature-partenaire", "signature", party="partner"
    )
    yield from _dated(row, "caisse_signed_on", "signature-caisse", "signature", party="caisse")
    yield from _dated(row, "validated_on", "validation", "validation")
    yield from _cnil(row)
    yield from _letter(row, "notice", "denonciation")
    yield from _letter(row, "formal_notice", "mise-en-demeure")
    yield from _agreement(row)
    yield from _dated(row, "closed_on", "cloture", "closing")


def letter_of(row: Row, prefix: str, by: str) -> Mapping[str, Any] | None:
    """A letter of the row as a fact tells it; None, and a word on it, when it cannot be told.

    ``prefix`` begins the keys of its columns.
    """
    dates = {
        key: row.day(f"{prefix}_{key}") for key in ("posted_on", "presented_on", "received_on")
    }
    outcome = row.choice(f"{prefix}_outcome")
    form = row.choice(f"{prefix}_form")
    if f"{prefix}_form" not in row:
        row.require(f"{prefix}_form", "missing_beside", "Ce courrier n’a pas de forme.")
    if not any(f"{prefix}_{key}" in row for key in dates):
        row.require(f"{prefix}_posted_on", "letter_without_date", "Ce courrier n’a aucune date.")
    if outcome == "delivered" and f"{prefix}_received_on" not in row:
        row.require(
            f"{prefix}_received_on", "missing_beside", "Ce courrier a été remis, sans dire quand."
        )
    if outcome == "unclaimed" and dates["received_on"]:
        row.refuse(
            f"{prefix}_received_on",
            "unclaimed_yet_received",
            "Ce courrier est dit non réclamé, et pourtant reçu.",
            expected="une issue ou l’autre",
            to_do="Videz cette date, ou corrigez l’issue.",
        )
    days = [(key, day) for key, day in dates.items() if day]
    for (_, earlier), (key, later) in pairwise(days):
        if later < earlier:
            row.refuse(
                f"{prefix}_{key}",
                "letter_out_of_order",
                "Ce courrier aurait été présenté ou reçu avant d’être posté ou présenté.",
                expected="des dates dans l’ordre : postée, présentée, reçue",
                to_do="Vérifiez les dates sur l’enveloppe et l’avis de réception.",
            )
    if row.is_refused:
        return None
    return {
        "by": by,
        "form": form,
        "posted_on": dates["posted_on"],
        "first_presented_on": dates["presented_on"],
        "received_on": dates["received_on"],
        "outcome": outcome or ("delivered" if dates["received_on"] else None),
    }


def _dated(row: Row, key: str, name: str, kind: str, **own: Any) -> Iterator[Fact]:
    day = row.past_day(key) if kind != "document_date" else row.day(key)
    if day is not None:
        yield Fact(name, kind, {"on": day, **own}, key)


def _cnil(row: Row) -> Iterator[Fact]:
    on, basis = row.past_day("cnil_on"), row.choice("cnil_basis")
    if "cnil_on" not in row and "cnil_basis" in row:
        row.require("cnil_on", "missing_beside", "Cette formalité n’a pas de date.")
    elif "cnil_on" in row and "cnil_basis" not in row:
        row.require("cnil_basis", "missing_beside", "Cette date n’est celle d’aucune formalité.")
    elif on is not None and basis:
        own = {"on": on, "basis": basis, "reference": row.text("cnil_reference")}
        yield Fact("cnil", "cnil", own, "cnil_on")


def _letter(row: Row, prefix: str, name: str) -> Iterator[Fact]:
    keys = ("by", "form", "posted_on", "presented_on", "received_on", "outcome")
    if not any(f"{prefix}_{key}" in row for key in keys):
        return
    for key in ("posted_on", "presented_on", "received_on"):
        row.past_day(f"{prefix}_{key}")
    by = row.choice(f"{prefix}_by")
    if f"{prefix}_by" not in row:
        row.require(f"{prefix}_by", "missing_beside", "Ce courrier n’a pas d’auteur.")
    own = letter_of(row, prefix, by)
    if own is not None:
        yield Fact(name, prefix, own, f"{prefix}_posted_on")


def _agreement(row: Row) -> Iterator[Fact]:
    on, last_day = row.past_day("agreed_on"), row.day("agreed_last_day")
    if "agreed_on" not in row and "agreed_last_day" in row:
        row.require("agreed_on", "missing_beside", "L’accord qui fixe ce jour n’a pas de date.")
    elif "agreed_on" in row and "agreed_last_day" not in row:
        row.require("agreed_last_day", "missing_beside", "Cet accord ne dit pas le dernier jour.")
    elif on is not None and last_day is not None:
        own = {"on": on, "last_day": last_day, "agreed_by": ("caisse", "partner")}
        yield Fact("accord", "mutual_termination", own, "agreed_on")
