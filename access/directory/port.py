"""The directory of the extranet's users (« annuaire des extranautes »), as the house needs it.

Every change says the state wanted, never the change to make: told twice, it is done once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from access.desired import DirectoryState
from access.models import Account
from contracts.models import Caisse
from workflows.effects import EffectFailed


class NoPassword(Exception):
    """This directory gives no password to Tacite: whoever works in it sends them."""


class DirectoryUnreachable(EffectFailed):
    """The directory does not answer; what was asked of it is to be asked again."""

    caisse: int | None = None
    """The key of the caisse whose directory it is, where that was noted."""


class DirectoryRefused(EffectFailed):
    """The directory answers and refuses: its text says what an administrator has to look at."""


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """One entry, as the directory tells it."""

    identifier: str
    state: DirectoryState
    """Open or locked by this house; a lock that the directory set itself, for a while after too
    many wrong passwords, is none of this house's and does not count."""
    last_login_at: datetime | None = None
    email: str = ""
    """What an entry that others made may hold of its user's address; Tacite writes none there."""


class Directory(Protocol):
    """One way of reaching a directory. An adapter never changes the ``Account`` row."""

    makes_passwords: bool
    """Whether ``reset`` gives a temporary password to send, and ``set_password`` sets one."""

    def ensure(self, account: Account, wanted: DirectoryState) -> DirectoryState:
        """Bring the entry to the state wanted, or have it asked for; return what it is known to be.

        An entry that exists is locked rather than removed when none is wanted.
        """
        ...

    def new_identifier(self, account: Account) -> str:
        """The identifier under which to register it; empty where a person will give it."""
        ...

    def reset(self, account: Account) -> str:
        """Make, set and return a temporary password, to be changed at the next login.

        The caller puts it in the one message that carries it and keeps it nowhere. Raises
        ``NoPassword``, and ``LookupError`` when the directory has no such entry.
        """
        ...

    def set_password(self, account: Account, password: str) -> None:
        """Set a password that the user chose: it need not be changed, and says no login.

        The caller checks it (``access.passwords.check_new``). Raises ``ValidationError``, with
        what to do, when the directory's own policy refuses it, ``NoPassword``, and ``LookupError``
        when the directory has no such entry.
        """
        ...

    def last_login(self, account: Account) -> date | None:
        """The civil day of the last login; None when there was none or nobody can tell."""
        ...

    def remove(self, account: Account) -> DirectoryState:
        """Remove the entry, or have it asked for; return what it is known to be."""
        ...

    def entries(self, caisse: Caisse) -> Iterator[FoundEntry] | None:
        """Every entry it holds for the caisse; None where only people can look.

        Raises ``DirectoryUnreachable`` or ``DirectoryRefused``, as each of the other questions
        may.
        """
        ...
