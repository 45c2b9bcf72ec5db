"""Who is proposed at the foot of a document: by office, or « par délégation de »."""

from collections.abc import Callable
from datetime import date

import pytest

from contracts.models import Agent, Caisse, Convention, Person, Power, User
from contracts.services.documents import facts_of
from contracts.services.signing import proposed_signer
from workflows import clock
from workflows.french import of_name

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]

LETTERS = Power.Kind.SIGN_LETTERS


def an_agent(caisse: Caisse, first_name: str, title: str) -> Agent:
    person = Person.objects.create(first_name=first_name, last_name="Exemple")
    user = User.objects.create_user(f"{first_name.lower()}@caisse.example")
    return Agent.objects.create(caisse=caisse, person=person, user=user, title=title)


def empowered(agent: Agent, kind: str = LETTERS, by: Agent | None = None, last: str = "") -> Power:
    return Power.objects.create(
        agent=agent,
        kind=kind,
        first_day=date(2024, 1, 1),
        last_day=date.fromisoformat(last) if last else None,
        delegated_by=by,
        delegation_reference="Décision 2024-3",
    )


@pytest.fixture
def alix(caisse: Caisse) -> Agent:
    agent = an_agent(caisse, "Alix", "directrice")
    empowered(agent)
    return agent


def test_a_delegate_signs_by_delegation_of_who_gave_it_as_long_as_it_runs(
    caisse: Caisse, alix: Agent, today: Move
) -> None:
    today("2024-02-01")
    camille = an_agent(caisse, "Camille", "responsable")
    empowered(camille, by=alix, last="2024-03-31")
    by_office = ("Alix Exemple", "directrice")
    delegated = ("Camille Exemple", "responsable, par délégation d’Alix Exemple, directrice")

    def proposed(day: str, user: User | None) -> tuple[str, str]:
        return proposed_signer(caisse, LETTERS, date.fromisoformat(day), user)

    assert proposed("2024-03-31", camille.user) == delegated
    assert proposed("2024-04-01", camille.user) == by_office
    assert proposed("2024-03-31", None) == by_office
    Power.objects.filter(agent=alix).delete()
    assert proposed("2024-03-31", None) == delegated
    assert proposed("2024-04-01", None) == ("", "")


def test_of_two_who_may_sign_by_office_none_is_proposed(caisse: Caisse, alix: Agent) -> None:
    empowered(an_agent(caisse, "Maxence", "directeur"))

    assert proposed_signer(caisse, LETTERS, date(2024, 2, 1)) == ("", "")


def test_a_convention_is_signed_by_delegation_too(
    convention: Convention, caisse: Caisse, alix: Agent, today: Move
) -> None:
    camille = an_agent(caisse, "Camille", "responsable")
    empowered(camille, Power.Kind.SIGN_CONVENTIONS, by=alix)

    foot = facts_of(convention, clock.today()).caisse

    assert foot.representative == "Camille Exemple"
    assert foot.quality == "responsable, par délégation d’Alix Exemple, directrice"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Maxence", "de Maxence"),
        ("Éden", "d’Éden"),
        ("Hélène", "de Hélène"),
        ("Œdipe", "d’Œdipe"),
    ],
)
def test_de_is_elided_before_a_vowel(name: str, said: str) -> None:
    assert of_name(name) == said
