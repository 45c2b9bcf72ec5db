"""The partner of an ended convention is asked for its attestation, then asked again, by rungs.

Where the rules ask for one (the article says so), and until it is received. Each rung leaves once;
after days without a run only the latest does, and one that is long past does not: a person then
writes the letter, which the list of the ends to settle calls for.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from pydantic import Field, ValidationError

from contracts.models import Caisse, Convention
from contracts.services.after_end import REQUEST, awaiting_attestation
from contracts.services.letter_occasions import occasions_of
from contracts.services.partner_people import answering_for
from notifications.catalogue import MessageKind, NothingToSend, register
from notifications.ladder_settings import AttestationRungs, RisingDays, ladders
from notifications.models import Message, MessageState
from notifications.recipients import Group, Recipient
from notifications.services import recipient_key, send
from workflows import clock
from workflows.french import typeset
from workflows.rulebook_types import Frozen

logger = logging.getLogger(__name__)

SETTING = "attestation_requests"
"""The caisse's setting: ``{"enabled": false}``, ``{"days": [1, 20, 40]}``, or both."""

STALE_AFTER = timedelta(days=15)
"""A rung missed by more is not sent: a portfolio taken over writes to none of its past partners."""


class AttestationSettingWrong(ValueError):
    """The setting of a caisse cannot be read: it says which, and what was expected."""


class _Own(Frozen):
    enabled: bool | None = Field(None, strict=True)
    days: RisingDays | None = None


def rungs_of(caisse: Caisse) -> AttestationRungs:
    """When the partners of a caisse are asked. Raises ``AttestationSettingWrong``."""
    common = ladders().attestation
    try:
        own = _Own.model_validate(caisse.settings.get(SETTING) or {})
    except ValidationError as error:
        raise AttestationSettingWrong(
            typeset(
                f"Réglage « {SETTING} » illisible ({caisse.code}). Attendu : enabled (true ou "
                "false) et days, une liste de jours après la fin, du plus petit au plus grand. "
                "Corrigez le réglage de la caisse ; aucune demande ne part d’ici là."
            )
        ) from error
    return AttestationRungs(
        enabled=common.enabled if own.enabled is None else own.enabled,
        days=common.days if own.days is None else own.days,
    )


def ask_partners(today: date) -> int:
    """Ask for the messages that are due on ``today``; return how many there are to send."""
    asked = 0
    for caisse in Caisse.objects.order_by("pk"):
        try:
            rungs = rungs_of(caisse)
        except AttestationSettingWrong:
            logger.exception("Attestations : caisse %s laissée de côté.", caisse.pk)
            continue
        if rungs.enabled:
            asked += sum(_ask(one, rungs.days, today) for one in _concerned(caisse, rungs, today))
    return asked


def _concerned(caisse: Caisse, rungs: AttestationRungs, today: date) -> Iterable[Convention]:
    earliest = today - STALE_AFTER - timedelta(days=max(rungs.days, default=0))
    ended = Convention.objects.filter(caisse=caisse, last_day_in_force__gte=earliest)
    return awaiting_attestation(ended).select_related("pinned", "caisse", "partner").order_by("pk")


def rung_due(last_day: date, days: Iterable[int], today: date) -> int | None:
    """The latest rung that has come by ``today``; None before the first, or long after it."""
    come = [one for one in days if last_day + timedelta(days=one) <= today]
    if not come or last_day + timedelta(days=come[-1]) + STALE_AFTER < today:
        return None
    return come[-1]


def _ask(convention: Convention, days: Iterable[int], today: date) -> int:
    assert convention.last_day_in_force is not None  # The database holds it of those that ended.
    rung = rung_due(convention.last_day_in_force, days, today)
    if rung is None:
        return 0
    ended = convention.last_day_in_force.isoformat()
    try:
        with transaction.atomic():
            for recipient in (recipients := answering_for(convention, today)):
                send(
                    AttestationRequest.code,
                    key=f"{AttestationRequest.code}:{convention.pk}:{ended}:{rung}:"
                    f"{recipient_key(recipient)}",
                    recipient_person=recipient,
                    subject=convention,
                    context={"ended_on": ended, "rung": rung},
                )
            return len(recipients)
    except Exception:
        logger.exception("Attestation : convention %s, nouvel essai.", convention.pk)
        return 0


def mails_asking(conventions: Iterable[int]) -> dict[int, list[date]]:
    """The days on which each convention, by its key, had its partner asked by mail."""
    found: dict[int, list[date]] = {}
    left = Message.objects.filter(
        kind=AttestationRequest.code, convention__in=list(conventions), state=MessageState.SENT
    )
    for convention, sent_at in left.values_list("convention", "sent_at"):
        day = clock.civil_date(sent_at)
        days = found.setdefault(convention, [])
        if day not in days:
            days.append(day)
    return found


@register
class AttestationRequest(MessageKind):
    """The partner is asked to attest that it returned or destroyed what it received."""

    code = "attestation_request"
    label = "Demande d’attestation après la fin"
    leaves = "après la fin d’une convention, tant que l’attestation qu’elle demande manque"
    recipients = (Recipient.PARTNER, Recipient.PARTNER_CONTACT)
    group = Group.DECLARATIONS
    letter = REQUEST
    action = "Envoyer l’attestation en ligne"
    why = "Vous recevez ce message parce que vous représentez le partenaire de cette convention."

    def values(self, message: Message) -> Mapping[str, Any]:
        assert message.convention is not None
        timeline = message.convention.timeline(clock.today())
        for one in occasions_of(timeline):
            if one.letter == REQUEST:
                return one.values
        raise NothingToSend("L’attestation est reçue, ou la convention n’a plus pris fin.")

    def path(self, message: Message) -> str:
        """Only who signs in has a space."""
        if message.user_id is None:
            return ""
        slug = "attestation-de-destruction"
        return reverse("space_declare_kind", args=[message.convention_id, slug])
