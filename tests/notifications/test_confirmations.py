"""Both parties are told each step that binds them: once, to who is there to read it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core import mail

from contracts.models import Caisse, Contact, Convention, Partner, Person, User, UserScope
from notifications.confirmations import confirm
from notifications.models import Confirmation, Message
from tests.portfolio import record
from workflows import clock
from workflows.effect_worker import drain
from workflows.sweep import sweep

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]
Night = Callable[[str], list[Any]]
PARTNER, CLERK = "camille.essai@creche.example", "gestionnaire@caisse.example"

# In force since 15 January 2024 for a year, renewed each year; notice until 14 October 2024.


@pytest.fixture
def contact(partner: Partner, person: Person) -> Contact:
    return Contact.objects.create(
        partner=partner, person=person, quality="Direction", first_day=date(2024, 1, 1)
    )


@pytest.fixture
def clerk(caisse: Caisse) -> User:
    user = User.objects.create_user(CLERK)
    UserScope.objects.create(
        user=user, caisse=caisse, role="back_office_agent", first_day=date(2024, 1, 1)
    )
    return user


@pytest.fixture
def night(today: Move) -> Night:
    """What leaves in the night that begins a day: the sweep, the confirmations, the worker."""

    def pass_to(day: str) -> list[Any]:
        today(day)
        sweep(clock.today())
        confirm(clock.today())
        before = len(mail.outbox)
        drain()
        return mail.outbox[before:]

    return pass_to


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def bodies(mails: list[Any]) -> list[str]:
    return [plain(one.body) for one in mails]


def give_notice(convention: Convention, on: str, **changes: Any) -> None:
    letter = {"letter": "L", "by": "partner", "form": "registered_letter"} | changes
    record(convention, "notice", on, **letter)
    record(convention, "letter_posted", on, letter=letter["letter"])


def test_the_first_run_tells_nothing_of_the_past(
    convention: Convention, contact: Contact, clerk: User, night: Night
) -> None:
    assert night("2024-02-02") == []
    assert night("2024-02-03") == []
    assert not Message.objects.exists()


def test_a_renewal_is_told_to_both_parties_with_its_date_its_article_and_what_to_do(
    convention: Convention, contact: Contact, clerk: User, night: Night
) -> None:
    night("2025-01-14")
    [sent] = night("2025-01-15")
    assert sent.to == [PARTNER]
    assert plain(sent.subject) == "Renouvellement, le 15 janvier 2025"
    [body] = bodies([sent])
    for said in (
        "15 janvier 2025 : tacite reconduction, 2ᵉ période (article 9-1)",
        "jusqu’au 14 janvier 2026",
        "dénoncez-la au plus tard le 14 octobre 2025",
        convention.number,
    ):
        assert said in body
    [own] = Message.objects.filter(user=clerk)
    assert own.state == "waiting"
    assert "le partenaire reçoit la même confirmation" in own.text
    assert night("2025-01-16") == []


def test_an_act_that_makes_it_signed_and_in_force_is_told_as_in_force_alone(
    draft: Callable[..., Convention], contact: Contact, today: Move, night: Night
) -> None:
    night("2024-01-10")
    opened = draft()
    today("2024-01-15")
    record(opened, "cnil", "2024-01-12", basis="transmission", reference="T-1")
    record(opened, "signature", "2024-01-13", party="partner")
    record(opened, "signature", "2024-01-15", party="caisse")
    [sent] = night("2024-01-16")
    assert plain(sent.subject) == "Prise d’effet, le 15 janvier 2024"


def test_signed_without_its_formality_it_is_told_as_signed_then_as_in_force(
    draft: Callable[..., Convention], contact: Contact, today: Move, night: Night
) -> None:
    night("2024-01-10")
    opened = draft()
    today("2024-01-15")
    for party in ("partner", "caisse"):
        record(opened, "signature", "2024-01-15", party=party)
    [signed] = night("2024-01-16")
    assert plain(signed.subject) == "Signature de toutes les parties, le 15 janvier 2024"
    assert "il reste une condition à remplir" in plain(signed.body)
    today("2024-01-20")
    record(opened, "cnil", "2024-01-20", basis="transmission", reference="T-1")
    [in_force] = night("2024-01-21")
    assert plain(in_force.subject).startswith("Prise d’effet")


def test_a_notice_is_told_with_the_last_day_then_the_end_itself(
    convention: Convention, contact: Contact, today: Move, night: Night
) -> None:
    night("2024-09-01")
    today("2024-09-02")
    give_notice(convention, "2024-09-02")
    [given] = night("2024-09-03")
    assert "envoyée par vous" in plain(given.body)
    assert "jusqu’au 14 janvier 2025 inclus" in plain(given.body)
    assert night("2025-01-14") == []
    [ended] = night("2025-01-15")
    assert plain(ended.subject) == "Fin de la convention à son échéance, le 15 janvier 2025"


def test_what_is_annulled_before_the_night_is_told_to_nobody(
    convention: Convention, contact: Contact, clerk: User, today: Move, night: Night
) -> None:
    night("2024-09-01")
    today("2024-09-02")
    suspended = record(convention, "suspension", "2024-09-02", nature="temporary")
    record(convention, "annulment", "2024-09-02", of=suspended.identifier, reason="Autre dossier")
    assert night("2024-09-03") == []
    assert not Message.objects.exists()


def test_a_suspension_annulled_later_is_taken_back_by_name_to_who_was_told(
    convention: Convention, contact: Contact, today: Move, night: Night
) -> None:
    night("2024-09-01")
    today("2024-09-02")
    suspended = record(convention, "suspension", "2024-09-02", nature="temporary")
    assert len(night("2024-09-03")) == 1
    today("2024-09-04")
    record(convention, "annulment", "2024-09-04", of=suspended.identifier, reason="Autre dossier")
    [taken_back] = night("2024-09-05")
    assert taken_back.to == [PARTNER]
    assert taken_back.subject == "Ce qui avait été confirmé change"
    assert "suspension des accès, le 2 septembre 2024" in plain(taken_back.body)
    assert "Ce qui s’ensuit" not in taken_back.body
    assert night("2024-09-06") == []


def test_renewed_annulled_and_renewed_again_are_three_messages(
    convention: Convention, contact: Contact, today: Move, night: Night
) -> None:
    night("2025-01-14")
    assert len(night("2025-01-15")) == 1
    today("2025-01-16")
    letter = {"letter": "L", "by": "partner", "form": "registered_letter"}
    notice = record(convention, "notice", "2024-09-02", **letter)
    record(convention, "letter_posted", "2024-09-02", letter="L")
    [taken_back] = night("2025-01-17")
    body = plain(taken_back.body)
    assert "renouvellement, le 15 janvier 2025" in body
    assert "fin de la convention à son échéance" in body, "and what is so instead"
    assert "2 septembre 2024 : dénonciation" in body
    today("2025-01-18")
    record(convention, "annulment", "2025-01-18", of=notice.identifier, reason="Autre dossier")
    [again] = night("2025-01-19")
    assert "15 janvier 2025 : tacite reconduction" in plain(again.body)
    turns = Confirmation.objects.filter(binding__startswith="renewed").order_by("turn")
    assert [one.turn for one in turns] == [1, 2, 3]


def test_a_breach_letter_its_delay_and_its_cure_are_told_each(
    convention: Convention, contact: Contact, today: Move, night: Night
) -> None:
    night("2024-05-01")
    today("2024-05-02")
    letter = {"letter": "M", "by": "caisse", "form": "registered_letter"}
    record(convention, "formal_notice", "2024-05-02", **letter)
    record(convention, "letter_posted", "2024-05-02", letter="M")
    assert night("2024-05-03") == [], "its delay runs from the reception"
    today("2024-05-06")
    record(convention, "letter_delivered", "2024-05-06", letter="M")
    [opened] = night("2024-05-07")
    assert "envoyée par la caisse" in plain(opened.body)
    today("2024-05-20")
    record(convention, "formal_notice_withdrawn", "2024-05-20")
    [stopped] = night("2024-05-21")
    assert plain(stopped.subject) == "Retrait de la lettre de résiliation, le 20 mai 2024"


def test_while_a_lawyer_is_to_decide_neither_the_notice_nor_the_renewal_is_told(
    convention: Convention, contact: Contact, today: Move, night: Night
) -> None:
    night("2024-10-14")
    today("2024-10-16")
    give_notice(convention, "2024-10-15")
    assert night("2024-10-17") == []
    assert night("2025-01-15") == [], "renewed, unless the notice was in time"
    today("2025-01-20")
    [question] = convention.timeline(clock.today()).open_questions
    record(
        convention,
        "decision",
        "2025-01-20",
        question=question.identity,
        answer="late",
        reasons="Un jour manque.",
    )
    [sent] = night("2025-01-21")
    assert plain(sent.subject) == "Renouvellement, le 15 janvier 2025"


def test_an_avenant_is_told_on_its_day_once_though_nothing_ran_for_days(
    convention: Convention, contact: Contact, today: Move, night: Night
) -> None:
    night("2024-05-01")
    today("2024-05-02")
    record(
        convention,
        "avenant",
        "2024-05-02",
        effective_on="2024-06-01",
        changes={"notice.length": "P2M"},
    )
    assert night("2024-05-03") == []
    [sent] = night("2024-06-09")
    assert plain(sent.subject) == "Prise d’effet d’un avenant, le 1er juin 2024"
    assert night("2024-06-10") == []


def test_suspended_and_given_back_are_told_though_both_are_of_one_day(
    convention: Convention, contact: Contact, today: Move, night: Night
) -> None:
    night("2024-05-01")
    today("2024-05-02")
    record(convention, "suspension", "2024-05-02", nature="temporary")
    record(convention, "suspension_lifted", "2024-05-02")
    [sent] = night("2024-05-03")
    assert plain(sent.subject) == "2 étapes confirmées"


def test_conventions_taken_over_are_history_up_to_the_day_they_were(
    draft: Callable[..., Convention], contact: Contact, today: Move, night: Night
) -> None:
    night("2026-05-01")
    taken = draft()
    today("2026-05-02")
    record(taken, "cnil", "2024-01-12", basis="transmission", reference="T-1")
    for party in ("partner", "caisse"):
        record(taken, "signature", "2024-01-15", party=party)
    Convention.objects.filter(pk=taken.pk).update(taken_over_at=clock.now())
    assert night("2026-05-03") == []
    [sent] = night("2027-01-15")
    assert plain(sent.subject) == "Renouvellement, le 15 janvier 2027"


def test_one_mail_a_reader_and_day_whatever_the_number_of_conventions(
    convention: Convention,
    draft: Callable[..., Convention],
    contact: Contact,
    clerk: User,
    today: Move,
    night: Night,
) -> None:
    today("2024-02-01")
    second = draft()
    record(second, "cnil", "2024-01-12", basis="transmission", reference="T-2")
    for party in ("partner", "caisse"):
        record(second, "signature", "2024-01-15", party=party)
    night("2025-01-14")
    [sent] = night("2025-01-15")
    assert plain(sent.subject) == "2 étapes confirmées"
    for one in (convention, second):
        assert plain(sent.body).count(one.number) == 1
    [own] = Message.objects.filter(user=clerk)
    assert own.kind == "steps_followed"
    assert plain(own.text).count("(article 9-1), Commune d’Essai") == 2


def test_a_mail_that_did_not_leave_goes_into_that_of_the_next_day(
    convention: Convention, contact: Contact, today: Move, night: Night
) -> None:
    night("2025-01-14")
    today("2025-01-15")
    sweep(clock.today())
    assert confirm(clock.today()) == 1
    assert confirm(clock.today()) == 0, "a day is gone through once"
    today("2025-01-16")
    record(convention, "suspension", "2025-01-16", nature="temporary")
    today("2025-01-17")
    confirm(clock.today())
    drain()
    [sent] = mail.outbox
    assert plain(sent.subject) == "2 étapes confirmées"


def test_what_was_annulled_before_it_left_is_neither_told_nor_taken_back(
    convention: Convention, contact: Contact, today: Move, night: Night
) -> None:
    night("2024-05-01")
    today("2024-05-02")
    suspended = record(convention, "suspension", "2024-05-02", nature="temporary")
    today("2024-05-03")
    confirm(clock.today())
    record(convention, "annulment", "2024-05-03", of=suspended.identifier, reason="Autre dossier")
    drain()
    assert night("2024-05-04") == []
    assert mail.outbox == []


def test_who_answers_for_the_partner_by_then_is_told_in_place_of_who_left(
    convention: Convention, contact: Contact, today: Move, night: Night, partner: Partner
) -> None:
    night("2025-01-14")
    today("2025-01-15")
    sweep(clock.today())
    confirm(clock.today())
    Contact.objects.filter(pk=contact.pk).update(last_day=date(2025, 1, 14))
    drain()
    assert mail.outbox == []
    successor = Person.objects.create(last_name="Essai", email="suite@creche.example")
    Contact.objects.create(
        partner=partner, person=successor, quality="Direction", first_day=date(2025, 1, 15)
    )
    [sent] = night("2025-01-16")
    assert sent.to == ["suite@creche.example"]


def test_a_partner_nobody_can_write_to_is_named_to_who_follows(
    convention: Convention, clerk: User, night: Night
) -> None:
    night("2025-01-14")
    night("2025-01-15")
    [own] = Message.objects.filter(user=clerk)
    assert "ni membre ni contact" in own.text


def test_a_step_that_the_sweep_wrote_down_late_is_told_all_the_same(
    convention: Convention, contact: Contact, today: Move, night: Night
) -> None:
    night("2025-01-14")
    today("2025-01-16")
    confirm(clock.today())
    [sent] = night("2025-01-17")
    assert plain(sent.subject) == "Renouvellement, le 15 janvier 2025"
