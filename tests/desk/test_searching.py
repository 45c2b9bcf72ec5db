"""A convention is found by any messy form of what is known of it, and by nothing else."""

from collections.abc import Callable
from datetime import date
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from access.models import Habilitation
from contracts.models import (
    AddressChange,
    Caisse,
    Convention,
    ConventionWord,
    Partner,
    PartnerNumber,
    Person,
    Site,
)
from contracts.search_words import LONGEST, asked, words_of
from contracts.services.searching import answering, keep_words
from tests.desk.habilitated import habilitation, person
from workflows import clock

__all__ = ["habilitation", "person"]

Open = Callable[..., Convention]

pytestmark = pytest.mark.django_db


@pytest.fixture
def nursery(draft: Open, today: Callable[[str], None]) -> Convention:
    """A convention whose number, partner and structure are all known; beside it, two others."""
    today("2025-03-01")
    partner = Partner.objects.create(
        name="Association « Les Œillets d’Été »",
        kind="association",
        siren="732829320",
        address="12 rue du Marché\n60123 SAINT-ÉLOI-D’EXEMPLE",
    )
    site = Site.objects.create(
        partner=partner, name="Crèche du Pré", address="3 place Haute, 60456 Exemplebourg"
    )
    found = draft(partner=partner, sites=[site], number="ABC-2025-00042")
    draft(number="ABC-2025-00420")
    draft(number="ABC-2024-00041")
    return found


def numbers(search: str) -> set[str]:
    found = answering(Convention.objects.all(), search)
    return set(found.values_list("number", flat=True))


@pytest.mark.parametrize(
    "search",
    [
        "ABC-2025-00042",
        "abc 2025 42",
        "abc202500042",
        "  Abc_2025 / 042 ",
        "732 829 320",
        "732829320",
        "732.829.320",
        "7328293",
        "œillets",
        "OEILLETS D'ETE",
        "association oeil",
        "saint eloi",
        "60123",
        "Exemplebourg creche",
        "pre 42",
    ],
)
def test_any_form_of_what_is_known_finds_it(nursery: Convention, search: str) -> None:
    assert numbers(search) == {nursery.number}


@pytest.mark.parametrize("search", ["abc 2025 43", "marché", "733 829 320", "…", "%", "42 ocre"])
def test_what_is_not_known_of_it_does_not_find_it(nursery: Convention, search: str) -> None:
    assert nursery.number not in numbers(search)


def test_a_number_is_not_the_beginning_of_another(nursery: Convention) -> None:
    assert numbers("abc 2025") == {"ABC-2025-00042", "ABC-2025-00420"}
    assert numbers("42") == {"ABC-2025-00042"}


def test_a_convention_follows_its_partner(nursery: Convention) -> None:
    partner = nursery.partner
    partner.name = "Les Tulipes"
    partner.save()
    Site.objects.filter(partner=partner).get().save()
    PartnerNumber.objects.create(caisse=nursery.caisse, partner=partner, number="T-778899")
    AddressChange.objects.create(
        identifier=uuid4(),
        partner=partner,
        address="1 rue Neuve, 60789 Nouvelleville",
        first_day=date(2025, 3, 1),
        recorded_at=clock.now(),
    )
    for search in ("tulipe", "778899", "nouvelleville"):
        assert numbers(search) == {nursery.number}
    assert numbers("œillets") == set()


def test_the_number_of_a_partner_at_another_caisse_says_nothing(nursery: Convention) -> None:
    other = Caisse.objects.create(code="AUTRE", name="Une autre caisse")
    PartnerNumber.objects.create(caisse=other, partner=nursery.partner, number="T-778899")
    assert numbers("778899") == set()


def test_a_user_leads_to_the_convention_until_the_person_is_erased(
    habilitation: Habilitation, person: Person
) -> None:
    number = habilitation.convention.number
    assert numbers("claude essai") == {number}
    person.first_name = person.last_name = person.email = ""
    person.erased_at = clock.now()
    person.save()
    assert numbers("claude") == set()
    assert not ConventionWord.objects.filter(word="claude").exists()


def test_words_that_disagree_are_told_and_made_again(nursery: Convention) -> None:
    # Written behind the back of whatever follows.
    Partner.objects.filter(pk=nursery.partner_id).update(name="Les Tulipes")
    told = StringIO()
    with pytest.raises(CommandError):
        call_command("cache", "verify", stdout=told)
    assert "Mots de la recherche" in told.getvalue()
    assert "tulipes" not in told.getvalue()
    call_command("search_words", stdout=StringIO())
    assert numbers("tulipes") == {nursery.number}
    ConventionWord.objects.filter(convention=nursery).delete()
    call_command("cache", "verify", "--rebuild", stdout=StringIO())
    assert numbers("abc 2025 42") == {nursery.number}
    call_command("cache", "verify", stdout=StringIO())


def test_words_that_are_right_are_left_alone(nursery: Convention) -> None:
    before = set(ConventionWord.objects.values_list("pk", flat=True))
    assert keep_words([nursery.pk]) == []
    assert set(ConventionWord.objects.values_list("pk", flat=True)) == before


@given(st.text(max_size=120))
def test_whatever_is_typed_every_stored_word_of_it_answers(text: str) -> None:
    stored = words_of(text)
    assert all(0 < len(word) <= LONGEST for word in stored)
    for word in asked(text) if stored else ():
        assert any(word.first <= one <= word.last for one in stored)
