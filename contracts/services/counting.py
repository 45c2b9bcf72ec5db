"""Several counts in one query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value


def counted_together(sought: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows of each: one query, whatever their number; none where nothing is sought."""
    found = dict.fromkeys(sought, 0)
    parts = [
        rows.order_by()
        .annotate(sought=Value(name, CharField()))
        .values("sought")
        .annotate(number=Count("pk", distinct=rows.query.distinct))
        .values_list("sought", "number")
        for name, rows in sought.items()
    ]
    if parts:
        # Django 6.1 gives a union the ordering of its first model, which it does not select.
        found.update(parts[0].union(*parts[1:], all=True).order_by())
    return found
