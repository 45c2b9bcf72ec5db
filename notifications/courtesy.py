"""The courtesy reminder: the partner learns in time until when it may decline the next term.

No article asks for it. It is asked for by a person, for one convention or for many, or each day
where the caisse wants it; asked for twice about the same limit, it leaves once.
"""

from __future__ import annotations

import logging
from datetime import date, timedelta

from django.db import transaction

from contracts.models import Caisse, Convention
from contracts.services.partner_people import written_to
from notifications.catalogue import NothingToSend
from notifications.ladder_settings import courtesy_of
from notifications.partner_reminders import Matter, Owed, ask
from workflows.deadlines import Deadline
from workflows.timeline import Timeline

logger = logging.getLogger(__name__)

NO_LIMIT = "La convention n’a pas de période à venir qu’une lettre écarterait."
NOBODY = "Le partenaire n’a ni membre ni contact à qui écrire."


def remind_partners(today: date) -> int:
    """Ask for the reminders that are due on ``today``; return how many there are to send.

    Run every day, or again after days without. A caisse that fails is left to the next run.
    """
    asked = 0
    for caisse in Caisse.objects.order_by("pk"):
        try:
            courtesy = courtesy_of(caisse)
            if courtesy.enabled:
                until = today + timedelta(days=courtesy.days)
                with transaction.atomic():
                    asked += ask(caisse, Matter.COURTESY, _near(caisse, today, until), today)
        except Exception:
            logger.exception("Rappels aux partenaires : caisse %s, nouvel essai.", caisse.pk)
    return asked


def _near(caisse: Caisse, today: date, until: date) -> list[Owed]:
    """The conventions whose limit is near, from the sets that they share; as one leaves, its life
    says whether the limit still stands."""
    there = "deadline_set__deadlines__"
    near = {
        f"{there}kind": "notice_limit",
        f"{there}renewals": 0,
        f"{there}due_on__gte": today,
        f"{there}due_on__lte": until,
    }
    rows = Convention.objects.filter(caisse=caisse, state="active", **near)
    found = rows.order_by(f"{there}due_on", "pk").values_list("pk", "partner", f"{there}due_on")
    return [Owed(pk, partner, due_on) for pk, partner, due_on in found.iterator()]


def remind_partner(convention: Convention, today: date) -> int:
    """Ask, in the current transaction, for the reminder of the next limit to whoever answers;
    return how many readers were not told of it yet.

    Raises ``NothingToSend``, with the reason in French, where nothing may be declined any more or
    nobody is known to write to.
    """
    limit = next_limit(convention.timeline(today))
    if limit is None:
        raise NothingToSend(NO_LIMIT)
    if convention.partner_id not in written_to([convention.partner_id], today):
        raise NothingToSend(NOBODY)
    owed = Owed(convention.pk, convention.partner_id, limit.due_on)
    return ask(convention.caisse, Matter.COURTESY, [owed], today)


def next_limit(timeline: Timeline) -> Deadline | None:
    """The next last day to decline the following term, while it is not declined already."""
    if timeline.state != "active":
        return None
    limits = (one for one in timeline.deadlines if one.kind == "notice_limit")
    return next((one for one in limits if one.due_on >= timeline.as_of), None)
