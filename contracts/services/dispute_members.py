"""The members of an evidence file: a path in the archive, what it is in words, and its bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from django.utils.text import slugify

from contracts.models import EvidenceFile
from contracts.services.file_verification import released

AT_ONCE = 64 * 1024
"""Bytes of a stored file that are in memory together."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive."""

    path: str
    title: str
    chunks: Callable[[], Iterable[bytes]]
    dated: date | None = None
    expected: str = ""
    """The sha256 noted when the file was stored; empty for what is made for the archive."""


@dataclass(slots=True)
class Filed:
    """One file as it went into the archive."""

    member: Member
    size: int = 0
    digest: str = ""
    problem: str = ""
    """Why it cannot be relied on, in a French sentence; empty when it can."""


def text(path: str, title: str, content: str, dated: date | None = None) -> Member:
    """A member made of a text."""
    return Member(path, title, lambda: [content.encode()], dated)


def as_json(path: str, title: str, content: Any, dated: date | None = None) -> Member:
    """A member made of plain values."""
    return text(path, title, json.dumps(content, ensure_ascii=False, indent=2) + "\n", dated)


def stored(folder: str, number: int, file: EvidenceFile, title: str, dated: date) -> Member:
    """A stored file under a name that says what it is, and that any system can write."""
    name = PurePath(file.original_name)
    stem = slugify(name.stem)[:80] or "piece"
    suffix = re.sub(r"[^a-z0-9.]", "", name.suffix.lower())
    path = f"{folder}/{number:03}-{stem}{suffix}"
    return Member(path, title, lambda: _read(file), dated, file.sha256)


def _read(file: EvidenceFile) -> Iterator[bytes]:
    with released(file) as opened:
        while chunk := opened.read(AT_ONCE):
            yield chunk
