"""The register of the letters sent: what waits for whom, since when, and what proves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from contracts.models import AddressChange, OutgoingLetter, ProviderStatus, User
from contracts.registered_numbers import normalised
from contracts.rules import caisses_where, conventions_where
from contracts.services.letter_statuses import to_look_at
from contracts.services.outgoing_letters import visible_outgoing
from contracts.services.proof_chasing import SETTING, is_overdue, overdue
from desk.outgoing.forms import OVERDUE, SEND, RegisterForm
from workflows import clock

ROWS_A_PAGE = 50

COLUMNS = (
    "Convention",
    "Destinataire",
    "Caisse",
    "Courrier",
    "Situation",
    "Depuis le",
    "N° de recommandé",
    "Posté le",
)

MEANINGS = {
    "prepared": "neutral",
    "to_sign": "attention",
    "returned": "attention",
    "to_post": "attention",
    "proof_awaited": "neutral",
    "proof_lost": "attention",
    "sent": "in_force",
    "proven": "in_force",
    "given_up": "ended",
}


class Line(NamedTuple):
    """A letter with the words of its situation."""

    letter: OutgoingLetter
    meaning: str
    standing: str


def narrowed(seen: QuerySet[OutgoingLetter], form: RegisterForm) -> QuerySet[OutgoingLetter]:
    """The letters that the form asks for, the last put on the circuit first."""
    asked = form.cleaned_data if form.is_valid() else {}
    if words := asked.get("q", "").strip():
        found = (
            Q(issued__convention__number__icontains=words)
            | Q(issued__convention__partner__name__icontains=words)
            | Q(issued__title__icontains=words)
        )
        if number := normalised(words):
            found |= Q(registered_number__startswith=number)
        seen = seen.filter(found)
    if asked.get("situation") == OVERDUE:
        seen = overdue(seen, clock.today())
    elif asked.get("situation"):
        seen = seen.filter(standing=asked["situation"])
    if asked.get("du"):
        seen = seen.filter(posted_on__gte=asked["du"])
    if asked.get("au"):
        seen = seen.filter(posted_on__lte=asked["au"])
    return seen.select_related("caisse", "issued__convention__partner").order_by("-pk")


def page_of(
    found: QuerySet[OutgoingLetter], before: str
) -> tuple[list[OutgoingLetter], int | None]:
    """A page of letters, those put on the circuit before one of them, and where the next begins."""
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: ROWS_A_PAGE + 1])
    shown = rows[:ROWS_A_PAGE]
    return shown, shown[-1].pk if len(rows) > len(shown) else None


def with_address(found: QuerySet[OutgoingLetter]) -> QuerySet[OutgoingLetter]:
    """The letters, each with the ``address`` that the partner had on the day it bears."""
    told = AddressChange.objects.filter(
        partner=OuterRef("issued__convention__partner"),
        site=None,
        first_day__lte=OuterRef("issued__dated"),
    ).order_by("-first_day", "-pk")
    first = F("issued__convention__partner__address")
    return found.annotate(address=Coalesce(Subquery(told.values("address")[:1]), first))


def line_of(letter: OutgoingLetter) -> Line:
    """A letter, and where it stands in words."""
    return Line(letter, MEANINGS[letter.standing], letter.get_standing_display())


def cells(found: QuerySet[OutgoingLetter]) -> Iterator[list[str]]:
    """The cells of the register as a file, letter by letter."""
    for letter in found.iterator(chunk_size=500):
        convention = letter.issued.convention
        yield [
            convention.number,
            convention.partner.name,
            letter.caisse.name,
            letter.issued.title,
            letter.get_standing_display(),
            f"{letter.since:%d/%m/%Y}",
            letter.registered_number,
            f"{letter.posted_on:%d/%m/%Y}" if letter.posted_on else "",
        ]


def ready_to_post(user: User) -> QuerySet[OutgoingLetter]:
    """The letters signed, neither posted nor handed over, that the user may post; oldest first."""
    own = conventions_where(user, SEND, clock.today())
    found = OutgoingLetter.objects.filter(
        standing="to_post", deposit=None, issued__convention__in=own
    )
    found = found.select_related(
        "caisse",
        "issued__convention__partner",
        "issued__convention__caisse",
        "issued__convention__pinned",
    )
    return found.order_by("since", "pk")


def surprises(user: User, today: date) -> QuerySet[ProviderStatus]:
    """What the provider told that waits for who moves those letters, or is about no letter."""
    own = conventions_where(user, SEND, today)
    seen = Q(letter=None) | Q(letter__issued__convention__in=own)
    return to_look_at().filter(seen).select_related("letter__issued").order_by("pk")


_WAITING = ("to_sign", "to_post", "proof_awaited")


class Waiting(NamedTuple):
    """Letters that wait for this user, and the list that shows them."""

    number: int
    address: str


def waiting(user: User, today: date) -> dict[str, Waiting]:
    """The letters to sign, to post and of which the proof is awaited, by standing, for who acts."""
    caisses = caisses_where(user, SEND, today)
    seen = visible_outgoing(user, today).filter(caisse__in=caisses, standing__in=_WAITING)
    counted = Counter[str]()
    # By day of posting too: there are few of those whose proof is still awaited.
    columns = ("standing", "posted_on", f"caisse__settings__{SETTING}")
    grouped = seen.order_by().values_list(*columns).annotate(number=Count("*"))
    for standing, posted_on, setting, number in grouped:
        awaited = standing == "proof_awaited"
        counted[standing] += number
        if awaited and is_overdue(posted_on, setting, today):
            counted[OVERDUE] += number
    return {
        standing: Waiting(number, f"{reverse('outgoing_letters')}?situation={standing}")
        for standing, number in counted.items()
    }
