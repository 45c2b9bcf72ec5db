"""The directory of the extranet's users (« annuaire des extranautes »), as the house needs it.

Every change says the state wanted, never the change to make: told twice, it is done once.
"""

from __future__ import annotations

from datetime import date
from typing import Protocol

from access.desired import DirectoryState
from access.models import Account


class NoPassword(Exception):
    """This directory gives no password to Tacite: whoever works in it sends them."""


class Directory(Protocol):
    """One way of reaching a directory. An adapter never changes the ``Account`` row."""

    makes_passwords: bool
    """Whether ``reset`` gives a temporary password to send."""

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

    def last_login(self, account: Account) -> date | None:
        """The civil day of the last login; None when there was none or nobody can tell."""
        ...

    def remove(self, account: Account) -> DirectoryState:
        """Remove the entry, or have it asked for; return what it is known to be."""
        ...
