"""The list of conventions, from cached columns only: no life is replayed for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet

from contracts.life_words import ENDS, MEANINGS, period
from contracts.models import Convention, PublishedRulebook
from desk.awaiting import awaiting_cnil
from desk.forms import SET_ASIDE, WITH_QUESTION, WITHOUT_CNIL, SearchForm
from workflows.convention import ConventionStatus
from workflows.french import NO_BREAK_SPACE
from workflows.rulebook import Rulebook

ROWS_A_PAGE = 25
_ONE_DAY = timedelta(days=1)

_AWAITED = {
    "draft": "Texte à envoyer pour signature",
    "sent_for_signature": "Signatures attendues",
    "signed": "Condition de la prise d’effet attendue",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One convention as the list shows it."""

    convention: Convention
    meaning: str
    state: str
    period: str
    next_on: date | None
    next_words: str
    """What happens on that day, or what is awaited where no date is in sight."""
    questions: str


def narrowed(found: QuerySet[Convention], form: SearchForm) -> QuerySet[Convention]:
    """The conventions that answer the search, the soonest change first, those without last.

    A filter that cannot be read narrows nothing: the form says what is wrong with it.
    """
    form.is_valid()
    asked = form.cleaned_data
    if words := asked.get("q"):
        found = found.filter(
            Q(number__icontains=words)
            | Q(partner__name__icontains=words)
            | Q(sites__name__icontains=words)
        ).distinct()
    if asked.get("etat") == WITH_QUESTION:
        found = found.filter(open_questions__gt=0)
    elif asked.get("etat") == WITHOUT_CNIL:
        found = awaiting_cnil(found)
    elif asked.get("etat") == SET_ASIDE:
        found = found.exclude(sweep_error="")
    elif asked.get("etat"):
        found = found.filter(state=asked["etat"])
    if asked.get("caisse"):
        found = found.filter(caisse=asked["caisse"])
    return ordered(found)


def ordered(found: QuerySet[Convention]) -> QuerySet[Convention]:
    """The soonest change first, those without last."""
    return found.order_by(F("next_change_on").asc(nulls_last=True), "number", "pk")


def page_of(found: QuerySet[Convention], number: str | None) -> Page:
    """One page of them; the nearest one that exists when ``number`` names none."""
    # Each rulebook is read once below, instead of travelling with every row.
    rows = found.select_related("caisse", "partner")
    return Paginator(rows, ROWS_A_PAGE).get_page(number)


def listed(conventions: Iterable[Convention]) -> list[Row]:
    """The rows of a page, with one query for the words of all their rulebooks."""
    conventions = list(conventions)
    rules = _Rulebooks(conventions)
    return [_row(convention, rules.of(convention)) for convention in conventions]


def _row(convention: Convention, rulebook: Rulebook) -> Row:
    state = convention.state
    own_words = rulebook.labels.states.get(state)
    number = convention.open_questions
    return Row(
        convention,
        MEANINGS[state],
        own_words or ConventionStatus(state).label,
        period(
            convention.term_number,
            convention.term_last_day,
            convention.last_day_in_force,
        ),
        convention.next_change_on,
        _next_words(convention),
        "" if not number else "1 question" if number == 1 else f"{number} questions",
    )


def _next_words(convention: Convention) -> str:
    day = convention.next_change_on
    if day is None:
        return _AWAITED.get(convention.state, "")
    if convention.last_day_in_force is not None and day == convention.last_day_in_force + _ONE_DAY:
        return f"Fin{NO_BREAK_SPACE}: {ENDS.get(convention.end_cause, convention.end_cause)}"
    if convention.term_last_day is not None and day == convention.term_last_day + _ONE_DAY:
        return "Période suivante"
    if convention.effect_on == day:
        return "Prise d’effet"
    return "Changement annoncé"


class _Rulebooks:
    """The rulebooks of some conventions: pinned, or the latest for those that are not."""

    def __init__(self, conventions: Iterable[Convention]) -> None:
        conventions = list(conventions)
        pinned = {c.pinned_id for c in conventions if c.pinned_id}
        latest = {c.rulebook_code for c in conventions if not c.pinned_id}
        rows = PublishedRulebook.objects.filter(Q(pk__in=pinned) | Q(code__in=latest))
        self._by_pk: dict[int, Rulebook] = {}
        self._latest: dict[str, Rulebook] = {}
        for row in rows.order_by("code", "version"):
            self._by_pk[row.pk] = self._latest[row.code] = row.rulebook

    def of(self, convention: Convention) -> Rulebook:
        if convention.pinned_id:
            return self._by_pk[convention.pinned_id]
        return self._latest[convention.rulebook_code]
