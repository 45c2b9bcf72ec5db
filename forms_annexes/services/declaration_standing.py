"""Where a declaration stands, and what is expected of whom: in words."""

from __future__ import annotations

from typing import NamedTuple

from forms_annexes.declarations.breach_clock import BreachClock, clock_from
from forms_annexes.models import Declaration
from forms_annexes.models.declarations import DeclarationStatus
from workflows import clock
from workflows.french import date_in_words, typeset

_MEANINGS = {
    DeclarationStatus.SENT: "question",
    DeclarationStatus.RETURNED: "attention",
    DeclarationStatus.HANDLED: "in_force",
    DeclarationStatus.WITHDRAWN: "ended",
}


class DeclarationStanding(NamedTuple):
    """The answers of a declaration's page, and its state as a meaning and a word."""

    meaning: str
    label: str
    where: str
    expected: str


class Clocks(NamedTuple):
    """The 72 hours of a breach by both readings."""

    partner: BreachClock
    caisse: BreachClock | None
    """None where no instant of reception is known: paper and mail have a day alone."""


def declaration_standing(declaration: Declaration) -> DeclarationStanding:
    """Read where the declaration stands."""
    status = DeclarationStatus(declaration.status)
    where, expected = _TOLD[status](declaration)
    return DeclarationStanding(_MEANINGS[status], status.label, typeset(where), typeset(expected))


def clocks_of(declaration: Declaration) -> Clocks | None:
    """The 72 hours of a breach still in the caisse's hands; None for what has no such delay."""
    if declaration.aware_at is None or not declaration.is_in_progress:
        return None
    now = clock.now()
    online = declaration.channel == "online"
    return Clocks(
        clock_from(declaration.aware_at, now),
        clock_from(declaration.created_at, now) if online else None,
    )


def _sent(declaration: Declaration) -> tuple[str, str]:
    where = f"Reçue par {declaration.convention.caisse.name} le "
    where += f"{date_in_words(declaration.received_on)}."
    if declaration.kind == "notice":
        return where, (
            "De vous : la lettre que la convention demande. Sans elle, la convention continue. La "
            "caisse enregistrera votre lettre quand elle arrivera."
        )
    return where, "De la caisse. Vous n’avez rien à faire pour le moment."


def _returned(declaration: Declaration) -> tuple[str, str]:
    return "La caisse vous l’a rendue : il manque quelque chose.", declaration.return_comment


def _handled(declaration: Declaration) -> tuple[str, str]:
    assert declaration.handled_on is not None
    day = date_in_words(declaration.handled_on)
    return f"Traitée le {day}. {declaration.definition.handled_words}", "Rien de plus."


def _withdrawn(declaration: Declaration) -> tuple[str, str]:
    return "Vous l’avez retirée : la caisse n’en tient pas compte.", "Rien."


_TOLD = {
    DeclarationStatus.SENT: _sent,
    DeclarationStatus.RETURNED: _returned,
    DeclarationStatus.HANDLED: _handled,
    DeclarationStatus.WITHDRAWN: _withdrawn,
}
