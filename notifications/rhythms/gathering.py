"""Digests: what somebody wants once a day or a week leaves as one mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from contracts.models import User
from notifications.bounces.addresses import is_dead
from notifications.catalogue import kind_of
from notifications.models import Message, MessageState
from notifications.rhythms.choosing import DIGEST, choice_of
from notifications.rhythms.models import Preference, Rhythm
from notifications.services import send, withdraw
from workflows import clock, effects
from workflows.effects import EffectContext

GATHERING = "notifications.gathering"
"""The name of the effect that asks for the digests of a day."""


def gather_today(today: date) -> None:
    """Have the digests of a day asked for once, after what the day itself sends.

    Run with each sweep. As an effect it comes behind the messages asked for before it.
    """
    with transaction.atomic():
        effects.emit(
            GATHERING, f"digests:{today.isoformat()}", "digests", {"day": today.isoformat()}
        )


@effects.handler(GATHERING)
def gather(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Ask for the digests that are due: one a person, with all that an outage left behind.

    That of the day takes all that waits; that of the week, what came before its Monday.
    """
    today = date.fromisoformat(payload["day"])
    monday = today - timedelta(days=today.weekday())
    weekly = _weekly()
    waiting: dict[tuple[int, Rhythm], list[int]] = defaultdict(list)
    for pk, user, kind, created in _not_told().values_list("pk", "user", "kind", "created_at"):
        choice = choice_of(kind_of(kind))
        rhythm = Rhythm.WEEKLY if (user, choice) in weekly else Rhythm.DAILY
        if rhythm == Rhythm.DAILY or clock.civil_date(created) < monday:
            waiting[user, rhythm].append(pk)
    users = User.objects.filter(is_active=True).in_bulk({user for user, _ in waiting})
    for (user, rhythm), members in sorted(waiting.items()):
        if user in users and not is_dead(users[user].email):
            _ask(users[user], rhythm, monday if rhythm == Rhythm.WEEKLY else today, members)


def _ask(user: User, rhythm: Rhythm, day: date, members: list[int]) -> None:
    """Ask for one digest, in the place of those of the same rhythm that have not left."""
    key = f"{DIGEST}:{rhythm}:{user.pk}:{day.isoformat()}"
    if Message.objects.filter(key=key).exists():
        return
    former = Message.objects.filter(key__startswith=f"{DIGEST}:{rhythm}:{user.pk}:")
    withdraw(former, "Un récapitulatif plus récent le remplace.")
    digest = send(DIGEST, key=key, recipient_person=user, context={"rhythm": str(rhythm)})
    _not_told().filter(pk__in=members).update(digest=digest)


def _not_told() -> Any:
    """The messages that wait for a digest, those of one that has left or still may left out."""
    unsent = Q(digest=None) | ~Q(digest__state=MessageState.SENT)
    return Message.objects.filter(unsent, state=MessageState.WAITING, user__isnull=False).order_by(
        "pk"
    )


def _weekly() -> set[tuple[int | None, str]]:
    rows = Preference.objects.filter(rhythm=Rhythm.WEEKLY, user__isnull=False)
    return set(rows.values_list("user", "kind"))
