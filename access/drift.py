"""How what a directory holds differs from what it should hold. Pure: two states in, a kind out."""

from __future__ import annotations

from django.db.models import TextChoices

from access.desired import ABSENT, DirectoryState
from access.models import AccountState


class Drift(TextChoices):
    """What is wrong with one entry, in the words shown."""

    SHOULD_BE_LOCKED = "should_be_locked", "ouvert, devrait être verrouillé"
    SHOULD_BE_REMOVED = "should_be_removed", "devrait être retiré de l’annuaire"
    WRONG_SERVICES = "wrong_services", "n’ouvre pas les bons services"
    SHOULD_BE_OPEN = "should_be_open", "verrouillé, devrait être ouvert"
    MISSING = "missing", "absent de l’annuaire, devrait être ouvert"
    UNKNOWN = "unknown", "inconnu de Tacite"
    """Never mended by a machine: whose it is, a person finds out."""


def drift_between(found: DirectoryState, wanted: DirectoryState) -> Drift | None:
    """What is to be mended in an entry of an account; None where nothing is.

    An account that is not there needs no lock, and a locked one that was never wanted opens
    nothing: neither is a drift.
    """
    if found == wanted:
        return None
    if wanted.state == AccountState.OPEN:
        if found == ABSENT:
            return Drift.MISSING
        locked = found.state == AccountState.LOCKED
        return Drift.SHOULD_BE_OPEN if locked else Drift.WRONG_SERVICES
    if found == ABSENT:
        return None
    if wanted.removes:
        return Drift.SHOULD_BE_REMOVED
    return Drift.SHOULD_BE_LOCKED if found.state == AccountState.OPEN else None
