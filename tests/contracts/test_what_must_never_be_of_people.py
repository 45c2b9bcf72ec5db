"""What the database itself refuses of powers, persons and roles, whatever code writes to it."""

from collections.abc import Callable
from datetime import date

import pytest

from contracts.models import (
    Agent,
    Caisse,
    Partner,
    Person,
    Power,
    Signatory,
    SignatoryPower,
    User,
    UserScope,
)
from tests.contracts.test_what_must_never_be import refused
from workflows import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def powers(caisse: Caisse) -> Callable[..., Power]:
    person = Person.objects.create(first_name="Ada", last_name="Essai")
    agent = Agent.objects.create(caisse=caisse, person=person, title="Directrice")

    def give(first_day: date, last_day: date | None, kind: str = "sign_conventions") -> Power:
        return Power.objects.create(
            agent=agent,
            kind=kind,
            delegation_reference="D-1",
            first_day=first_day,
            last_day=last_day,
        )

    return give


def test_two_periods_of_one_power_never_overlap(powers: Callable[..., Power]) -> None:
    powers(date(2024, 1, 1), date(2024, 6, 30))
    assert "overlap" in refused(lambda: powers(date(2024, 6, 30), None))
    assert "overlap" in refused(lambda: powers(date(2023, 1, 1), None))
    following = powers(date(2024, 7, 1), None)
    powers(date(2024, 6, 1), None, kind="register_accounts")
    assert "overlap" in refused(
        lambda: Power.objects.filter(pk=following.pk).update(first_day=date(2024, 6, 30))
    )


def test_a_power_ends_after_it_begins(powers: Callable[..., Power]) -> None:
    refused(lambda: powers(date(2024, 2, 1), date(2024, 1, 31)))


def test_two_powers_of_one_signatory_never_overlap(partner: Partner) -> None:
    person = Person.objects.create(first_name="Alan", last_name="Essai")
    signatory = Signatory.objects.create(partner=partner, person=person, quality="Maire")
    SignatoryPower.objects.create(signatory=signatory, first_day=date(2020, 5, 1))
    assert "overlap" in refused(
        lambda: SignatoryPower.objects.create(signatory=signatory, first_day=date(2026, 4, 1))
    )


def test_a_delegated_power_cites_its_delegation(partner: Partner) -> None:
    person = Person.objects.create(last_name="Essai")
    signatory = Signatory.objects.create(partner=partner, person=person, quality="Adjoint")
    refused(
        lambda: SignatoryPower.objects.create(
            signatory=signatory, first_day=date(2024, 1, 1), delegated=True
        )
    )


def test_an_erased_person_leaves_no_detail() -> None:
    person = Person.objects.create(first_name="Ada", last_name="Essai")
    refused(lambda: Person.objects.filter(pk=person.pk).update(erased_at=clock.now()))
    refused(lambda: Person.objects.filter(pk=person.pk).update(last_name=""))


def test_a_role_is_held_once_at_a_time(caisse: Caisse, agent: User) -> None:
    UserScope.objects.create(user=agent, caisse=caisse, role="director", first_day=date(2024, 1, 1))
    refused(
        lambda: UserScope.objects.create(
            user=agent, caisse=caisse, role="director", first_day=date(2024, 2, 1)
        )
    )
    refused(
        lambda: UserScope.objects.create(
            user=agent, caisse=caisse, role="king", first_day=date(2024, 2, 1)
        )
    )


def test_an_address_has_one_account_however_it_is_typed(agent: User) -> None:
    refused(lambda: User.objects.create(email="Agent@Caisse.example"))
    refused(lambda: User.objects.create_user(" AGENT@caisse.example"))
    assert User.objects.get_by_natural_key("AGENT@caisse.example ") == agent
