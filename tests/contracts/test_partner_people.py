"""Who answers for a partner on a day: its members, else the first contact who has an address."""

from datetime import date

import pytest

from contracts.models import Contact, Partner, PartnerMembership, Person, Site, User
from contracts.services.partner_people import answering, answers

pytestmark = pytest.mark.django_db

DAY = date(2024, 6, 3)


def contact(partner: Partner, email: str, **period: date) -> Person:
    person = Person.objects.create(last_name="Essai", email=email)
    period = {"first_day": date(2024, 1, 1)} | period
    Contact.objects.create(partner=partner, person=person, quality="mairie", **period)
    return person


def member(partner: Partner, name: str, *, is_active: bool = True, **more: object) -> User:
    user = User.objects.create_user(f"{name}@essai.example", is_active=is_active)
    PartnerMembership.objects.create(
        user=user, partner=partner, role="manager", **({"first_day": date(2024, 1, 1)} | more)
    )
    return user


def found(partner: Partner, *asked: User | Person) -> list[User | Person]:
    """Who answers, by the one way and by the other."""
    people = answering([partner.pk], DAY).get(partner.pk, [])
    assert [one for one in asked if answers(one, partner.pk, DAY)] == people
    return people


def test_without_members_the_first_contact_with_an_address_answers(partner: Partner) -> None:
    silent = contact(partner, "")
    former = contact(partner, "hier@essai.example", last_day=date(2024, 6, 2))
    first = contact(partner, "mairie@essai.example")
    second = contact(partner, "autre@essai.example")
    assert found(partner, silent, former, first, second) == [first]


def test_members_answer_and_no_contact_does(partner: Partner) -> None:
    mairie = contact(partner, "mairie@essai.example")
    one, two = member(partner, "une"), member(partner, "autre")
    elsewhere = member(Partner.objects.create(name="Autre", kind="commune"), "ailleurs")
    assert found(partner, mairie, one, two, elsewhere) == [one, two]


def test_members_who_are_gone_or_of_one_structure_leave_it_to_the_contact(
    partner: Partner,
) -> None:
    mairie = contact(partner, "mairie@essai.example")
    gone = member(partner, "partie", last_day=date(2024, 6, 2))
    closed = member(partner, "fermee", is_active=False)
    site = Site.objects.create(partner=partner, name="Crèche d’essai")
    of_site = member(partner, "directrice", site=site)
    assert found(partner, mairie, gone, closed, of_site) == [mairie]
