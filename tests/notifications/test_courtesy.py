"""The partner learns in time until when it may decline the next term."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from contracts.models import Caisse, Contact, Convention, Partner, PartnerMembership, Person, User
from notifications.catalogue import NothingToSend
from notifications.courtesy import remind_partner, remind_partners
from notifications.models import Message
from tests.portfolio import record
from workflows import clock

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]
Delivered = Callable[[], list[Any]]

# In force since 15 January 2024 for a year: the last advised day to give notice is
# 14 October 2024, three months before 14 January 2025.


@pytest.fixture
def contact(partner: Partner, person: Person) -> Contact:
    return Contact.objects.create(
        partner=partner, person=person, quality="Direction", first_day=date(2024, 1, 1)
    )


def test_it_says_the_dates_the_article_and_what_to_do(
    convention: Convention, contact: Contact, today: Move, delivered: Delivered
) -> None:
    today("2024-09-20")
    remind_partner(convention, clock.today())
    [sent] = delivered()
    assert sent.to == ["camille.essai@creche.example"]
    body = sent.body.replace("\u00a0", " ")
    for said in ("14 octobre 2024", "14 janvier 2025", "article 9-1", "rien", "lettre recommandée"):
        assert said in body
    assert "Essai" not in sent.subject
    assert "/espace/" not in body, "a contact has no space"


def test_who_signs_in_for_the_partner_receives_it_rather_than_the_contact(
    convention: Convention, contact: Contact, today: Move, delivered: Delivered
) -> None:
    member = User.objects.create_user("mairie@essai.example")
    PartnerMembership.objects.create(
        user=member, partner=convention.partner, role="director", first_day=date(2024, 1, 1)
    )
    today("2024-09-20")
    remind_partner(convention, clock.today())
    [sent] = delivered()
    assert sent.to == ["mairie@essai.example"]
    assert f"/espace/conventions/{convention.pk}/" in sent.body


def test_asked_for_twice_about_a_limit_it_leaves_once(
    convention: Convention, contact: Contact, today: Move, delivered: Delivered
) -> None:
    for day in ("2024-09-01", "2024-09-20"):
        today(day)
        remind_partner(convention, clock.today())
        delivered()
    assert len(delivered()) == 1


def test_a_limit_that_moved_before_it_left_is_not_told(
    convention: Convention, contact: Contact, today: Move, delivered: Delivered
) -> None:
    today("2024-09-20")
    remind_partner(convention, clock.today())
    record(
        convention,
        "avenant",
        "2024-09-20",
        effective_on="2024-09-20",
        changes={"notice.length": "P2M"},
    )
    assert delivered() == []
    assert Message.objects.get().problem.startswith("La limite n’est plus ce jour-là")


def test_nobody_to_write_to_and_nothing_to_decline_are_told_apart(
    convention: Convention, today: Move
) -> None:
    today("2024-09-20")
    with pytest.raises(NothingToSend, match="ni membre ni contact"):
        remind_partner(convention, clock.today())
    record(convention, "notice", "2024-09-20", by="partner", form="registered_letter", letter="L")
    record(convention, "letter_posted", "2024-09-20", letter="L")
    with pytest.raises(NothingToSend, match="pas de période à venir"):
        remind_partner(convention, clock.today())
    assert not Message.objects.exists()


def test_it_leaves_by_itself_as_long_before_the_limit_as_the_caisse_wants(
    convention: Convention, contact: Contact, today: Move, delivered: Delivered
) -> None:
    today("2024-09-13")
    assert remind_partners(clock.today()) == 0
    Caisse.objects.update(settings={"deadline_reminders": {"courtesy": {"days": 40}}})
    for day in ("2024-09-13", "2024-09-14", "2024-09-20"):
        today(day)
        remind_partners(clock.today())
        delivered()
    assert len(delivered()) == 1


def test_a_caisse_may_send_none(convention: Convention, contact: Contact, today: Move) -> None:
    Caisse.objects.update(settings={"deadline_reminders": {"courtesy": {"enabled": False}}})
    today("2024-09-20")
    assert remind_partners(clock.today()) == 0


def test_what_a_person_asked_for_does_not_leave_again_by_itself(
    convention: Convention, contact: Contact, today: Move
) -> None:
    today("2024-09-01")
    assert remind_partner(convention, clock.today()) == 1
    today("2024-09-20")
    assert remind_partners(clock.today()) == 0


def test_a_limit_that_moved_is_recalled_on_its_new_day(
    convention: Convention, contact: Contact, today: Move, delivered: Delivered
) -> None:
    today("2024-09-20")
    remind_partners(clock.today())
    delivered()
    record(
        convention,
        "avenant",
        "2024-09-20",
        effective_on="2024-09-20",
        changes={"notice.length": "P2M"},
    )
    today("2024-10-20")
    remind_partners(clock.today())
    assert "14\u00a0novembre 2024" in delivered()[-1].subject
    assert len(delivered()) == 2
