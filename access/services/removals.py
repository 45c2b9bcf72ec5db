"""Accounts that leave the directory, once their retention is over."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max

from access.retention import past_retention
from access.services.following import follow


def ask_for_removals(day: date) -> int:
    """Ask for the removal of every account past its retention; how many there were.

    Asked for once for each last day of a right, however often it is looked for: what waits for an
    agent or for a person's confirmation is not asked for again.
    """
    with transaction.atomic():
        ended = past_retention(day).annotate(ended_on=Max("habilitations__closes_on"))
        moves = [
            (f"retention:{ended_on.isoformat()}", pk)
            for pk, ended_on in ended.values_list("pk", "ended_on")
        ]
        follow(moves)
    return len(moves)
