"""What Tacite asks of whoever prints, posts and follows registered letters, on paper or electronic.

A connector to a provider is a class with these methods and no argument, named by the setting
``TACITE_LETTER_PROVIDER``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """A letter handed over to leave."""

    reference: str
    """What names the letter for both sides: ``envoi-42``. Handed over twice, it is one letter."""
    electronic: bool
    pdf: bytes
    sha256: str
    sender: str
    addressee: str
    address: str
    """On paper; empty for an electronic one."""
    email: str
    """Of an electronic one; empty on paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """What a provider tells of a letter on a day, or what is wrong with what it tells."""

    source: str
    line: int
    reference: str = ""
    kind: str = ""
    """A passage of ``contracts.letter_circuit``: ``posted``, ``presented``, ``delivered``…"""
    on: date | None = None
    number: str = ""
    """Of the registered letter; told with the posting at the latest."""
    proof_name: str = ""
    proof: Callable[[], bytes] | None = None
    """Reads it: proofs weigh, and are taken in one by one."""
    fault: str = ""
    """Why the row cannot be read, in French; empty when it can."""


class Batch(Protocol):
    """Some rows that came together."""

    @property
    def rows(self) -> Sequence[StatusRow]:
        """The rows, in the order in which they were told."""
        ...

    def done(self, report: Sequence[tuple[int, str]]) -> None:
        """Put the batch away: it was taken in. The report says what became of each line."""
        ...


class Provider(Protocol):
    """Whoever posts registered letters."""

    def deposit(self, letter: Deposit) -> None:
        """Hand a letter over; the same reference again is the same letter. Raises ``OSError``."""
        ...

    def batches(self) -> Iterator[Batch]:
        """What it has told since the last reading."""
        ...
