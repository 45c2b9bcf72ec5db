"""Credentials lost or stolen: told to the caisse, which ends what they opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from django.db import transaction

from access.models import Habilitation, HabilitationAct
from access.services.habilitations import grant, record
from access.services.notification import forget_password, renew_credentials
from contracts.models import Convention, EvidenceFile
from workflows import acts, clock
from workflows.convention import IN_FORCE
from workflows.scopes import scope_of
from workflows.subjects import locked


class Loss(NamedTuple):
    """What was written: the loss, and the new right where one was granted at once."""

    act: HabilitationAct
    granted: Habilitation | None


def declare_lost(
    habilitation: Habilitation,
    on: date,
    author: Any,
    *,
    circumstance: Literal["loss", "theft"] = "loss",
    grant_anew: bool = False,
    identifier: str = "",
    seen_revision: int | None = None,
    evidence: Sequence[EvidenceFile] = (),
) -> Loss:
    """Record that the credentials were lost or stolen on that day; the password stops working.

    The right closes, and with ``grant_anew``, a person's choice, another is granted from today
    under the same account, with the same profile and territory, if the convention still gives
    access. Where the rulebook lets users help themselves the right goes on, and a new password
    leaves by its channel. Declared again (under its ``identifier``, or else on the same day), it is
    the same loss and the same new right.

    Raises ``recording.ActRefused``, ``StaleForm`` and ``CannotGrant``; nothing is then written.
    """
    account, cause = habilitation.account, f"loss:{habilitation.pk}:{on.isoformat()}"
    with transaction.atomic():
        # The convention before its rights, as everywhere else: nobody waits for the other.
        locked(Convention.objects.all(), habilitation.convention_id)
        # First in the account's lane: a new password, asked for next, comes after it.
        forget_password(account, cause)
        lost = acts.CredentialsLost(
            id=identifier or f"credentials-lost-{on.isoformat()}",
            on=on,
            recorded_at=clock.now(),
            user=habilitation.user_key,
            circumstance=circumstance,
        )
        row = record(habilitation, lost, author, seen_revision, evidence)
        granted = None
        habilitation.refresh_from_db()
        gives_access = habilitation.convention.state in IN_FORCE
        if habilitation.state == "closed" and grant_anew and gives_access:
            granted = grant(
                habilitation.convention,
                habilitation.person,
                habilitation.service,
                author,
                clock.today(),
                request_reference=f"loss:{habilitation.pk}",
                site=habilitation.site,
                profile=habilitation.profile,
                scope=scope_of(habilitation.scope),
            )
        else:
            # Others who enter under the same account, or the user himself, need new ones.
            renew_credentials(account, cause)
    return Loss(row, granted)
