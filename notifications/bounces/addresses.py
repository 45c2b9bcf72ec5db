"""Which addresses are dead, and how one comes back to life: a person corrects it, or vouches."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet

from contracts.models import Caisse, User, UserScope
from contracts.rules import caisses_where
from contracts.services.staffing import GIVE_ROLE
from notifications.bounces.models import DeadAddress
from notifications.models import Message
from notifications.visibility import messages_where
from workflows import clock
from workflows.french import typeset

CORRECT = "notifications.correct_address"


class CannotCorrect(Exception):
    """The address cannot be changed so; nothing was."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


def is_dead(address: str) -> bool:
    """Whether nothing arrives at an address, as far as is known."""
    return open_ones().filter(address=address.lower()).exists()


def open_ones() -> QuerySet[DeadAddress]:
    """The dead addresses that nobody has seen to."""
    return DeadAddress.objects.filter(settled_at__isnull=True)


def declare_dead(message: Message, reason: str) -> None:
    """Open the task of the address of a message, unless it is open or already changed."""
    address = message.address.lower()
    if message.recipient.email.lower() != address:
        return
    DeadAddress.objects.get_or_create(
        address=address,
        settled_at=None,
        defaults={"message": message, "reason": reason[:300], "since": clock.now()},
    )


def to_correct(user: User, on: date) -> QuerySet[DeadAddress]:
    """The dead addresses that the user may see to, the oldest first."""
    return open_ones().filter(message__in=messages_where(user, CORRECT, on))


def may_change(user: User, dead: DeadAddress) -> bool:
    """Whether the user may write another address: that of a colleague opens the desk."""
    held = _caisses_of(dead.message.recipient)
    if not held:
        return True
    return caisses_where(user, GIVE_ROLE, clock.today()).filter(pk__in=held).exists()


def correct(dead: DeadAddress, address: str, author: User) -> None:
    """Give the recipient another address. Raises ``CannotCorrect``."""
    address = address.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise CannotCorrect("Cette adresse n’en est pas une. Attendu : nom@organisme.fr.") from None
    if not may_change(author, dead):
        raise CannotCorrect("Seul un administrateur change l’adresse d’un collègue.")
    if address == dead.address:
        raise CannotCorrect("C’est la même adresse : dites plutôt qu’elle fonctionne de nouveau.")
    if is_dead(address):
        raise CannotCorrect("Cette adresse non plus ne reçoit rien. Demandez-en une autre.")
    recipient = dead.message.recipient
    with transaction.atomic():
        _settle(dead, author, corrected=address)
        others = User.objects.exclude(pk=recipient.pk).filter(email=address)
        if isinstance(recipient, User) and others.exists():
            raise CannotCorrect("Cette adresse est celle d’un autre compte.")
        recipient.email = address
        recipient.save(update_fields=["email"])


def vouch(dead: DeadAddress, author: User) -> None:
    """Say that the address is good again. Raises ``CannotCorrect``."""
    with transaction.atomic():
        _settle(dead, author)


def _settle(dead: DeadAddress, author: User, **changes: Any) -> None:
    # The condition is the guard: of two people who settle it, one is told.
    settled = open_ones().filter(pk=dead.pk)
    if not settled.update(settled_at=clock.now(), settled_by=author, **changes):
        raise CannotCorrect("Quelqu’un d’autre vient de s’en occuper. Rechargez la page.")


def _caisses_of(recipient: Any) -> list[int]:
    """The caisses for which the recipient works; none for a partner's person."""
    if not isinstance(recipient, User):
        return []
    scopes = UserScope.objects.on(clock.today()).filter(user=recipient)
    return list(Caisse.objects.filter(pk__in=scopes.values("caisse")).values_list("pk", flat=True))
