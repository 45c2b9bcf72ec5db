"""Lives of conventions told in few words, for the tests of what a timeline shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from templates_conventions.catalogue import rulebook
from workflows.facts import read
from workflows.replay import replay
from workflows.timeline import Interpretation, Timeline

PICARDIE = "psu-msa-picardie"
ARMORIQUE = "psu-msa-armorique"
DROME = "qf-msa-ardeche-drome-loire"
PROVENCE = "rsacg-msa-provence-azur"
CALAIS = "mon-enfant-caf-pas-de-calais"


def making(on: str, *, cnil: str | None = None) -> list[dict[str, Any]]:
    """Both signatures on one day, the CNIL condition met on another."""
    return [
        {"kind": "signature", "party": "partner", "on": on},
        {"kind": "signature", "party": "caisse", "on": on},
        {"id": "cnil", "kind": "cnil", "on": cnil or on, "basis": "transmission"},
    ]


def notice(posted: str, received: str | None = None, **more: Any) -> dict[str, Any]:
    """A registered letter by which the partner declines the next term."""
    fact = {"id": "notice", "kind": "notice", "by": "partner", "form": "registered_letter"}
    fact |= {"posted_on": posted} | more
    return fact | ({"received_on": received, "outcome": "delivered"} if received else {})


def breach(received: str, **more: Any) -> dict[str, Any]:
    """A registered breach letter of the caisse."""
    return {
        "id": "breach",
        "kind": "formal_notice",
        "by": "caisse",
        "form": "registered_letter",
        "received_on": received,
        "outcome": "delivered",
    } | more


def decision(question: str, answer: str, on: str) -> dict[str, Any]:
    """A lawyer's answer."""
    return {
        "kind": "decision",
        "on": on,
        "question": question,
        "answer": answer,
        "reasons": "Lecture retenue après examen du pli.",
    }


def life(
    code: str,
    facts: Iterable[dict[str, Any]],
    as_of: str,
    interpretations: tuple[Interpretation, ...] = (),
) -> Timeline:
    """The timeline that the facts make under a published rulebook."""
    acts = read(list(facts)).acts
    return replay(rulebook(code), acts, date.fromisoformat(as_of), None, interpretations)
