"""The embedded directory: entries in a table of this database, for a house without LDAP.

It keeps no password, only its hash, made by Django's first hasher (Argon2id). ``sign_in`` and
``choose_password`` are what a portal needs of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower

from access import passwords
from access.desired import ABSENT, LOCKED, DirectoryState
from access.directory.numbering import numbered
from access.directory.port import FoundEntry
from access.models import Account, AccountState, DirectoryEntry
from contracts.models import Caisse
from workflows import clock
from workflows.subjects import locked

FAILURES_BEFORE_WAITING = 5
LONGEST_WAIT = timedelta(hours=1)


class SignIn(Enum):
    """How a sign-in ended. A wrong password, an unknown entry, a locked one read the same."""

    REFUSED = "refused"
    MUST_CHANGE = "must_change"
    DONE = "done"


class SignedIn(NamedTuple):
    """The answer to a sign-in, and the entry where it was right."""

    outcome: SignIn
    entry: DirectoryEntry | None = None


class EmbeddedDirectory:
    """Keeps entries in this database."""

    makes_passwords = True

    def ensure(self, account: Account, wanted: DirectoryState) -> DirectoryState:
        if not account.identifier:
            return ABSENT
        entry = _entry(account)
        if entry is None:
            if wanted.state != AccountState.OPEN:
                return ABSENT
            entry = DirectoryEntry(caisse_id=account.caisse_id, identifier=account.identifier)
        shut, services = wanted.state != AccountState.OPEN, list(wanted.services)
        if entry.pk is None or (entry.locked, entry.services) != (shut, services):
            entry.locked, entry.services = shut, services
            entry.save()
        state = AccountState.LOCKED if shut else AccountState.OPEN
        return DirectoryState(state, wanted.services)

    def new_identifier(self, account: Account) -> str:
        return numbered(account)

    def reset(self, account: Account) -> str:
        rules = account.habilitation_rules.credentials
        password = passwords.temporary(rules.initial_password if rules else None)
        change = rules.first_login_change if rules else None
        _set(account, password, change is None or change.obligation == "mandatory")
        return password

    def set_password(self, account: Account, password: str) -> None:
        _set(account, password, must_change=False)

    def last_login(self, account: Account) -> date | None:
        entry = _entry(account)
        if entry is None or entry.last_login_at is None:
            return None
        return clock.civil_date(entry.last_login_at)

    def remove(self, account: Account) -> DirectoryState:
        entry = _entry(account)
        if entry is not None:
            entry.delete()
        return ABSENT

    def entries(self, caisse: Caisse) -> Iterator[FoundEntry] | None:
        found = DirectoryEntry.objects.filter(caisse=caisse).order_by("identifier")
        for entry in found.iterator():
            state = (
                LOCKED
                if entry.locked
                else DirectoryState(AccountState.OPEN, tuple(sorted(entry.services)))
            )
            yield FoundEntry(entry.identifier, state, entry.last_login_at)


def sign_in(caisse: Caisse, identifier: str, password: str) -> SignedIn:
    """Check a password against the entry of that identifier.

    After five failures in a row each further one makes the user wait, a minute at first, then
    twice as long, an hour at most.
    """
    now = clock.now()
    with transaction.atomic():
        found = _entries(caisse.pk, identifier).first()
        if found is None:
            make_password(password)  # As long as a wrong password takes.
            return SignedIn(SignIn.REFUSED)
        entry = locked(DirectoryEntry.objects.all(), found.pk)
        if entry.retry_at is not None and now < entry.retry_at:
            return SignedIn(SignIn.REFUSED)
        if not check_password(password, entry.password) or entry.locked:
            entry.failures += 1
            entry.retry_at = _wait_until(entry.failures, now)
            entry.save(update_fields=["failures", "retry_at"])
            return SignedIn(SignIn.REFUSED)
        entry.failures, entry.retry_at = 0, None
        if not entry.must_change:
            entry.last_login_at = now
        entry.save(update_fields=["failures", "retry_at", "last_login_at"])
        return SignedIn(SignIn.MUST_CHANGE if entry.must_change else SignIn.DONE, entry)


def choose_password(entry_pk: int, password: str) -> DirectoryEntry | None:
    """Replace the password of an entry that has just signed in; that is its first login.

    None when the entry was locked or removed in the meantime. Raises ``ValidationError`` for a
    password too weak, or that is the temporary one.
    """
    with transaction.atomic():
        try:
            entry = locked(DirectoryEntry.objects.all(), entry_pk)
        except DirectoryEntry.DoesNotExist:
            return None
        if entry.locked:
            return None
        passwords.check_new(password, identifier=entry.identifier, replaces=entry.password)
        entry.password, entry.must_change = make_password(password), False
        entry.last_login_at = clock.now()
        entry.save(update_fields=["password", "must_change", "last_login_at"])
    return entry


def _entries(caisse_pk: int, identifier: str) -> QuerySet[DirectoryEntry]:
    keyed = DirectoryEntry.objects.annotate(key=Lower("identifier"))
    return keyed.filter(caisse=caisse_pk, key=identifier.strip().lower())


def _entry(account: Account) -> DirectoryEntry | None:
    return _entries(account.caisse_id, account.identifier).first() if account.identifier else None


def _set(account: Account, password: str, must_change: bool) -> None:
    with transaction.atomic():
        entry = _entry(account)
        if entry is None:
            raise LookupError(f"Le compte {account.pk} n’est pas dans l’annuaire.")
        entry = locked(DirectoryEntry.objects.all(), entry.pk)
        entry.password, entry.must_change = make_password(password), must_change
        entry.failures, entry.retry_at = 0, None
        entry.save()


def _wait_until(failures: int, now: datetime) -> datetime | None:
    beyond = failures - FAILURES_BEFORE_WAITING
    if beyond < 0:
        return None
    return now + min(timedelta(minutes=1) * 2 ** min(beyond, 10), LONGEST_WAIT)
