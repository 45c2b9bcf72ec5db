"""What the site asks of an antivirus, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.core.files.base import File

from workflows.effects import EffectFailed
from workflows.french import typeset


class AntivirusUnavailable(EffectFailed):
    """The antivirus gave no answer on which to rely: the file waits, and is looked at again.

    Its words name nobody: they are shown to whoever administers the site.
    """

    def __init__(self, why: str) -> None:
        super().__init__(typeset(why))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an antivirus says of one file."""

    found: str = ""
    """The antivirus's name for what it found; empty when it found nothing."""


class Antivirus(Protocol):
    """One antivirus."""

    name: str
    """As the setting and the rows of files call it."""
    is_at_once: bool
    """Whether its answer costs nothing, and is asked for in the request that brings the file."""

    def scan(self, file: File) -> Verdict:
        """Look into a file from its beginning. Raises ``AntivirusUnavailable``."""
        ...
