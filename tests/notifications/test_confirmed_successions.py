"""Another legal person is the partner: whoever answers for it is told on its day, or untold."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest

from contracts.models import Contact, Convention, Partner, PartnerSuccession, Person, User
from contracts.services.successions import Wanted, annul_succession, record_succession
from contracts.succession_grounds import grounds
from notifications.models import Message
from tests.notifications.test_confirmations import Move, Night, clerk, contact, night, plain

__all__ = ["clerk", "contact", "night"]

pytestmark = pytest.mark.django_db

FORMER, NEW = "camille.essai@creche.example", "alix.essai@commune.example"

Succeed = Callable[[str], PartnerSuccession]


@pytest.fixture
def successor(db: None) -> Partner:
    """With somebody who answers for it."""
    partner = Partner.objects.create(
        name="Commune nouvelle d’Essai-les-Bois", kind="commune", siren="000000901"
    )
    Contact.objects.create(
        partner=partner,
        person=Person.objects.create(first_name="Alix", last_name="Essai", email=NEW),
        quality="Mairie",
        first_day=date(2024, 1, 1),
    )
    return partner


@pytest.fixture
def succeed(convention: Convention, partner: Partner, successor: Partner, agent: User) -> Succeed:
    def succeed(on: str) -> PartnerSuccession:
        wanted = Wanted(
            predecessor=partner,
            successor=successor,
            ground=grounds()["commune_merger"],
            reference="Arrêté préfectoral du 3 octobre 2023",
            first_day=date.fromisoformat(on),
            conventions=[Convention.objects.get(pk=convention.pk)],
        )
        return record_succession(wanted, agent, None, identifier=uuid4())

    return succeed


def test_the_new_partner_is_told_by_name_whose_place_it_takes(
    convention: Convention,
    partner: Partner,
    contact: Contact,
    clerk: User,
    today: Move,
    night: Night,
    succeed: Succeed,
) -> None:
    night("2024-03-01")
    today("2024-03-02")
    succeed("2024-03-02")
    [sent] = night("2024-03-03")
    assert sent.to == [NEW]
    assert plain(sent.subject) == "Changement de partenaire, le 2 mars 2024"
    body = plain(sent.body)
    assert (
        "Commune nouvelle d’Essai-les-Bois est partie à la convention depuis ce jour, "
        f"à la place de {partner.name}"
    ) in body
    assert convention.number in body
    [own] = Message.objects.filter(user=clerk)
    assert "changement de partenaire" in plain(own.text)
    assert night("2024-03-04") == []


def test_one_that_is_announced_is_told_on_its_day(
    contact: Contact, today: Move, night: Night, succeed: Succeed
) -> None:
    night("2024-03-01")
    today("2024-03-02")
    succeed("2024-03-10")
    assert night("2024-03-03") == []
    assert night("2024-03-09") == []
    assert [one.to for one in night("2024-03-12")] == [[NEW]]
    assert night("2024-03-13") == []


def test_annulled_it_is_taken_back_from_who_was_told(
    contact: Contact, agent: User, today: Move, night: Night, succeed: Succeed
) -> None:
    night("2024-03-01")
    today("2024-03-02")
    succession = succeed("2024-03-02")
    assert [one.to for one in night("2024-03-03")] == [[NEW]]
    today("2024-03-04")
    annul_succession(succession, "Arrêté annulé", agent, Convention.objects.all())
    [taken_back] = night("2024-03-05")
    assert taken_back.to == [NEW]
    assert taken_back.subject == "Ce qui avait été confirmé change"
    assert "changement de partenaire, le 2 mars 2024" in plain(taken_back.body)
    assert night("2024-03-06") == []


def test_annulled_before_the_night_it_is_told_to_nobody(
    contact: Contact, agent: User, today: Move, night: Night, succeed: Succeed
) -> None:
    night("2024-03-01")
    today("2024-03-02")
    annul_succession(succeed("2024-03-02"), "Arrêté annulé", agent, Convention.objects.all())
    assert night("2024-03-03") == []
