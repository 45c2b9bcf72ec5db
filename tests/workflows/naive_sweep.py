"""The sweep as one writes it first: the earliest due subject, replayed from its acts, alone.

Slow and plain: what the sweep by chunks, from snapshots, is compared with.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from workflows.settling import settle
from workflows.subjects import locked, registered


def naive_sweep(as_of: date) -> int:
    """Write what is due on ``as_of``, one subject a transaction; how many times it did."""
    settled = 0
    while due := [
        (day, name, pk, model)
        for name, model in registered()
        for day, pk in model._default_manager.filter(next_change_on__lte=as_of)
        .order_by("next_change_on", "pk")
        .values_list("next_change_on", "pk")[:1]
    ]:
        day, _, pk, model = min(due)
        with transaction.atomic():
            subject = locked(model._default_manager.all(), pk)
            subject.revision += 1
            settle(subject, subject.timeline(day))
        settled += 1
    return settled
