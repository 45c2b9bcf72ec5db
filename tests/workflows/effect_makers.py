"""Effects for the tests: a handler that notes what it is given, and a machine's clock to move."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from workflows import clock, effects
from workflows.effects import EffectContext
from workflows.models import Effect

Done = list[tuple[str, Mapping[str, Any]]]


class MachineClock:
    """The time a worker goes by, moved by the test."""

    def __init__(self) -> None:
        self.instant = clock.system_time() + timedelta(minutes=1)

    def __call__(self) -> datetime:
        return self.instant

    def pass_by(self, **duration: float) -> None:
        """Let a duration go by, in the words of ``timedelta``."""
        self.instant += timedelta(**duration)


@pytest.fixture
def machine() -> MachineClock:
    """A clock a minute ahead, so that what was emitted just now is due."""
    return MachineClock()


@pytest.fixture
def register() -> Iterator[Callable[[effects.Handler], str]]:
    """Register a function as a handler for one test, under a name of its own."""
    names: list[str] = []

    def add(function: effects.Handler) -> str:
        name = f"tests.{uuid4().hex}"
        effects.handler(name)(function)
        names.append(name)
        return name

    yield add
    for name in names:
        del effects._handlers[name]


@pytest.fixture
def done() -> Done:
    """What the noting handler was given, in its order."""
    return []


@pytest.fixture
def noting(register: Callable[[effects.Handler], str], done: Done) -> str:
    """The name of a handler that succeeds and notes the key and the payload."""

    def note(payload: Mapping[str, Any], context: EffectContext) -> None:
        done.append((context.key, payload))

    return register(note)


def emitted(handler: str, key: str, lane: str | None = None, **payload: Any) -> Effect:
    """An effect emitted in a transaction of its own, in a lane of its own unless told."""
    with transaction.atomic():
        return effects.emit(handler, key, lane or f"lane:{key}", payload)
