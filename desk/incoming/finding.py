"""Whose letter it is: the conventions that any part of a sender's name or number may mean."""

from __future__ import annotations

import re

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from contracts.identifiers import compact
from contracts.models import Caisse, Convention, PartnerNumber, Site, User
from contracts.rules import AGENTS
from contracts.services.visibility import visible_conventions
from workflows import clock

MOST_FOUND = 12
_LONGEST = 250
_SMALL_WORDS = frozenset(["de", "du", "des", "la", "le", "les", "et", "l", "d", "au", "aux", "en"])


def conventions_of(user: User, caisse: Caisse, words: str) -> list[Convention]:
    """The conventions of the caisse whose number, partner or structure answers to every word.

    Those of one's agents' roles alone; those without an end in sight first. Empty without a word.
    """
    told = _words(words)
    if not told:
        return []
    found = visible_conventions(user, clock.today(), AGENTS).filter(caisse=caisse)
    for word in told:
        found = found.filter(_answers(word, caisse))
    rows: QuerySet[Convention] = found.select_related("partner", "pinned", "caisse")
    return list(rows.order_by(F("last_day_in_force").desc(nulls_first=True), "number")[:MOST_FOUND])


def _words(text: str) -> list[str]:
    text = text.replace("\0", " ")[:_LONGEST]
    if re.fullmatch(r"[\d\s.\-]{9,}", text):
        return [compact(text)]
    words = [word for word in re.split(r"[\s,;’'()«»\"]+", text) if word]
    return [word for word in words if word.lower() not in _SMALL_WORDS][:8]


def _answers(word: str, caisse: Caisse) -> Q:
    sites = Site.objects.filter(partner=OuterRef("partner"))
    numbers = PartnerNumber.objects.filter(
        partner=OuterRef("partner"), caisse=caisse, number__iexact=word
    )
    answers = (
        Q(number__icontains=word)
        | Q(partner__name__icontains=word)
        | Exists(sites.filter(name__icontains=word))
        | Exists(numbers)
    )
    if word.isascii() and word.isdigit() and len(word) >= 4:
        answers |= Q(partner__siren__startswith=word[:9]) | Exists(
            sites.filter(siret__startswith=word)
        )
    return answers
