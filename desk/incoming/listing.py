"""The register of the letters received, in the order of their arrival: the page, and its file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from contracts.models import Convention, IncomingLetter, LetterPlace, User
from contracts.registered_numbers import normalised
from contracts.rules import powers_of
from contracts.services.incoming_letters import visible_letters
from desk.events import LEGAL
from desk.incoming.effects import BY_CODE, REGISTER
from desk.incoming.forms import RegisterForm

ROWS_A_PAGE = 50

COLUMNS = (
    "N° d’arrivée",
    "Caisse",
    "Reçu le",
    "Posté le",
    "Arrivé par",
    "N° de recommandé",
    "Expéditeur",
    "Objet",
    "Situation",
    "Convention",
    "Effet",
)

MEANINGS = {"to_file": "attention", "to_qualify": "question", "filed": "neutral"}


class Line(NamedTuple):
    """A letter with the words of its situation."""

    letter: IncomingLetter
    meaning: str
    standing: str
    effect: str


def narrowed(seen: QuerySet[IncomingLetter], form: RegisterForm) -> QuerySet[IncomingLetter]:
    """The letters that the form asks for, the last arrived first."""
    asked = form.cleaned_data if form.is_valid() else {}
    if words := asked.get("q", "").strip():
        found = Q(sender__icontains=words) | Q(subject__icontains=words)
        found |= Q(place__convention__number__icontains=words)
        if number := normalised(words):
            found |= Q(registered_number__startswith=number)
        year, _, place = words.partition("-")
        if _is_number(year) and _is_number(place):
            found |= Q(year=int(year), number=int(place))
        seen = seen.filter(found)
    if asked.get("situation"):
        seen = seen.filter(place__standing=asked["situation"])
    if asked.get("du"):
        seen = seen.filter(received_on__gte=asked["du"])
    if asked.get("au"):
        seen = seen.filter(received_on__lte=asked["au"])
    return seen.select_related("caisse", "place__filing", "place__convention").order_by("-pk")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def page_of(
    found: QuerySet[IncomingLetter], before: str
) -> tuple[list[IncomingLetter], int | None]:
    """A page of letters, those arrived before one of them, and where the next page begins.

    No offset: a register is long, and its last pages are as fast as the first.
    """
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: ROWS_A_PAGE + 1])
    shown = rows[:ROWS_A_PAGE]
    return shown, shown[-1].pk if len(rows) > len(shown) else None


def line_of(letter: IncomingLetter) -> Line:
    """A letter, and where it stands in words."""
    place: LetterPlace = letter.place
    effect = BY_CODE.get(place.filing.effect) if place.filing else None
    return Line(
        letter,
        MEANINGS[place.standing],
        place.get_standing_display(),
        effect.label if effect else "",
    )


ON_A_CONVENTION = 5
"""The received letters that its page shows; the register has the others."""


def filed_under(convention: Convention) -> tuple[list[Line], bool]:
    """The last letters filed under a convention, and whether there are more."""
    found = IncomingLetter.objects.filter(place__convention=convention)
    rows = found.select_related("place__filing").order_by("-pk")[: ON_A_CONVENTION + 1]
    lines = [line_of(letter) for letter in rows]
    return lines[:ON_A_CONVENTION], len(lines) > ON_A_CONVENTION


def cells(found: QuerySet[IncomingLetter]) -> Iterator[list[str]]:
    """The cells of the register as a file, letter by letter."""
    for letter in found.iterator(chunk_size=500):
        line = line_of(letter)
        yield [
            letter.reference,
            letter.caisse.name,
            f"{letter.received_on:%d/%m/%Y}",
            f"{letter.postmark_on:%d/%m/%Y}" if letter.postmark_on else "",
            letter.get_form_display(),
            letter.registered_number,
            letter.sender,
            letter.subject,
            line.standing,
            letter.place.convention.number if letter.place.convention else "",
            line.effect,
        ]


_WAITING = {"to_file": REGISTER, "to_qualify": LEGAL}
"""The standings that call for somebody, and the power of who acts."""


class Waiting(NamedTuple):
    """Letters that wait for this user, and the list that shows them."""

    number: int
    address: str


def waiting(user: User, today: date) -> dict[str, Waiting]:
    """The letters to file, and those that a lawyer has to qualify, by standing, for who acts."""
    powers = powers_of(user, today)
    wanted = [standing for standing, power in _WAITING.items() if power in powers]
    seen = visible_letters(user, today).filter(place__standing__in=wanted)
    counted = dict(seen.order_by().values_list("place__standing").annotate(number=Count("*")))
    return {
        standing: Waiting(number, f"{reverse('incoming_letters')}?situation={standing}")
        for standing, number in counted.items()
    }
