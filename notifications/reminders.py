"""Reminding the legal officers of a limit, early enough, once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from contracts.models import Caisse, Convention, PublishedRulebook, User, UserScope
from contracts.services.visibility import roles_for
from notifications.mails import NoticeLimit
from notifications.models import Message
from notifications.services import send, withdraw
from workflows.calendar import notice_limits
from workflows.deadlines import deadlines_of

logger = logging.getLogger(__name__)

REMINDER_DAYS = 30
"""Before the last advised day, where the caisse has no setting ``notice_reminder_days``."""

_LONGEST = timedelta(days=366)
"""A reminder asked for earlier than this before the end of the term would be about the next."""


def remind(today: date) -> int:
    """Ask for the reminders that are due on ``today``; return how many there are to send.

    Run every day, or again after days without: one message a limit and officer, and none for a
    limit that has passed. A convention that cannot be replayed is left to the next run, and does
    not keep the others from being reminded of.
    """
    asked = 0
    for convention in _near_a_limit(today):
        try:
            with transaction.atomic():
                asked += _remind(convention, today)
        except Exception:
            logger.exception("Rappels : convention %s laissée au prochain essai.", convention.pk)
    return asked


def _remind(convention: Convention, today: date) -> int:
    officers = _officers(convention, today)
    if not officers:
        return 0
    timeline = convention.timeline(today)
    limits = {
        (one.kind, one.term): one.due_on
        for one in deadlines_of(timeline)
        if one.kind in ("notice_prudent", "notice_limit")
    }
    asked = 0
    for (kind, term), due_on in limits.items():
        if kind != "notice_limit" or not _is_near(convention, limits, term, today):
            continue
        last_day = next(one.last_day for one in timeline.data.terms if one.number == term)
        for officer in officers:
            _ask(convention, officer, due_on, {"term": term, "term_last_day": last_day.isoformat()})
            asked += 1
    return asked


def _ask(convention: Convention, officer: User, due_on: date, context: dict[str, Any]) -> None:
    """Ask once for the reminder of a limit, in the place of those that wait for the officer.

    An outage of the mail server, or an avenant that moves the limit, makes a reminder obsolete
    before it has left. A limit moved and moved back is told again.
    """
    told = Message.objects.filter(kind=NoticeLimit.code, convention=convention, user=officer)
    limit = f"{NoticeLimit.code}:{convention.pk}:{due_on.isoformat()}:{officer.pk}"
    keys = list(told.order_by("pk").values_list("key", flat=True))
    if keys and _is_about(keys[-1], limit):
        return
    again = sum(_is_about(key, limit) for key in keys)
    withdraw(told, "Un rappel plus récent le remplace.")
    send(
        NoticeLimit.code,
        key=f"{limit}:{again + 1}" if again else limit,
        recipient_person=officer,
        subject=convention,
        context=context,
    )


def _is_about(key: str, limit: str) -> bool:
    return key == limit or key.startswith(f"{limit}:")


def _is_near(
    convention: Convention, limits: dict[tuple[str, int], date], term: int, today: date
) -> bool:
    begins = limits["notice_prudent", term] - timedelta(days=_days(convention.caisse))
    return begins <= today <= limits["notice_limit", term]


def _days(caisse: Caisse) -> int:
    return int(caisse.settings.get("notice_reminder_days", REMINDER_DAYS))


def _near_a_limit(today: date) -> Iterator[Convention]:
    """The conventions in force one of whose limits may be near: those alone are replayed."""
    longest = max((_days(caisse) for caisse in Caisse.objects.all()), default=REMINDER_DAYS)
    horizon = today + min(timedelta(days=longest), _LONGEST)
    near = Q(pk__in=())
    for published in PublishedRulebook.objects.all():
        notice = published.rulebook.notice
        if notice is None or notice.timing != "before_term_end":
            continue
        # From the last days of terms to their limits, the other way round.
        furthest = horizon
        while notice_limits(furthest, notice.length).prudent <= horizon:
            furthest += timedelta(days=31)
        # A term already over is that of a convention that the sweep has set aside.
        near |= Q(pinned=published, term_last_day__lte=furthest)
    return (
        Convention.objects.filter(near, state="active")
        .select_related("pinned", "caisse", "partner")
        .iterator(chunk_size=500)
    )


def _officers(convention: Convention, today: date) -> list[User]:
    """The active legal officers of the convention's caisse and services."""
    role = UserScope.Role.LEGAL_OFFICER
    scopes = UserScope.objects.on(today).filter(caisse=convention.caisse_id, role=role)
    users = User.objects.filter(pk__in=scopes.values("user"), is_active=True).order_by("pk")
    return [user for user in users if role in roles_for(user, convention, today)]
