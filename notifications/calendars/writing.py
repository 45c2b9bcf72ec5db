"""Dates in the iCalendar format (RFC 5545 and 7986), written by the library ``icalendar``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from icalendar import Alarm, Calendar, Event
from icalendar.prop import vUri

from notifications.calendars.dates import CalendarDate

_END = "END:VEVENT\r\n"
REFRESHED = timedelta(hours=4)
"""How often a calendar program is asked to read again."""


def event(
    told: CalendarDate, *, uid: UUID, title: str, description: str, address: str, modified: datetime
) -> Event:
    """An event of a whole day, which occupies nobody."""
    made = Event()
    made.add("uid", str(uid))
    made.add("dtstart", told.day)
    made.add("dtend", told.day + timedelta(days=1))
    made.add("summary", title)
    made.add("description", description)
    made.add("url", vUri(address))
    made.add("categories", [told.kind.replace("_", "-")])
    made.add("class", "PRIVATE")
    made.add("transp", "TRANSPARENT")
    return versioned(made, 0, modified, cancelled=False)


def versioned(made: Event, sequence: int, modified: datetime, *, cancelled: bool) -> Event:
    """The same event, in a later version: programs keep the highest they read."""
    instant = modified.astimezone(UTC).replace(microsecond=0)
    version: dict[str, Any] = {
        "sequence": sequence,
        "dtstamp": instant,
        "last-modified": instant,
        "status": "CANCELLED" if cancelled else "CONFIRMED",
    }
    for name, value in version.items():
        made.pop(name, None)
        made.add(name, value)
    return made


def read(written: str) -> Event:
    """An event as it was written."""
    found = Event.from_ical(written)
    assert isinstance(found, Event)
    return found


def text_of(made: Event) -> str:
    """The component, in the lines of the format."""
    return made.to_ical().decode()


def frame(name: str, description: str) -> tuple[str, str]:
    """What stands before and after the events of a calendar."""
    calendar = Calendar()
    calendar.add("prodid", "-//Tacite//Conventions//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for title in ("name", "x-wr-calname"):
        calendar.add(title, name)
    for words in ("description", "x-wr-caldesc"):
        calendar.add(words, description)
    calendar.add("refresh-interval", REFRESHED, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    head, end, tail = calendar.to_ical().decode().partition("END:VCALENDAR")
    return head, end + tail


def alarm(days: int) -> str:
    """A reminder so many days before an event, at nine in the morning."""
    made = Alarm()
    made.add("action", "DISPLAY")
    made.add("description", "Échéance d’une convention")
    made.add("trigger", timedelta(hours=9) - timedelta(days=days))
    return made.to_ical().decode()


def with_alarm(written: str, alarm: str) -> str:
    """An event with a reminder."""
    return written.removesuffix(_END) + alarm + _END
