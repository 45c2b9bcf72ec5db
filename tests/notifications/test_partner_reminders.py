"""A partner with several conventions reads one mail a day, each convention in it once."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from contracts.models import Contact, Convention, Partner, PartnerMembership, Person, User
from notifications.attestations import ask_partners, mails_asking
from notifications.catalogue import kind_of
from notifications.courtesy import remind_partner, remind_partners
from notifications.models import Message, PartnerReminder
from notifications.rhythms.choosing import choose, found_by, token_of, unsubscribe
from notifications.rhythms.models import Preference, Rhythm
from tests.ended import WITH_ATTESTATION, contact, ended, quotient
from tests.portfolio import YEARLY, record
from workflows import clock
from workflows.sweep import sweep

__all__ = ["contact", "ended", "quotient"]

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]
Delivered = Callable[[], list[Any]]

# In force since 15 January 2024 for a year: the last day to give notice is 14 October 2024.


@pytest.fixture
def contact_of(partner: Partner, person: Person) -> Contact:
    return Contact.objects.create(
        partner=partner, person=person, quality="Direction", first_day=date(2024, 1, 1)
    )


@pytest.fixture
def another(convention: Convention, draft: Callable[..., Convention], today: Move) -> Convention:
    """A second convention of the same partner, in force since 20 January 2024."""
    return in_force(draft(rulebook_code=YEARLY), today, "2024-01-20")


def in_force(one: Convention, today: Move, on: str) -> Convention:
    today(on)
    record(one, "cnil", on, basis="transmission", reference="T")
    for party in ("partner", "caisse"):
        record(one, "signature", on, party=party)
    sweep(clock.today())
    one.refresh_from_db()
    return one


def readable(mail: Any) -> str:
    return str(mail.body).replace("\u00a0", " ").replace("\u202f", " ")


def test_two_limits_are_one_mail_with_each_date_article_and_what_to_do(
    convention: Convention,
    another: Convention,
    contact_of: Contact,
    today: Move,
    delivered: Delivered,
) -> None:
    today("2024-09-20")
    assert remind_partners(clock.today()) == 2
    assert remind_partners(clock.today()) == 0
    [sent] = delivered()
    body = readable(sent)
    for said in (
        "14 octobre 2024 : dernier jour d’envoi d’une dénonciation (article 9-1), convention",
        convention.number,
        another.number,
        "19 octobre 2024",
        "18 octobre 2024",
        "finit le 14 janvier 2025",
        "rien",
    ):
        assert said in body
    assert "14 octobre 2024" in sent.subject.replace("\u00a0", " ")
    assert "/espace/" not in body, "a contact has no space"
    assert remind_partners(clock.today()) == 0


def test_what_waits_to_leave_goes_with_what_comes_later(
    convention: Convention,
    another: Convention,
    contact_of: Contact,
    today: Move,
    delivered: Delivered,
) -> None:
    today("2024-09-20")
    remind_partner(convention, clock.today())
    remind_partner(another, clock.today())
    [sent] = delivered()
    assert convention.number in sent.body
    assert another.number in sent.body
    assert sorted(Message.objects.values_list("state", flat=True)) == ["cancelled", "sent"]


def test_a_convention_declined_before_the_mail_left_is_left_out_and_was_not_told(
    convention: Convention,
    another: Convention,
    contact_of: Contact,
    today: Move,
    delivered: Delivered,
) -> None:
    today("2024-09-20")
    remind_partners(clock.today())
    record(another, "notice", "2024-09-20", by="partner", form="registered_letter", letter="L")
    record(another, "letter_posted", "2024-09-20", letter="L")
    [sent] = delivered()
    assert another.number not in sent.body
    assert "1 convention" in sent.subject.replace("\u00a0", " ")
    assert PartnerReminder.objects.get().convention == convention


def test_who_left_the_partner_before_it_left_reads_nothing_and_who_came_is_told(
    convention: Convention, contact_of: Contact, today: Move, delivered: Delivered
) -> None:
    today("2024-09-20")
    remind_partners(clock.today())
    Contact.objects.update(last_day=date(2024, 9, 19))
    assert delivered() == []
    assert "ne répond plus" in Message.objects.get().problem
    member = User.objects.create_user("mairie@essai.example")
    PartnerMembership.objects.create(
        user=member, partner=convention.partner, role="director", first_day=date(2024, 9, 20)
    )
    today("2024-09-21")
    remind_partners(clock.today())
    [sent] = delivered()
    assert sent.to == ["mairie@essai.example"]


def test_the_choice_about_one_is_the_choice_about_several(
    convention: Convention, another: Convention, today: Move, delivered: Delivered
) -> None:
    member = User.objects.create_user("mairie@essai.example")
    PartnerMembership.objects.create(
        user=member, partner=convention.partner, role="director", first_day=date(2024, 1, 1)
    )
    today("2024-09-20")
    remind_partners(clock.today())
    [sent] = delivered()
    assert "/espace/" in sent.body
    told = Message.objects.get()
    assert told.kind == "courtesy_reminders"
    asked = found_by(token_of(told))
    assert asked is not None
    unsubscribe(asked)
    assert list(Preference.objects.values_list("kind", "rhythm")) == [
        ("courtesy_reminder", "on_site")
    ]
    choose(member, kind_of("courtesy_reminder"), Rhythm.ON_SITE)
    PartnerReminder.objects.all().delete()
    Message.objects.update(key="before")
    remind_partners(clock.today())
    assert len(delivered()) == 1


def test_two_ended_conventions_are_asked_for_in_one_mail_until_each_has_attested(
    ended: Convention, draft: Callable[..., Convention], today: Move, delivered: Delivered
) -> None:
    second = in_force(draft(rulebook_code=WITH_ATTESTATION), today, "2024-04-10")
    record(
        second,
        "mutual_termination",
        "2024-04-10",
        last_day="2024-04-14",
        agreed_by=["caisse", "partner"],
    )
    today("2024-04-15")
    sweep(clock.today())
    assert ask_partners(clock.today()) == 2
    [sent] = delivered()
    body = readable(sent)
    for said in (
        ended.number,
        second.number,
        "finie le 31 mars 2024",
        "finie le 14 avril 2024",
        "article 6-1",
        "reste ouvert",
    ):
        assert said in body
    day = [date(2024, 4, 15)]
    assert mails_asking([ended.pk, second.pk]) == {ended.pk: day, second.pk: day}

    # The next rung of each, while no mail leaves: one mail, and one line for each.
    today("2024-05-01")
    ask_partners(clock.today())
    today("2024-05-15")
    ask_partners(clock.today())
    assert len(delivered()) == 2
    assert readable(delivered()[-1]).count("finie le") == 2
