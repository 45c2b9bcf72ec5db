"""What comes back of a letter, or does not: electronic ones, lost proofs, proofs to ask for."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client

from contracts.models import Agent, Convention, IssuedDocument, OutgoingLetter, User, UserScope
from contracts.services.addresses import change_address
from notifications.proof_reminders import remind_of_proofs
from tests.desk.pages import somebody, words
from tests.desk.test_outgoing_letters import (
    BREACH,
    NUMBERS,
    REGISTER,
    a_letter,
    clerk,
    director,
    entered,
    scanned,
    signed,
    tell,
    written,
)
from workflows import clock
from workflows.effect_worker import drain

__all__ = ["clerk", "director", "written"]

pytestmark = pytest.mark.django_db

DEPOSIT = {"registered_number": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "on": "2024-02-01"}
CONSENT = "Accepté par courriel du 15 janvier 2024"


@pytest.fixture
def to_post(clerk: Client, written: IssuedDocument, director: Agent) -> OutgoingLetter:
    letter = entered(clerk, written)
    signed(clerk, letter, director)
    return letter


def test_an_electronic_letter_waits_fifteen_days_for_its_addressee(
    clerk: Client, convention: Convention, to_post: OutgoingLetter, today: Callable[[str], None]
) -> None:
    alone = tell(clerk, to_post, "posted_electronic", **DEPOSIT)
    assert "Dites pourquoi" in words(alone, 422), "on what the consent rests"
    answers = DEPOSIT | {"comment": CONSENT}
    assert tell(clerk, to_post, "posted_electronic", **answers).status_code == 302
    notice = convention.acts.get(kind="notice")
    assert notice.payload["form"] == "qualified_electronic_registered_letter"

    today("2024-02-17")
    assert tell(clerk, to_post, "presented", on="2024-02-02").status_code == 302
    page = words(clerk.get(f"{REGISTER}{to_post.pk}/"))
    assert "Destinataire informé du dépôt" in page
    # The day after the information is the first of the fifteen.
    assert "2 février 2024 (jour de l’information, exclu) + 15 jours = 17 février 2024" in page
    early = tell(clerk, to_post, "unclaimed", on="2024-02-17")
    assert "peut encore accepter" in words(early, 422)
    today("2024-02-18")
    answers = {"on": "2024-02-18", "proof": scanned()}
    assert tell(clerk, to_post, "unclaimed", **answers).status_code == 302
    assert "Non réclamé dans les 15 jours" in words(clerk.get(f"{REGISTER}{to_post.pk}/"))
    assert [one.kind for one in convention.timeline(date(2024, 2, 18)).deadlines].count(
        "letter_acceptance"
    ) == 1


def test_a_lost_proof_is_told_with_its_consequence_and_may_be_found(
    clerk: Client,
    convention: Convention,
    director: Agent,
    agent: User,
    today: Callable[[str], None],
) -> None:
    lawyer = somebody(convention.caisse, "legal_officer")
    letter = entered(lawyer, a_letter(convention, agent, "mise-en-demeure", **BREACH))
    other = somebody(convention.caisse, "director")
    signed(other, letter, director)
    posted = {"registered_number": NUMBERS[0], "on": "2024-02-01"}
    assert tell(clerk, letter, "posted", **posted).status_code == 302
    assert tell(clerk, letter, "presented", on="2024-02-01").status_code == 302

    today("2024-03-20")
    lost = {"on": "2024-03-20", "comment": "Réclamation 24-118 : avis introuvable"}
    address = f"{REGISTER}{letter.pk}/passages/proof_lost/"
    page = clerk.get(address)
    form = {one.name: one.value() or "" for one in page.context["form"].hidden_fields()}
    shown = words(clerk.post(address, form | lost))
    assert "Lettre de résiliation dont l’avis de réception est perdu" in shown
    assert not convention.acts.filter(kind="letter_proof_lost").exists()
    assert tell(clerk, letter, "proof_lost", **lost).status_code == 302
    convention.refresh_from_db()
    assert convention.open_questions == 1
    assert "Preuve perdue" in words(clerk.get(f"{REGISTER}{letter.pk}/"))

    # Of the true day, which is before the loss was told.
    found = {"on": "2024-03-20", "proof": scanned()}
    assert tell(clerk, letter, "delivered", **found).status_code == 302
    convention.refresh_from_db()
    assert convention.open_questions == 0


def test_a_proof_that_does_not_come_is_to_be_asked_for(
    clerk: Client, to_post: OutgoingLetter, today: Callable[[str], None]
) -> None:
    posted = {"registered_number": NUMBERS[0], "on": "2024-02-01"}
    assert tell(clerk, to_post, "posted", **posted).status_code == 302
    title = to_post.issued.convention.number
    today("2024-02-21")
    assert "Preuve à réclamer 1" not in words(clerk.get("/"))
    assert title not in words(clerk.get(f"{REGISTER}?situation=overdue"))
    today("2024-02-22")
    assert "Preuve à réclamer 1 recommandé posté" in words(clerk.get("/"))
    assert title in words(clerk.get(f"{REGISTER}?situation=overdue"))
    assert "réclamez-la à l’opérateur" in words(clerk.get(f"{REGISTER}{to_post.pk}/"))
    caisse = to_post.caisse
    caisse.settings["proof_chase_days"] = 30
    caisse.save()
    assert title not in words(clerk.get(f"{REGISTER}?situation=overdue"))


def test_a_letter_does_not_leave_unseen_for_an_address_left_behind(
    clerk: Client,
    convention: Convention,
    to_post: OutgoingLetter,
    agent: User,
    today: Callable[[str], None],
) -> None:
    today("2024-02-02")
    moved = "2 rue des Essais\n60000 Exempleville"
    change_address(convention.partner, moved, date(2024, 2, 2), agent, identifier=uuid4())
    posted = {"registered_number": NUMBERS[0], "on": "2024-02-02"}
    said = words(tell(clerk, to_post, "posted", **posted), 422)
    assert "« 2 rue des Essais, 60000 Exempleville », à compter du 2 février 2024" in said
    many = {"jour": "2024-02-02", f"numero-{to_post.pk}": NUMBERS[0]}
    assert "autre adresse" in words(clerk.post(f"{REGISTER}depot/", many), 422)
    reason = posted | {"comment": "Le courrier y est encore relevé chaque jour."}
    assert tell(clerk, to_post, "posted", **reason).status_code == 302
    assert "encore relevé" in words(clerk.get(f"{REGISTER}{to_post.pk}/"))


def other_agent(letter: OutgoingLetter) -> None:
    other = User.objects.create_user("autre@caisse.example")
    UserScope.objects.create(
        user=other, caisse=letter.caisse, role="back_office_agent", first_day=date(2024, 2, 1)
    )


def test_who_posted_is_reminded_of_a_late_proof_once_a_rung_until_it_comes(
    clerk: Client, to_post: OutgoingLetter, today: Callable[[str], None]
) -> None:
    posted = {"registered_number": NUMBERS[0], "on": "2024-02-01"}
    assert tell(clerk, to_post, "posted", **posted).status_code == 302
    other_agent(to_post)
    mails: list[int] = []
    for day in ("2024-02-21", "2024-02-22", "2024-02-23", "2024-03-14", "2024-05-20", "2024-09-01"):
        today(day)
        remind_of_proofs(clock.today())
        drain()
        mails.append(len(mail.outbox))
    assert mails == [0, 1, 1, 2, 3, 3], "after 21, 42 and 63 days"
    first = mail.outbox[0]
    assert {to for sent in mail.outbox for to in sent.to} == {first.to[0]}
    assert first.subject == "1\N{NO-BREAK SPACE}preuve de recommandé à réclamer"
    for said in (NUMBERS[0], "1er février 2024", "réclamez la preuve"):
        assert said in first.body.replace("\N{NO-BREAK SPACE}", " ")


def test_a_proof_that_comes_before_the_reminder_leaves_is_not_asked_for(
    clerk: Client, to_post: OutgoingLetter, today: Callable[[str], None]
) -> None:
    posted = {"registered_number": NUMBERS[0], "on": "2024-02-01"}
    assert tell(clerk, to_post, "posted", **posted).status_code == 302
    today("2024-02-22")
    assert remind_of_proofs(clock.today()) == 1
    answers = {"on": "2024-02-20", "proof": scanned()}
    assert tell(clerk, to_post, "delivered", **answers).status_code == 302
    drain()
    assert mail.outbox == []


def test_whoever_left_is_not_reminded_and_the_other_agents_are(
    clerk: Client, to_post: OutgoingLetter, today: Callable[[str], None]
) -> None:
    posted = {"registered_number": NUMBERS[0], "on": "2024-02-01"}
    assert tell(clerk, to_post, "posted", **posted).status_code == 302
    UserScope.objects.filter(role="back_office_agent").update(last_day=date(2024, 2, 10))
    other_agent(to_post)
    today("2024-02-22")
    remind_of_proofs(clock.today())
    drain()
    assert [sent.to for sent in mail.outbox] == [["autre@caisse.example"]]
