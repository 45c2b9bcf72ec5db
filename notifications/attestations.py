"""The partner of an ended convention is asked for its attestation, then asked again, by rungs.

Where the rules ask for one (the article says so), and until it is received. Each rung leaves once;
after days without a run only the latest does, and one that is long past does not: a person then
writes the letter, which the list of the ends to settle calls for.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from contracts.models import Caisse, Convention
from contracts.services.after_end import awaiting_attestation
from notifications.ladder_settings import AttestationRungs, attestation_of
from notifications.models import MessageState, PartnerReminder
from notifications.partner_reminders import Matter, Owed, ask
from workflows import clock

logger = logging.getLogger(__name__)

STALE_AFTER = timedelta(days=15)
"""A rung missed by more is not sent: a portfolio taken over writes to none of its past partners."""


def ask_partners(today: date) -> int:
    """Ask for the messages that are due on ``today``; return how many requests they carry.

    A caisse that fails is left to the next run.
    """
    asked = 0
    for caisse in Caisse.objects.order_by("pk"):
        try:
            asked += _of_caisse(caisse, today)
        except Exception:
            logger.exception("Attestations : caisse %s laissée au prochain essai.", caisse.pk)
    return asked


def _of_caisse(caisse: Caisse, today: date) -> int:
    rungs = attestation_of(caisse)
    if not rungs.enabled:
        return 0
    owed = []
    for pk, partner, last_day in _concerned(caisse, rungs, today):
        rung = rung_due(last_day, rungs.days, today)
        if rung is not None:
            owed.append(Owed(pk, partner, last_day, rung))
    with transaction.atomic():
        return ask(caisse, Matter.ATTESTATION, owed, today)


def _concerned(
    caisse: Caisse, rungs: AttestationRungs, today: date
) -> Iterable[tuple[int, int, date]]:
    """The conventions of a caisse that may be due: their key, partner and last day in force."""
    earliest = today - STALE_AFTER - timedelta(days=max(rungs.days, default=0))
    ended = Convention.objects.filter(caisse=caisse, last_day_in_force__gte=earliest)
    found = awaiting_attestation(ended).order_by("pk")
    return found.values_list("pk", "partner", "last_day_in_force")


def rung_due(last_day: date, days: Iterable[int], today: date) -> int | None:
    """The latest rung that has come by ``today``; None before the first, or long after it."""
    come = [one for one in days if last_day + timedelta(days=one) <= today]
    if not come or last_day + timedelta(days=come[-1]) + STALE_AFTER < today:
        return None
    return come[-1]


def mails_asking(conventions: Iterable[int]) -> dict[int, list[date]]:
    """The days on which each convention, by its key, had its partner asked by mail."""
    found: dict[int, list[date]] = {}
    left = PartnerReminder.objects.filter(
        matter=Matter.ATTESTATION,
        convention__in=list(conventions),
        message__state=MessageState.SENT,
    )
    for convention, sent_at in left.order_by("pk").values_list("convention", "message__sent_at"):
        day = clock.civil_date(sent_at)
        days = found.setdefault(convention, [])
        if day not in days:
            days.append(day)
    return found
