"""Logins, as the directory tells them: the first one makes a habilitation active."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.db.models.functions import Lower

from access.directory.choice import directory_of
from access.directory.port import DirectoryUnreachable
from access.models import Account, DirectoryHealth, Habilitation
from access.services.connections import all_from_directory
from access.services.directory_health import logins_read, watched
from contracts.models import Caisse
from workflows import acts, clock, subjects
from workflows.recording import ActRefused

logger = logging.getLogger(__name__)

CHUNK = 500
"""Entries of the directory whose accounts are looked up at once."""

_USABLE = ("granted", "credentials_sent", "active")


@dataclass(slots=True)
class LoginsRead:
    """What reading the last logins of a directory brought."""

    readable: bool = True
    """False where only people can look into it: nothing was read."""
    entries: int = 0
    recorded: int = 0
    """How many acts were recorded."""
    failing: int = 0
    """How many habilitations could not take theirs; the log says which and why."""


def read_logins(caisse: Caisse) -> LoginsRead:
    """Record the last login of each account of a caisse, from one listing of its directory.

    What was known is passed over, so that it may be done as often as one likes. Raises
    ``DirectoryUnreachable``; what was recorded by then stays.
    """
    read = LoginsRead()
    with watched(caisse, is_undone=False):
        entries = directory_of(caisse).entries(caisse)
        if entries is None:
            return LoginsRead(readable=False)
        while chunk := list(islice(entries, CHUNK)):
            read.entries += len(chunk)
            stamps = {
                entry.identifier.lower(): entry.last_login_at
                for entry in chunk
                if entry.last_login_at is not None
            }
            if stamps:
                _record_stamps(caisse, stamps, read)
    logins_read(caisse, clock.today())
    return read


def read_logins_once_a_day(today: date) -> None:
    """Read the last logins of every directory that was not read today; one away stops no other."""
    done = DirectoryHealth.objects.filter(logins_read_on=today).values("caisse")
    for caisse in Caisse.objects.exclude(pk__in=done).order_by("pk"):
        try:
            read_logins(caisse)
        except DirectoryUnreachable as error:
            logger.warning("Connexions de %s non relevées : %s", caisse.code, error)
        except Exception:
            logger.exception("Connexions de %s non relevées.", caisse.code)


def note_last_login(account: Account) -> int:
    """Record the directory's last login on the habilitations of the account that it is new to.

    Returns how many acts were recorded.
    """
    day = directory_of(account.caisse).last_login(account)
    if day is None:
        return 0
    habilitations = account.habilitations.filter(state__in=_USABLE).order_by("pk")
    return _record(habilitations, day)


def _record_stamps(caisse: Caisse, stamps: Mapping[str, datetime], read: LoginsRead) -> None:
    """Record the logins of some entries, by their identifiers in small letters."""
    known = Account.objects.filter(caisse=caisse).annotate(key=Lower("identifier"))
    found = {account: stamps[account.key] for account in known.filter(key__in=list(stamps))}
    all_from_directory(caisse, found.items())
    days = {account.pk: clock.civil_date(at) for account, at in found.items()}
    usable = Habilitation.objects.filter(account__in=list(days), state__in=_USABLE)
    for habilitation in usable.order_by("pk"):
        try:
            read.recorded += _record([habilitation], days[habilitation.account_id])
        except Exception:
            logger.exception("Connexion non enregistrée : %s.", habilitation)
            read.failing += 1


def _record(habilitations: Iterable[Habilitation], day: date) -> int:
    """Record a login on each habilitation that it is new to.

    An account shared by several does not say whose login it was: it counts for each.
    """
    recorded = 0
    for habilitation in habilitations:
        if habilitation.last_login_on is not None and day <= habilitation.last_login_on:
            continue
        login = acts.LastLogin(
            id=f"login-{day.isoformat()}",
            on=day,
            recorded_at=clock.now(),
            user=habilitation.user_key,
        )
        try:
            subjects.record(habilitation, login, author=None)
        except ActRefused:
            continue  # Suspended or closed since: the login stays the directory's.
        recorded += 1
    return recorded
