"""Why nothing was saved, or nothing restored."""

from __future__ import annotations

from workflows.french import typeset


class BackupRefused(Exception):
    """What is in the way and what to do, as a French sentence. Nothing was changed."""

    def __init__(self, reason: str) -> None:
        super().__init__(typeset(reason))
