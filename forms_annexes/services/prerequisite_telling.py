"""What is told of the papers without which no access may be given; no name stands in it."""

from __future__ import annotations

from typing import Any

from access.services.contacts import partner_contact
from contracts.models import Convention
from forms_annexes.models import PrerequisiteCheck
from forms_annexes.services.membership import members
from notifications.services import send
from workflows import clock


def refused(check: PrerequisiteCheck) -> None:
    """The partner learns why its paper does not do."""
    for person in of_partner(check.paper.convention):
        send(
            "prerequisite_refused",
            key=f"prerequisite_refused:{check.pk}:{recipient_key(person)}",
            recipient_person=person,
            subject=check.paper.convention,
            context={"check": check.pk},
        )


def of_partner(convention: Convention) -> list[Any]:
    """Who answers for the partner as a whole, else its contact; nobody when none is known."""
    today = clock.today()
    answering = [user for user in members(convention.partner, None, today) if user.is_active]
    if answering:
        return answering
    contact = partner_contact(convention, today)
    return [contact] if contact is not None else []


def recipient_key(recipient: Any) -> str:
    """What tells the recipients of one message apart: « user:4 », « person:12 »."""
    return f"{type(recipient)._meta.model_name}:{recipient.pk}"
