"""The conventions as they stood on a day: a page of lives replayed, never the portfolio."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from contracts.life_words import MEANINGS, period
from contracts.models import Convention
from contracts.models.gathering import Gathering
from contracts.services.parties import partner_in
from contracts.services.searching import answering
from desk.as_of.forms import IN_FORCE
from workflows.clock import start_of_day

ROWS_A_PAGE = 25


class Row(NamedTuple):
    """One convention on the day."""

    convention: Convention
    partner: str
    """Its name that day; that of today where its life cannot be told."""
    meaning: str
    state: str
    """Empty where its life cannot be told."""
    period: str
    questions: int


class Page(NamedTuple):
    """Some conventions that follow each other in the order in which they were opened."""

    rows: list[Row]
    after: int | None
    """The key after which the next page begins; None when this is the last."""


def existing(found: QuerySet[Convention], asked: Mapping[str, Any]) -> QuerySet[Convention]:
    """Those that one could know of, or that already bound, narrowed to what is asked."""
    day: date = asked["le"]
    until = asked["connu"] or start_of_day(day + timedelta(days=1))
    found = found.filter(Q(created_at__lt=until) | Q(effect_on__lte=day))
    if asked["etat"] == IN_FORCE:
        found = found.filter(effect_on__lte=day).exclude(last_day_in_force__lt=day)
    if asked["q"]:
        found = answering(found, asked["q"])
    return found.filter(caisse=asked["caisse"]) if asked["caisse"] else found


def page_of(
    found: QuerySet[Convention], after: str | None, day: date, known_at: datetime | None
) -> Page:
    """The page after a key; the first where it cannot be read."""
    if after and after.isascii() and after.isdigit() and len(after) < 19:
        found = found.filter(pk__gt=int(after))
    keys = list(found.order_by("pk").values_list("pk", flat=True)[: ROWS_A_PAGE + 1])
    more, keys = len(keys) > ROWS_A_PAGE, keys[:ROWS_A_PAGE]
    rows = Convention.to_sweep().filter(pk__in=keys).defer("snapshot").order_by("pk")
    return Page(
        _told(list(rows.select_related("caisse", "partner", "concluded_by")), day, known_at),
        keys[-1] if more else None,
    )


def _told(conventions: Sequence[Any], day: date, known_at: datetime | None) -> list[Row]:
    if not conventions:
        return []
    rows = []
    lives = Gathering(conventions).lives(day, known_at)
    for convention, life in zip(conventions, lives, strict=True):
        if isinstance(life, Exception):
            rows.append(Row(convention, convention.partner.name, "attention", "", "", 0))
            continue
        term = life.current_term
        told = period(term.number, term.last_day, life.last_day_in_force) if term else ""
        rows.append(
            Row(
                convention,
                partner_in(convention, life, day).name,
                MEANINGS[life.state],
                life.state_label,
                told,
                len(life.open_questions),
            )
        )
    return rows
