"""Finding conventions by any form of their number, their partner, its communes or their users.

Each convention has its words beside it (``ConventionWord``); a search is answered by those that
have every word of it. What the words are taken from is told by sources, of which applications
above add their own; whatever is saved there has the words of the conventions concerned kept again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from contracts.models import (
    AddressChange,
    Convention,
    ConventionParty,
    ConventionSite,
    ConventionWord,
    Partner,
    PartnerNumber,
)
from contracts.search_words import asked, commune_words, number_words, words_of
from contracts.services.parties import ever_held_by
from workflows import bulk
from workflows.cache import Disagreement
from workflows.french import NO_BREAK_SPACE

AT_ONCE = 500
"""Conventions whose words are read at a time."""

_COLUMNS = ("convention", "word")

Told = Iterator[tuple[int, Iterable[str]]]
"""Keys of conventions, each with some of its words; a convention may come several times."""

Source = Callable[[Sequence[int]], Told]
"""Some of the words of the conventions of these keys, with a query or two for all of them."""

_sources: list[Source] = []


def also_found_by(source: Source) -> Source:
    """Have the words that ``source`` gives lead to conventions too."""
    if source not in _sources:
        _sources.append(source)
    return source


def answering(found: QuerySet[Convention], text: str) -> QuerySet[Convention]:
    """Those of ``found`` that have every word of a search; none when it holds no word."""
    wanted = asked(text)
    if not wanted:
        return found.none()
    for word in wanted:
        words = ConventionWord.objects.filter(convention=OuterRef("pk"))
        found = found.filter(Exists(words.filter(word__gte=word.first, word__lte=word.last)))
    return found


def keep_words(conventions: Iterable[int]) -> list[int]:
    """Bring the words of some conventions in line with what is stored; which ones it changed."""
    changed = []
    for keys in _some_at_a_time(conventions):
        with transaction.atomic():
            wanted, stored = _wanted(keys), _stored(keys)
            missing = ((key, word) for key in keys for word in sorted(wanted[key] - stored[key]))
            # Two that keep the same words at once agree.
            bulk.insert(ConventionWord, _COLUMNS, missing, known=_COLUMNS)
            for key in keys:
                if excess := stored[key] - wanted[key]:
                    ConventionWord.objects.filter(convention=key, word__in=excess).delete()
        changed += [key for key in keys if wanted[key] != stored[key]]
    return changed


def keep_all_words(progress: Callable[[int, int], None] | None = None) -> int:
    """Bring the words of every convention in line, some at a time; how many had others."""
    total, done, changed = Convention.objects.count(), 0, 0
    for keys in _some_at_a_time(_keys()):
        changed += len(keep_words(keys))
        done += len(keys)
        if progress is not None:
            progress(min(done, total), total)
    return changed


def disagreements(rebuilding: bool) -> Iterator[Disagreement]:
    """The conventions whose words are not those of what is stored, made right if ``rebuilding``."""
    for keys in _some_at_a_time(_keys()):
        wanted, stored = _wanted(keys), _stored(keys)
        wrong = [key for key in keys if wanted[key] != stored[key]]
        if rebuilding:
            keep_words(wrong)
        numbers = dict(Convention.objects.filter(pk__in=wrong).values_list("pk", "number"))
        for key in wrong:
            missing, excess = len(wanted[key] - stored[key]), len(stored[key] - wanted[key])
            # Words may be names: how many, and not which.
            words = f"Mots de la recherche{NO_BREAK_SPACE}: {missing} manquants, {excess} en trop."
            yield Disagreement("convention", key, numbers[key], (words,))


def _keys() -> Iterator[int]:
    """The keys of all conventions, some at a time: a cursor would not outlive what is kept."""
    last = 0
    while some := list(
        Convention.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    ):
        yield from some
        last = some[-1]


def _some_at_a_time(keys: Iterable[int]) -> Iterator[list[int]]:
    left = iter(keys)
    while some := list(islice(left, AT_ONCE)):
        yield some


def _wanted(keys: Sequence[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {key: set() for key in keys}
    for key, words in chain.from_iterable(source(keys) for source in _sources):
        found[key].update(words)
    return found


def _stored(keys: Sequence[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {key: set() for key in keys}
    rows = ConventionWord.objects.filter(convention__in=keys)
    for key, word in rows.values_list("convention", "word"):
        found[key].add(word)
    return found


@also_found_by
def _numbers_and_partners(keys: Sequence[int]) -> Told:
    rows = Convention.objects.filter(pk__in=keys).order_by()
    of_partner = ("partner__name", "partner__siren", "partner__siret", "partner__address")
    for key, number, name, siren, siret, address in rows.values_list("pk", "number", *of_partner):
        yield key, number_words(number) | words_of(f"{name} {siren} {siret}")
        yield key, commune_words(address)


@also_found_by
def _former_and_coming_partners(keys: Sequence[int]) -> Told:
    """The names and numbers of those who signed, came between or are announced."""
    places = ConventionParty.objects.filter(convention__in=keys).order_by()
    of_partner = ("partner__name", "partner__siren", "partner__siret")
    for key, name, siren, siret in places.values_list("convention", *of_partner):
        yield key, words_of(f"{name} {siren} {siret}")


@also_found_by
def _structures(keys: Sequence[int]) -> Told:
    rows = ConventionSite.objects.filter(convention__in=keys)
    told = rows.values_list("convention", "site__name", "site__siret", "site__address")
    for key, name, siret, address in told:
        yield key, words_of(f"{name} {siret}") | commune_words(address)


@also_found_by
def _told_to_the_caisse(keys: Sequence[int]) -> Told:
    """The numbers under which their caisse knows their partners, and where these moved."""
    of_partner: dict[int, list[tuple[int, int]]] = defaultdict(list)
    parties = Convention.objects.filter(pk__in=keys).order_by()
    for key, caisse, partner in parties.values_list("pk", "caisse", "partner"):
        of_partner[partner].append((key, caisse))
    numbers = PartnerNumber.objects.filter(partner__in=of_partner)
    for partner, own, number in numbers.values_list("partner", "caisse", "number"):
        for key, caisse in of_partner[partner]:
            yield key, words_of(number) if caisse == own else ()
    moves = AddressChange.objects.filter(partner__in=of_partner).order_by()
    for partner, address in moves.values_list("partner", "address"):
        for key, _ in of_partner[partner]:
            yield key, commune_words(address)


def of_partners(partners: Iterable[Partner | int]) -> QuerySet[Convention, int]:
    """The keys of the conventions of some partners."""
    return (
        Convention.objects.filter(ever_held_by(partners))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
