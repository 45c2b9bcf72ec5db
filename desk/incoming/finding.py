"""Whose letter it is: the conventions that what is written on it may mean."""

from __future__ import annotations

from django.db.models import F

from contracts.models import Caisse, Convention, User
from contracts.rules import conventions_where
from contracts.services.searching import answering
from desk.incoming.effects import REGISTER
from workflows import clock

MOST_FOUND = 12


def conventions_of(user: User, caisse: Caisse, words: str) -> list[Convention]:
    """The conventions of the caisse that have every word of a search, under which one may file.

    Those without an end in sight first; none without a word.
    """
    found = conventions_where(user, REGISTER, clock.today()).filter(caisse=caisse)
    rows = answering(found, words).select_related("partner", "pinned", "caisse")
    return list(rows.order_by(F("last_day_in_force").desc(nulls_first=True), "number")[:MOST_FOUND])
