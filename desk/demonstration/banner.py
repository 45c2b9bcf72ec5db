"""What the layout says of the demonstration's clock."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from desk.demonstration import shifted_clock
from workflows import clock


def demonstration(request: HttpRequest) -> dict[str, date | None]:
    """Give the layout the demonstration's day; nothing on a real site."""
    return {"demonstration_day": clock.today() if shifted_clock.file() is not None else None}
