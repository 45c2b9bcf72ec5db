"""Entries of an LDAP directory: where they stand, how a state reads in their attributes.

An entry holds the identifier and nothing else about its holder: names and addresses stay in this
house, where they are corrected and erased. The services opened are values of one attribute of the
entry (``SERVICES``): written with the lock in one change, so that neither goes without the other,
and at the same cost whatever the number of accounts, where a group of members is read and written
whole. A portal that wants groups gets them from the server's overlay ``dynlist``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import ldap
from ldap.dn import escape_dn_chars, is_dn, str2dn

from access.desired import LOCKED, DirectoryState
from access.directory.port import DirectoryRefused, FoundEntry
from access.models import AccountState
from contracts.models import Caisse

OBJECT_CLASS = "inetOrgPerson"
SERVICES = "businessCategory"
LOCK = "pwdAccountLockedTime"
LOCKED_FOR_GOOD = b"000001010000Z"
"""The lock of a person's decision (ppolicy); a real date there is the server's own lock, set after
too many wrong passwords, which is left alone."""
MUST_CHANGE = "pwdReset"
PASSWORD = "userPassword"  # noqa: S105 (the name of an attribute)
LOGINS = ("pwdLastSuccess", "authTimestamp")
"""Last successful bind: of slapd itself (cleared by each new password), of the overlay lastbind."""
CHANGED = "pwdChangedTime"
EMAIL = "mail"
"""Of entries made before Tacite, or by others: by it their users may be known again."""
READ = (SERVICES, LOCK, MUST_CHANGE, CHANGED, *LOGINS)
LISTED = (*READ, EMAIL)
"""What is read of the entries of a whole branch."""

Attributes = Mapping[str, Sequence[bytes]]
Change = tuple[int, str, list[bytes]]


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry says of an account."""

    locked: bool
    """By this house."""
    services: tuple[str, ...]
    """Those it holds, even locked."""
    last_login_at: datetime | None

    @property
    def state(self) -> DirectoryState:
        return LOCKED if self.locked else DirectoryState(AccountState.OPEN, self.services)


def branch_of(caisse: Caisse, base: str) -> str:
    """The DN under which the caisse's entries stand: its setting ``directory_base``, or its code.

    Identifiers are unique in a caisse, not among all: each caisse has a branch of its own.
    """
    own = caisse.settings.get("directory_base")
    if own is None:
        return f"ou={escape_dn_chars(caisse.code)},{base}"
    if not isinstance(own, str) or not own or not is_dn(own):
        raise DirectoryRefused(
            f"Le réglage « directory_base » de {caisse.code} n’est pas un nom de branche LDAP : "
            "écrivez par exemple « ou=extranautes,dc=caisse,dc=example »."
        )
    return own


def name_of(identifier: str, branch: str) -> str:
    """The DN of an entry."""
    return f"uid={escape_dn_chars(identifier)},{branch}"


def found(dn: str, attributes: Attributes) -> FoundEntry:
    """An entry of a list, under the identifier that its DN bears."""
    entry = read(attributes)
    [email] = attributes.get(EMAIL, [b""])[:1]
    return FoundEntry(
        str2dn(dn)[0][0][1],
        entry.state,
        entry.last_login_at,
        email.decode(errors="replace"),
    )


def read(attributes: Attributes) -> Entry:
    """What the attributes ``READ`` of an entry say."""
    services = tuple(sorted(value.decode() for value in attributes.get(SERVICES, ())))
    locked = LOCKED_FOR_GOOD in attributes.get(LOCK, ())
    return Entry(locked, services, _last_login(attributes))


def new(identifier: str, wanted: DirectoryState) -> list[tuple[str, list[bytes]]]:
    """The attributes of an entry to create: open, and without a password nobody enters.

    ``pwdReset`` is written as no policy writes it: whoever gets a password must change it.
    """
    name = [identifier.encode()]
    services = [service.encode() for service in wanted.services]
    return [
        ("objectClass", [OBJECT_CLASS.encode()]),
        ("uid", name),
        ("cn", name),
        ("sn", name),
        (MUST_CHANGE, [b"TRUE"]),
        *([(SERVICES, services)] if services else []),
    ]


def changes(entry: Entry, wanted: DirectoryState) -> list[Change]:
    """What brings an entry to a state, open or locked; nothing when it is there."""
    shut = wanted.state != AccountState.OPEN
    needed: list[Change] = []
    if entry.locked != shut:
        needed.append((ldap.MOD_REPLACE, LOCK, [LOCKED_FOR_GOOD] if shut else []))
    if entry.services != tuple(sorted(wanted.services)):
        services = [service.encode() for service in wanted.services]
        needed.append((ldap.MOD_REPLACE, SERVICES, services))
    return needed


def new_password(entry: Entry, password: str, must_change: bool) -> list[Change]:
    """What gives an entry a temporary password, and leaves its lock as it is.

    ppolicy takes the lock away with the old password, and whatever the same change writes there,
    unless that change takes it away itself: it does, and puts it back.
    """
    lock: tuple[str, list[bytes]] = (LOCK, [LOCKED_FOR_GOOD])
    kept: list[Change] = [(ldap.MOD_DELETE, *lock), (ldap.MOD_ADD, *lock)] if entry.locked else []
    return [
        *kept,
        (ldap.MOD_REPLACE, PASSWORD, [password.encode()]),
        (ldap.MOD_REPLACE, MUST_CHANGE, [b"TRUE"] if must_change else []),
    ]


def _last_login(attributes: Attributes) -> datetime | None:
    """The latest stamp of a login.

    Entering under a temporary password, only to change it, is no login yet: while one is to be
    changed, what is no older than it does not count.
    """
    stamps = [_instant(attributes[name][0]) for name in LOGINS if attributes.get(name)]
    if attributes.get(MUST_CHANGE) == [b"TRUE"] and attributes.get(CHANGED):
        made = _instant(attributes[CHANGED][0])
        stamps = [stamp for stamp in stamps if stamp < made]
    return max(stamps, default=None)


def _instant(value: Any) -> datetime:
    """A generalized time of LDAP, ``20240131120000Z``, to the second."""
    return datetime.strptime(value.decode()[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
