"""The signed copies of an avenant that came back, and the signatures that they prove.

As for the convention itself, nothing is recorded by a deposit: a person who read the copy confirms.
"""

from __future__ import annotations

from uuid import uuid5

from django.db import transaction

from contracts.models import Avenant, SignedCopy, User
from contracts.services import avenants
from contracts.services.avenant_refusals import CannotAmend
from contracts.services.signed_copies import standing as copies_of


def avenant_of(copy: SignedCopy) -> Avenant | None:
    """The avenant that a signed copy is one of; None for that of another document."""
    number = copy.issued.code.rpartition("-")[2]
    if copy.issued.kind != "avenant" or not number.isdigit():
        return None
    return Avenant.objects.filter(convention=copy.issued.convention_id, number=number).first()


def unconfirmed_copies(avenant: Avenant) -> list[SignedCopy]:
    """The copies that still count and prove a signature that nobody recorded, oldest first."""
    code = f"avenant-{avenant.number}"
    rows = copies_of(avenant.convention).filter(issued__kind="avenant", issued__code=code)
    missing = set(avenants.standing(avenant).missing)
    return [one for one in rows.order_by("pk") if missing & set(one.signed_by)]


def confirm_copy(copy: SignedCopy, author: User) -> None:
    """Record the signatures that one copy proves. Raises ``CannotAmend``."""
    avenant = avenant_of(copy)
    if avenant is None:
        raise CannotAmend("Cette copie n’est celle d’aucun avenant préparé ici.")
    with transaction.atomic():
        missing = avenants.standing(avenant).missing
        for party in copy.signed_by:
            if party in missing:
                told = uuid5(avenant.identifier, f"{copy.pk}:{party}")
                avenants.sign(avenant, party, copy.signed_on, author, told, copy.file)
