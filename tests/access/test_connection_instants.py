"""Instants as senders write them: in Paris time, and refused where Paris had two or none."""

from datetime import UTC, datetime

import pytest

from access.connection_reading import NotRead, read_instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("05/03/2026 14:30", datetime(2026, 3, 5, 13, 30, tzinfo=UTC)),
        ("05/07/2026 14:30:15", datetime(2026, 7, 5, 12, 30, 15, tzinfo=UTC)),
        ("2026-03-05T14:30:00+01:00", datetime(2026, 3, 5, 13, 30, tzinfo=UTC)),
        ("2026-03-05T13:30:00Z", datetime(2026, 3, 5, 13, 30, tzinfo=UTC)),
        ("2026-10-25T02:30:00+02:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T02:30:00+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("25/10/2026 03:00", datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_in_paris_time(text: str, instant: datetime) -> None:
    assert read_instant(text) == instant


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("25/10/2026 02:30", "deux fois"),
        ("2026-10-25T02:59:59", "deux fois"),
        ("29/03/2026 02:30", "n’a pas existé"),
        ("31/02/2026 10:00", "illisible"),
        ("05/03/2026", "illisible"),
        ("5/3/26 10:00", "illisible"),
        ("0000-00-00T00:00", "illisible"),
        ("9999-12-31T23:59:00-14:00", "illisible"),
        ("", "illisible"),
    ],
)
def test_an_instant_that_cannot_be_told_is_refused(text: str, why: str) -> None:
    with pytest.raises(NotRead, match=why):
        read_instant(text)
