"""How much a client may ask in a minute, counted by each process in its own memory."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

from access.api.authentication import caller_of
from access.api.problems import Problem

_WINDOW = 60
"""Seconds."""


class ClientRate(BaseThrottle):
    """One request of its client."""

    def allow_request(self, request: HttpRequest) -> bool:
        return within(str(caller_of(request)), settings.TACITE_API_RATE)

    def wait(self) -> float:
        return seconds_left()


def count_more(request: HttpRequest, questions: int) -> None:
    """Count the other questions of a batch; raises ``Problem`` when they are too many."""
    if questions and not within(str(caller_of(request)), settings.TACITE_API_RATE, questions):
        raise Problem("too_many_requests", headers={"Retry-After": str(seconds_left())})


def within(whose: str, limit: int, more: int = 1) -> bool:
    """Count ``more`` of this minute's, and say whether the limit is kept."""
    counts = caches["api_rates"]
    key = f"{whose}:{int(time.time()) // _WINDOW}"
    counts.add(key, 0, timeout=2 * _WINDOW)
    try:
        return counts.incr(key, more) <= limit
    except ValueError:  # Dropped in between: the memory has room for so many clients only.
        return True


def seconds_left() -> int:
    """Whole seconds until the next minute begins."""
    return _WINDOW - int(time.time()) % _WINDOW
