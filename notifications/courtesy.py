"""The courtesy reminder: the partner learns in time until when it may decline the next term.

No article asks for it. It is asked for by a person, for one convention or for many, or each day
where the caisse wants it; asked for twice about the same limit, it leaves once.
"""

from __future__ import annotations

from datetime import date

from contracts.models import Convention
from contracts.services.partner_people import answering_for
from notifications.catalogue import NothingToSend
from notifications.deadline_mails import CourtesyReminder
from notifications.models import Message
from notifications.services import recipient_key, send
from workflows.deadlines import Deadline
from workflows.timeline import Timeline


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
