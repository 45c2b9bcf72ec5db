"""What a run would do to conventions, counted for the breaker before it begins."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from contracts.models import Convention
from workflows.breaker import Measure
from workflows.convention import IN_FORCE


def _ending(day: date) -> QuerySet[Convention]:
    """The conventions in force whose last day is known and is over."""
    due = Convention.objects.filter(next_change_on__lte=day, state__in=IN_FORCE)
    return due.filter(last_day_in_force__lt=day).order_by("last_day_in_force", "pk")


def _in_force() -> int:
    return Convention.objects.filter(state__in=IN_FORCE).count()


CONVENTIONS = Measure(
    "conventions",
    "Fins de conventions",
    "convention prendrait fin",
    "conventions prendraient fin",
    "conventions en vigueur",
    _ending,
    _in_force,
)
