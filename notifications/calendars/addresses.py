"""The secret addresses of calendars: made, read under the powers of who made them, revoked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from contracts.models import Caisse, Convention, User
from contracts.rules import caisses_where, conventions_where
from notifications.calendars.models import CalendarAddress
from notifications.calendars.telling import AT_ONCE, tell
from workflows import clock, effects
from workflows.effects import EffectContext

SUBSCRIBE = "contracts.subscribe_calendar"
"""What one must be allowed to do, at each reading, on the conventions that are told."""

MOST = 10
"""Live addresses a person may have at once."""

FIRST_TELLING = "notifications.calendar"
"""The name of the effect that prepares what a new address will give."""

_BYTES = 32


class TooMany(Exception):
    """This person has as many addresses as one may have; the message says what to do."""


class Made(NamedTuple):
    """An address that was just made."""

    address: CalendarAddress
    secret: str
    """Shown once; empty where the same form was sent before."""


def make(user: User, caisse: Caisse | None, alarm_days: int, *, identifier: UUID) -> Made:
    """A new secret address; the caller sees to it that the user may read that caisse.

    Raises ``TooMany``.
    """
    with transaction.atomic():
        # One at a time for a person.
        User.objects.select_for_update().get(pk=user.pk)
        if known := CalendarAddress.objects.filter(identifier=identifier, user=user).first():
            return Made(known, "")
        if live(user).count() >= MOST:
            raise TooMany(
                f"Vous avez déjà {MOST} adresses. Révoquez celles qui ne servent plus, puis "
                "recommencez."
            )
        secret = secrets.token_urlsafe(_BYTES)
        address = CalendarAddress.objects.create(
            identifier=identifier,
            user=user,
            caisse=caisse,
            alarm_days=alarm_days,
            digest=_digest(secret),
            created_at=clock.now(),
        )
        _prepare(address, 1)
    return Made(address, secret)


def live(user: User) -> QuerySet[CalendarAddress]:
    """The addresses of a person that were not revoked."""
    return CalendarAddress.objects.filter(user=user, revoked_at=None)


def revoke(address: CalendarAddress) -> None:
    """Have an address give nothing any more, for good."""
    CalendarAddress.objects.filter(pk=address.pk, revoked_at=None).update(revoked_at=clock.now())


def found(secret: str) -> CalendarAddress | None:
    """The address of a secret, were it revoked; None where there is none."""
    known = CalendarAddress.objects.filter(digest=_digest(secret))
    return known.select_related("user", "caisse").first()


def conventions_of(address: CalendarAddress, today: date) -> QuerySet[Convention] | None:
    """What an address tells of, under the powers that its user has today.

    None where it gives nothing: revoked, or its user may read nothing of it any more.
    """
    user = address.user
    if address.revoked_at is not None or not user.is_active:
        return None
    readable = caisses_where(user, SUBSCRIBE, today)
    if address.caisse_id is not None:
        readable = readable.filter(pk=address.caisse_id)
    if not readable.exists():
        return None
    seen = conventions_where(user, SUBSCRIBE, today)
    if address.caisse_id is None:
        return seen.filter(assignee=user)
    return seen.filter(caisse=address.caisse_id)


def was_read(address: CalendarAddress, today: date) -> None:
    """Note the day on which an address was read last: a write a day at most."""
    if address.last_read_on != today:
        CalendarAddress.objects.filter(pk=address.pk).update(last_read_on=today)


def tell_everybody(today: date) -> int:
    """Bring all that live addresses give in line with the dates; return how many conventions."""
    told = 0
    for address in CalendarAddress.objects.filter(revoked_at=None).select_related("user"):
        conventions = conventions_of(address, today)
        while conventions is not None and (some := tell(conventions)):
            told += some
    return told


@effects.handler(FIRST_TELLING)
def prepare(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Tell a share of what an address gives, and leave the next share to the next effect."""
    address = CalendarAddress.objects.select_related("user").get(pk=payload["address"])
    conventions = conventions_of(address, clock.today())
    if conventions is not None and tell(conventions) == AT_ONCE:
        _prepare(address, payload["share"] + 1)


def _prepare(address: CalendarAddress, share: int) -> None:
    lane = f"calendar:{address.pk}"
    payload = {"address": address.pk, "share": share}
    effects.emit(FIRST_TELLING, f"{lane}:{share}", lane, payload)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
