"""Where a journal stands: what its next entry follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Head(NamedTuple):
    """The last entry of one subject's journal, and how its beliefs are numbered."""

    number: int = 0
    digest: str = ""
    retracted: Mapping[str, int] = {}
    """How often each belief was retracted, by its key without its number."""
