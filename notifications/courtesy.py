"""The courtesy reminder: the partner learns in time until when it may decline the next term.

No article asks for it. It is asked for by a person, for one convention or for many, or each day
where the caisse wants it; asked for twice about the same limit, it leaves once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import F

from contracts.models import Caisse, Convention
from contracts.services.partner_people import answering_for
from notifications.catalogue import NothingToSend
from notifications.deadline_mails import CourtesyReminder
from notifications.ladder_settings import ReminderSettingWrong, courtesy_of
from notifications.models import Message
from notifications.services import recipient_key, send
from workflows.deadlines import Deadline
from workflows.timeline import Timeline

logger = logging.getLogger(__name__)

_AT_ONCE = 2000


def remind_partners(today: date) -> int:
    """Ask for the reminders that are due on ``today``; return how many there are to send.

    Run every day, or again after days without. A convention that fails is left to the next run.
    """
    asked = 0
    for caisse in Caisse.objects.order_by("pk"):
        try:
            courtesy = courtesy_of(caisse)
        except ReminderSettingWrong:
            logger.exception("Rappels aux partenaires : caisse %s laissée de côté.", caisse.pk)
            continue
        if courtesy.enabled:
            asked += sum(
                _remind(convention, today)
                for convention in _near(caisse, today, today + timedelta(days=courtesy.days))
            )
    return asked


def _remind(convention: Convention, today: date) -> int:
    try:
        with transaction.atomic():
            return len(remind_partner(convention, today))
    except NothingToSend:
        return 0
    except Exception:
        logger.exception("Rappel au partenaire : convention %s, nouvel essai.", convention.pk)
        return 0


def _near(caisse: Caisse, today: date, until: date) -> Iterator[Convention]:
    """The conventions whose limit is near and was not recalled, from the sets that they share."""
    there = "deadline_set__deadlines__"
    near = {
        f"{there}kind": "notice_limit",
        f"{there}renewals": 0,
        f"{there}due_on__gte": today,
        f"{there}due_on__lte": until,
    }
    rows = Convention.objects.filter(caisse=caisse, state="active", **near).annotate(
        due_on=F(f"{there}due_on")
    )
    every = rows.order_by("due_on", "pk").values_list("pk", "due_on").iterator(chunk_size=_AT_ONCE)
    while some := list(islice(every, _AT_ONCE)):
        told = Message.objects.filter(
            kind=CourtesyReminder.code, convention__in=[pk for pk, _ in some]
        )
        known = {
            (pk, context["due_on"]) for pk, context in told.values_list("convention", "context")
        }
        left = [pk for pk, due_on in some if (pk, due_on.isoformat()) not in known]
        yield from (
            Convention.objects.filter(pk__in=left)
            .select_related("pinned", "caisse", "partner")
            .order_by("pk")
        )


def remind_partner(convention: Convention, today: date) -> list[Message]:
    """Ask, in the current transaction, for the reminder of the next limit to whoever answers.

    Raises ``NothingToSend``, with the reason in French, where nothing may be declined any more or
    nobody is known to write to.
    """
    limit = next_limit(convention.timeline(today))
    if limit is None:
        raise NothingToSend("La convention n’a pas de période à venir qu’une lettre écarterait.")
    recipients = answering_for(convention, today)
    if not recipients:
        raise NothingToSend("Le partenaire n’a ni membre ni contact à qui écrire.")
    return [
        send(
            CourtesyReminder.code,
            key=f"{CourtesyReminder.code}:{convention.pk}:{limit.due_on.isoformat()}:"
            f"{recipient_key(recipient)}",
            recipient_person=recipient,
            subject=convention,
            context={"due_on": limit.due_on.isoformat()},
        )
        for recipient in recipients
    ]


def next_limit(timeline: Timeline) -> Deadline | None:
    """The next last day to decline the following term, while it is not declined already."""
    if timeline.state != "active":
        return None
    limits = (one for one in timeline.deadlines if one.kind == "notice_limit")
    return next((one for one in limits if one.due_on >= timeline.as_of), None)
