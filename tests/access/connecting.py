"""Telling connections in few words."""

from datetime import datetime

from access.connection_reading import Told
from workflows.clock import PARIS

_NUMBER = iter(range(1, 10**9))


def at(text: str) -> datetime:
    """An instant of Paris, from an ISO date and hour."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def told(identifier: str, service: str, when: str, kind: str = "connection", key: str = "") -> Told:
    """A connection with a key of its own."""
    return Told(key or f"essai-{next(_NUMBER)}", identifier, service, at(when), kind)
