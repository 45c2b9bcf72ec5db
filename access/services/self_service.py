"""A lost password asked for by its user, where the rulebook says so: another leaves by mail.

Who asks is nobody we know. So the answer never tells whether the account exists, what is done for
the asking is the same in all cases, and the password goes to the address known before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models.functions import Lower

from access.directory.choice import directory_of
from access.models import Account, Habilitation
from access.services.notification import opens_its_service, recipient
from contracts.models import Caisse
from notifications.services import send
from workflows import effects
from workflows.effects import EffectContext

ASKED = "access.lost_password"
"""The name of the effect that looks whether a new password may leave."""
KIND_LOST = "password_lost"
SELF_SERVICE = "self_service"
"""What the rulebook says of a loss where users help themselves."""
_NOBODY = 0


def ask(caisse: Caisse, identifier: str) -> None:
    """Note that a new password was asked for; whether it leaves is found out later, elsewhere.

    An account that does not exist costs the same reading and the same writing as one that does,
    and what was typed is kept in neither case.
    """
    keyed = Account.objects.annotate(key=Lower("identifier")).filter(caisse=caisse)
    account = keyed.filter(key=identifier.strip().lower()).exclude(identifier="").first()
    with transaction.atomic():
        name = f"lost-password:{uuid4()}"
        effects.emit(ASKED, name, name, {"account": account.pk if account else _NOBODY})


@effects.handler(ASKED)
def answer(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Have a new password leave, if the account has one and its rulebook lets users ask."""
    habilitation = _helps_itself(payload["account"])
    if habilitation is not None:
        send(
            KIND_LOST,
            key=context.key,
            recipient_person=recipient(habilitation),
            subject=habilitation.convention,
            context={"habilitation": habilitation.pk, "service": habilitation.service},
        )


def helping_caisses() -> list[Caisse]:
    """The caisses one of whose conventions lets users ask, over a directory that can answer."""
    pinned = "conventions__pinned__content__habilitation__loss__procedure"
    found = Caisse.objects.filter(**{pinned: SELF_SERVICE}).distinct().order_by("name")
    return [caisse for caisse in found if directory_of(caisse).makes_passwords]


def _helps_itself(account_pk: int) -> Habilitation | None:
    """The right by which the user of an account may ask for another password."""
    rights = Habilitation.objects.filter(account=account_pk).select_related(
        "account__caisse", "convention__pinned", "convention__partner", "person"
    )
    for right in rights.order_by("-pk"):
        if not opens_its_service(right) or not directory_of(right.account.caisse).makes_passwords:
            continue
        if right.convention.rules.habilitation.loss.procedure == SELF_SERVICE:
            return right
    return None
