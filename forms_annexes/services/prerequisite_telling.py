"""What is told of the papers without which no access may be given; no name stands in it."""

from __future__ import annotations

from contracts.services.partner_people import answering_for
from forms_annexes.models import PrerequisiteCheck
from notifications.services import recipient_key, send
from workflows import clock


def refused(check: PrerequisiteCheck) -> None:
    """The partner learns why its paper does not do."""
    for person in answering_for(check.paper.convention, clock.today()):
        send(
            "prerequisite_refused",
            key=f"prerequisite_refused:{check.pk}:{recipient_key(person)}",
            recipient_person=person,
            subject=check.paper.convention,
            context={"check": check.pk},
        )
