"""What was answered when a right was asked for, to be asked once only."""

from __future__ import annotations

from access.models import Habilitation
from forms_annexes.models import RequestedUser

_LOSS = "loss:"
"""How the reference of a right granted after a loss begins; the key of the lost one follows."""


def earlier_answers(right: Habilitation) -> dict[str, str]:
    """The answers of the line that asked for a right, or for the one lost before it."""
    reference = right.request_reference
    for _ in range(10):
        if not reference.startswith(_LOSS):
            break
        key = reference.removeprefix(_LOSS)
        lost = Habilitation.objects.filter(pk=int(key)).first() if key.isdecimal() else None
        reference = lost.request_reference if lost else ""
    user = RequestedUser.objects.filter(reference=reference).first() if reference else None
    return {code: str(value) for code, value in user.answers.items()} if user else {}
