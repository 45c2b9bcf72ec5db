"""A person lets go a run that the breaker held back."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from contracts.identifiers import validate_no_nir
from contracts.models import User
from workflows import breaker
from workflows.french import typeset
from workflows.models import HeldRun

LONGEST_REASON = 300


class CannotConfirm(Exception):
    """The confirmation cannot be taken as given; nothing was written."""

    def __init__(self, reason: str) -> None:
        super().__init__(typeset(reason))


def confirm_held_run(held: HeldRun, author: User, reason: str, seen: int) -> None:
    """Let a held run go, for a reason, up to the count that its author saw.

    Raises ``CannotConfirm`` without the power or without a reason that may be kept, and
    ``breaker.NotHeld`` when there is nothing to confirm, or something else.
    """
    if not author.has_perm("contracts.confirm_held_run"):
        raise CannotConfirm(
            "Seul un administrateur, un juriste ou un directeur en fonction confirme un "
            "traitement retenu."
        )
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise CannotConfirm(
            "Dites pourquoi ce traitement peut se faire, en "
            f"{LONGEST_REASON} caractères au plus ({len(reason)} reçus)."
        )
    try:
        validate_no_nir(reason)
    except ValidationError as found:
        raise CannotConfirm(" ".join(found.messages)) from found
    breaker.confirm(held, author, reason, seen)
