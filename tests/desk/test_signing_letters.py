"""Several letters signed at once, by who has the power to sign them."""

import pytest
from django.test import Client

from contracts.models import Agent, Caisse, Convention, OutgoingLetter, User
from tests.desk.pages import in_role, somebody, words
from tests.desk.test_outgoing_letters import BREACH, REGISTER, a_letter, director, entered
from workflows import clock

pytestmark = pytest.mark.django_db
__all__ = ["director"]

SIGNING = f"{REGISTER}signature/"


@pytest.fixture
def clerk(caisse: Caisse) -> Client:
    return somebody(caisse, "back_office_agent")


@pytest.fixture
def signer(caisse: Caisse, director: Agent) -> Client:
    """The director, signed in."""
    assert director.user is not None
    return in_role(director.user, caisse, "director", Client())


@pytest.fixture
def letters(convention: Convention, agent: User, clerk: Client) -> list[OutgoingLetter]:
    """Two letters put to the signature by a clerk."""
    return [
        entered(clerk, a_letter(convention, agent, code, **typed))
        for code, typed in (("denonciation", {}), ("mise-en-demeure", BREACH))
    ]


def standings(letters: list[OutgoingLetter]) -> list[str]:
    for letter in letters:
        letter.refresh_from_db()
    return [letter.standing for letter in letters]


def test_those_ticked_are_signed_and_once(
    signer: Client, letters: list[OutgoingLetter], director: Agent
) -> None:
    assert "Signer les 2 courriers qui vous attendent" in words(signer.get(REGISTER))
    assert words(signer.get(SIGNING)).count("Lire le courrier") == 2
    for _ in range(2):
        assert signer.post(SIGNING, {"courriers": [letters[0].pk]}).status_code == 302
    assert standings(letters) == ["to_post", "to_sign"]
    [signature] = letters[0].passages.filter(kind="signed")
    assert (signature.signatory, signature.on) == (director, clock.today())
    assert "1 courrier signé" in words(signer.get(SIGNING))


def test_a_letter_that_ends_the_convention_is_not_signed_by_who_put_it_there(
    signer: Client, convention: Convention, director: Agent, letters: list[OutgoingLetter]
) -> None:
    assert director.user is not None
    other = BREACH | {"breach": "Un poste est resté ouvert."}
    own = entered(signer, a_letter(convention, director.user, "mise-en-demeure", **other))
    response = signer.post(SIGNING, {"courriers": [letters[1].pk, own.pk]})
    assert "se décide à deux" in words(response, 422)
    assert standings([letters[1], own]) == ["to_post", "to_sign"]


def test_nothing_is_signed_without_a_tick(signer: Client, letters: list[OutgoingLetter]) -> None:
    response = signer.post(SIGNING, {})
    assert "Aucun courrier n’est coché" in words(response, 422)
    assert standings(letters) == ["to_sign", "to_sign"]


def test_who_has_not_the_power_signs_nothing(clerk: Client, letters: list[OutgoingLetter]) -> None:
    assert "qui vous attend" not in words(clerk.get(REGISTER))
    assert "Vous n’avez pas aujourd’hui le pouvoir" in words(clerk.get(SIGNING))
    clerk.post(SIGNING, {"courriers": [letter.pk for letter in letters]})
    assert standings(letters) == ["to_sign", "to_sign"]
