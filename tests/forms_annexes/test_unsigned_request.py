"""A request made on line before the convention: no signature, as many persons as needed."""

from collections.abc import Callable

import pytest
from django.test import Client

from access.models import Habilitation
from contracts.models import Convention, Person, User
from contracts.services.rulebooks import publish
from forms_annexes.block_forms import BlockForm
from forms_annexes.models import AccessRequest
from forms_annexes.services import filling, instructing
from forms_annexes.services.listed import listed_persons
from forms_annexes.services.sheets import sheet_of
from templates_conventions.catalogue import rulebook
from templates_conventions.forms import FormBlock, form_definition
from tests.access.acting import happens
from tests.documents import plain, text_of
from tests.forms_annexes.conftest import a_member
from tests.portfolio import record
from tests.templates_conventions.matrix import CAF
from workflows import clock

pytestmark = pytest.mark.django_db

PERSONS = [
    {
        "user.last_name": "Exemple",
        "user.first_name": "Claude",
        "user.email": "claude@commune.example",
    },
    {
        "user.last_name": "Essai",
        "user.first_name": "Dominique",
        "user.email": "dominique@commune.example",
        "user.establishments": "Relais d’Essai",
    },
]


@pytest.fixture
def published(draft: Callable[..., Convention], today: Callable[[str], None]) -> Convention:
    """The draft of a convention by which the partner publishes."""
    today("2024-02-01")
    publish(rulebook(CAF))
    return draft(rulebook_code=CAF)


@pytest.fixture
def mayor(published: Convention) -> User:
    return a_member("mairie@commune.example", published.partner)


def answered(request: AccessRequest) -> AccessRequest:
    filling.answer(
        request,
        "provider",
        {
            "provider.name": "Commune d’Essai",
            "provider.address": "2 place de l’Essai",
            "provider.representative": "Camille Exemple",
            "provider.email": "mairie@commune.example",
        },
    )
    filling.answer(
        request,
        "scope",
        {
            "scope.caisse": "Caisse d’essai",
            "scope.establishments": "Relais d’Essai\r\n\r\nMulti-accueil d’Essai\r\n",
        },
    )
    return filling.answer(request, "user", PERSONS)


def test_it_starts_from_what_is_known(published: Convention, mayor: User) -> None:
    request = filling.start(published, mayor)
    assert request.answers["provider.name"] == "Commune d’Essai"
    assert request.answers["scope.caisse"] == "Caisse d’essai"


def test_it_is_sent_without_a_signature_and_names_each_person(
    published: Convention, mayor: User
) -> None:
    request = filling.send(answered(filling.start(published, mayor)), mayor)
    assert request.status == "submitted"
    sheet = plain(text_of(sheet_of(request)))
    for words in ("claude@commune.example", "dominique@commune.example", "Relais d’Essai ; Multi"):
        assert words in sheet


def test_it_is_incomplete_without_its_establishments(published: Convention, mayor: User) -> None:
    request = answered(filling.start(published, mayor))
    filling.answer(request, "scope", {"scope.establishments": ""})
    with pytest.raises(filling.RequestRefused, match="Établissements"):
        filling.send(request, mayor)


def test_several_establishments_are_typed_one_a_line() -> None:
    block = scope()
    typed = {
        "scope_caisse": "Caisse d’essai",
        "scope_establishments": "Relais d’Essai\r\nMulti-accueil d’Essai",
    }
    form = BlockForm(typed, block=block)
    assert form.is_valid()
    assert form.answers["scope.establishments"].splitlines() == [
        "Relais d’Essai",
        "Multi-accueil d’Essai",
    ]
    assert "<textarea" in str(form["scope_establishments"])


def test_its_pages_are_shown(
    published: Convention, mayor: User, browsing: Callable[[User], Client]
) -> None:
    request = answered(filling.start(published, mayor))
    browser = browsing(mayor)
    for number in (1, 2, 3):
        page = browser.get(f"/espace/demandes/{request.pk}/etape/{number}/")
        assert page.status_code == 200
    assert "Claude" in page.content.decode()


def scope() -> FormBlock:
    blocks = {block.code: block for block in form_definition(CAF, "demande-en-ligne").blocks}
    return blocks["scope"]


# The annex that lists whom the caisse habilitates.


@pytest.fixture
def accepted(published: Convention, mayor: User, clerk: User) -> AccessRequest:
    sent = filling.send(answered(filling.start(published, mayor)), mayor)
    return instructing.accept(sent, clerk)


def names(convention: Convention) -> list[str]:
    return [one.last_name for one in listed_persons(convention, clock.today())]


def test_nobody_is_listed_before_the_caisse_accepts(published: Convention, mayor: User) -> None:
    filling.send(answered(filling.start(published, mayor)), mayor)
    assert names(published) == []


def test_those_accepted_are_listed_with_their_establishments(
    published: Convention, accepted: AccessRequest
) -> None:
    listed = listed_persons(published, clock.today())
    assert [(one.last_name, one.email, one.establishments) for one in listed] == [
        ("Essai", "dominique@commune.example", "Relais d’Essai"),
        ("Exemple", "claude@commune.example", "Relais d’Essai, Multi-accueil d’Essai"),
    ]


def test_those_who_left_and_those_erased_are_listed_no_more(
    published: Convention, accepted: AccessRequest
) -> None:
    sign(published)
    assert names(published) == ["Essai", "Exemple"]
    happens(Habilitation.objects.get(person__last_name="Essai"), "departure", "2024-02-01")
    assert names(published) == ["Exemple"]
    Person.objects.filter(last_name="Exemple").update(
        first_name="", last_name="", email="", erased_at=clock.now()
    )
    assert names(published) == []


def test_a_convention_without_such_an_annex_lists_nobody(
    request_draft: AccessRequest, in_force: Convention
) -> None:
    assert listed_persons(in_force, clock.today()) == ()


def test_the_annex_read_at_the_desk_names_them(
    published: Convention,
    accepted: AccessRequest,
    clerk: User,
    browsing: Callable[[User], Client],
) -> None:
    browser = browsing(clerk)
    for code in ("liste-des-personnes", "convention"):
        page = browser.get(f"/conventions/{published.pk}/documents/{code}/")
        assert page.status_code == 200
        assert "claude@commune.example" in page.content.decode()


def sign(convention: Convention) -> None:
    day = clock.today().isoformat()
    record(convention, "prior_request", day)
    record(convention, "document_date", day)
    record(convention, "signature", day, party="partner")
    record(convention, "signature", day, party="caisse")
