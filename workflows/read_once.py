"""What is read of the database once for a page, however many parts of it ask: roles, rulebooks.

Only while a page is read, which changes none of it; nothing is kept from one page to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Found = TypeVar("Found")

_kept = ContextVar[dict[Hashable, Any] | None]("kept", default=None)


@contextmanager
def each_thing_read_once() -> Iterator[None]:
    """Within it, what ``once`` was given under a name is not read again; nor if it was before."""
    kept = _kept.get()
    token = _kept.set({} if kept is None else kept)
    try:
        yield
    finally:
        _kept.reset(token)


def once(name: Hashable, read: Callable[[], Found]) -> Found:
    """What ``read`` gives, or gave before under the same name; outside of a page, read anew."""
    kept = _kept.get()
    if kept is None:
        return read()
    if name not in kept:
        kept[name] = read()
    found: Found = kept[name]
    return found
