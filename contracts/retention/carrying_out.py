"""A confirmed list is carried out: line by line, each gone or kept, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from contracts.models import (
    Caisse,
    Convention,
    EliminationItem,
    EliminationOutcome,
    LegalHold,
)
from contracts.retention.due import CLOSED, GIVEN_UP, with_their_day
from contracts.retention.erasing import Erased, erase, lock
from contracts.retention.holds import holds_on
from contracts.retention.kinds import Kind, holds_on_thing, is_still_due, kind_of
from contracts.retention.lists import CARRYING_OUT, is_confirmed
from contracts.retention.outcomes import write_outcome
from workflows import clock, effects
from workflows.effects import EffectContext
from workflows.french import date_in_words, typeset


@effects.handler(CARRYING_OUT)
def eliminate(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Eliminate one file, or keep it and say why; done once, however often it is asked for."""
    item = EliminationItem.objects.select_related("convention", "elimination__caisse").get(
        pk=payload["item"]
    )
    caisse = item.elimination.caisse
    if item.convention is not None:
        lock(item.convention)
    else:
        kind, subject = _thing(item)
        kind.lock(caisse, subject)
    if EliminationOutcome.objects.filter(item=item).exists():
        return
    if not is_confirmed(item.elimination):
        raise effects.EffectFailed("Ce bordereau n’est pas confirmé.")
    why = _why_kept(item)
    if why:
        write_outcome(item, EliminationOutcome.Kind.KEPT, why, None)
    else:
        write_outcome(item, EliminationOutcome.Kind.GONE, "", _erased(item, caisse))


def _erased(item: EliminationItem, caisse: Caisse) -> Erased:
    if item.convention is not None:
        return erase(item.convention)
    kind, subject = _thing(item)
    return kind.erase(caisse, subject)


def _thing(item: EliminationItem) -> tuple[Kind, int]:
    kind = kind_of(item.rule)
    assert kind is not None
    assert item.subject is not None
    return kind, item.subject


def _why_kept(item: EliminationItem) -> str:
    """What came since the list was drawn up; empty where nothing did."""
    if item.convention is not None:
        return _frozen(holds_on(item.convention)) or _why_file_kept(item, item.convention)
    kind, subject = _thing(item)
    caisse = item.elimination.caisse
    if why := _frozen(holds_on_thing(kind, caisse, subject)):
        return why
    if not is_still_due(kind, caisse, subject, item.counted_from):
        return typeset("Sa durée de conservation a changé depuis le bordereau.")
    return ""


def _frozen(holds: QuerySet[LegalHold]) -> str:
    hold = holds.order_by("pk").first()
    if hold is None:
        return ""
    return typeset(f"Gelé depuis le {date_in_words(clock.civil_date(hold.at))}.")


def _why_file_kept(item: EliminationItem, concerned: Convention) -> str:
    convention = with_their_day(Convention.objects.filter(pk=concerned.pk)).get()
    if convention.state not in (CLOSED, GIVEN_UP):
        return typeset("La convention n’est plus close.")
    if convention.counted_from != item.counted_from:
        return typeset("La date de sa fin a changé depuis le bordereau.")
    return ""
