"""The words in which the life of a convention is told, wherever it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from workflows.convention import ConventionStatus
from workflows.french import date_in_words
from workflows.timeline_text import END_CAUSES

ENDS: Mapping[str, str] = END_CAUSES

MEANINGS: Mapping[str, str] = {
    ConventionStatus.DRAFT: "neutral",
    ConventionStatus.SENT_FOR_SIGNATURE: "neutral",
    ConventionStatus.SIGNED: "neutral",
    ConventionStatus.CNIL_TRANSMITTED: "neutral",
    ConventionStatus.ACTIVE: "in_force",
    ConventionStatus.NOTICE_GIVEN: "attention",
    ConventionStatus.TERMINATION_PENDING: "attention",
    ConventionStatus.EXPIRED: "ended",
    ConventionStatus.TERMINATED: "ended",
    ConventionStatus.ABANDONED: "ended",
    ConventionStatus.CLOSED: "ended",
}
"""State to the meaning under which ``ui`` draws it."""


def ordinal(number: int) -> str:
    """« 1ʳᵉ », « 2ᵉ »: for feminine nouns."""
    return "1ʳᵉ" if number == 1 else f"{number}ᵉ"


def period(number: int | None, last_day: date | None, last_day_in_force: date | None) -> str:
    """« 2ᵉ période, jusqu’au 14 janvier 2027 »; empty before the effect."""
    if number is None:
        return ""
    ends = [day for day in (last_day, last_day_in_force) if day is not None]
    if not ends:
        return f"{ordinal(number)} période, sans terme"
    return f"{ordinal(number)} période, jusqu’au {date_in_words(min(ends))}"
