"""Telling each day those whose business a deadline is, each rung of it once."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from contracts.models import Caisse, Convention, User
from notifications import alerts, unwarned
from notifications.alerts import Line
from notifications.crew import Crew
from notifications.deadline_mails import ALERTS, DeadlineNear, DeadlinesNear, NoticeLimit
from notifications.ladder_settings import practice_of
from notifications.models import Alert, AlertRun, Message, MessageState
from notifications.services import send, withdraw
from workflows import bulk, clock

logger = logging.getLogger(__name__)

_COLUMNS = ("convention", "deadline", "due_on", "user", "rung", "message")


def remind(today: date) -> int:
    """Ask for the alerts that are due on ``today``; return how many there are to send.

    Run every day, or again after days without: a rung is told once, and of those passed meanwhile
    the highest alone. A caisse that fails is left to the next run, and does not keep the others
    from being told; one that somebody else is at is passed over.
    """
    asked = 0
    for caisse in Caisse.objects.order_by("pk"):
        try:
            asked += _of_caisse(caisse, today)
        except Exception:
            logger.exception("Alertes : caisse %s laissée au prochain essai.", caisse.pk)
    return asked


def _of_caisse(caisse: Caisse, today: date) -> int:
    practice = practice_of(caisse)
    with transaction.atomic():
        if not _taken(caisse):
            return 0
        # Before their alerts, as whoever sends one does: two that wait for each other would stop.
        list(_waiting(caisse).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
        _withdraw(caisse, today)
        crew = Crew(caisse, today)
        lines = list(alerts.to_make(caisse, practice, crew, today))
        _ask(caisse, lines, today)
        unwarned.find(caisse, practice, crew, today)
        AlertRun.objects.get_or_create(caisse=caisse, day=today)
    return len(lines)


def _withdraw(caisse: Caisse, today: date) -> None:
    """Take back what was told of deadlines that moved, and what did not leave."""
    now = clock.now()
    alerts.moved(caisse, today).update(withdrawn_at=now)
    lost = Alert.objects.filter(
        convention__caisse=caisse,
        withdrawn_at=None,
        message__state__in=(MessageState.CANCELLED, MessageState.FAILED),
    )
    Alert.objects.filter(pk__in=lost.values("pk")).update(withdrawn_at=now)


def _taken(caisse: Caisse) -> bool:
    """Whether the caisse is this run's own until the end of the transaction."""
    # Without its key: conventions of the caisse may be written meanwhile.
    rows = Caisse.objects.select_for_update(skip_locked=True, no_key=True)
    return bool(rows.filter(pk=caisse.pk).values_list("pk", flat=True)[:1])


def _waiting(caisse: Caisse) -> QuerySet[Message]:
    """The messages of alerts of the caisse that have not left."""
    waiting = Message.objects.filter(kind__in=ALERTS, state=MessageState.PENDING)
    return waiting.filter(context__caisse=caisse.pk)


def _ask(caisse: Caisse, lines: Sequence[Line], today: date) -> None:
    """Write the alerts, and one message for all those of a user."""
    of_users: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        of_users[line.told.user].append(line)
    users = User.objects.in_bulk(of_users)
    for pk, own in sorted(of_users.items()):
        message = _message(caisse, users[pk], own, today)
        rows = [
            (one.convention, told.kind, told.due_on, told.user, told.rung, message.pk)
            for one in own
            for told in (one.told,)
        ]
        bulk.insert(Alert, _COLUMNS, rows)


def _message(caisse: Caisse, user: User, own: Sequence[Line], today: date) -> Message:
    """The message for a user, in the place of those that wait for them: they read one mail."""
    waiting = list(_waiting(caisse).filter(user=user))
    said = {(one.convention, one.told.kind, one.told.due_on) for one in own}
    adopted = [
        alert.pk
        for alert in Alert.objects.filter(message__in=waiting, withdrawn_at=None, due_on__gte=today)
        if (alert.convention_id, alert.deadline, alert.due_on) not in said
    ]
    kind, convention = DeadlinesNear.code, None
    if len(own) == 1 and not adopted:
        kind = NoticeLimit.code if own[0].told.kind == "notice_limit" else DeadlineNear.code
        convention = Convention.objects.get(pk=own[0].convention)
    of_today = f"alerts:{caisse.pk}:{user.pk}:{today.isoformat()}:"
    told_today = Message.objects.filter(key__startswith=of_today).count()
    message = send(
        kind,
        key=f"{of_today}{told_today + 1}",
        recipient_person=user,
        subject=convention,
        context={"caisse": caisse.pk, "day": today.isoformat()},
    )
    Alert.objects.filter(pk__in=adopted).update(message=message)
    withdraw(
        Message.objects.filter(pk__in=[one.pk for one in waiting]),
        "Un message plus récent le remplace.",
    )
    return message
