"""How what a partner asks or tells reached the caisse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forms_annexes.models.requests import RequestChannel


@dataclass(frozen=True, slots=True)
class Received:
    """The way it came, and the day when it was not typed by the partner."""

    channel: RequestChannel = RequestChannel.ONLINE
    on: date | None = None
    """None for online: today."""


ONLINE = Received()
