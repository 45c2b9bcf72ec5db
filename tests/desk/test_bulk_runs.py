"""One thing asked of many conventions: previewed, confirmed once, told row by row."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from contracts.models import (
    BulkLine,
    BulkRun,
    Caisse,
    Contact,
    Convention,
    IssuedDocument,
    Partner,
    Person,
    User,
    UserScope,
)
from contracts.services import bulk_runs
from tests.desk.pages import in_role, somebody, words
from tests.portfolio import record
from workflows.effect_worker import drain

Open = Callable[..., Convention]
Move = Callable[[str], None]

pytestmark = pytest.mark.django_db

ASK = "/conventions/lot/"
ENDED = "letter:fin-convention"


@pytest.fixture
def clerk(client: Client, agent: User, caisse: Caisse) -> Client:
    return in_role(agent, caisse, "back_office_agent", client)


@pytest.fixture
def colleague(caisse: Caisse) -> User:
    somebody(caisse, "legal_officer")
    return User.objects.get(email="legal_officer@caisse.example")


def asked(*conventions: Convention, **more: str) -> dict[str, Any]:
    keys = [one.pk for one in conventions]
    return {"identifier": str(uuid4()), "choix": keys} | more


def confirm(client: Client, answers: dict[str, Any]) -> str:
    """Preview, then confirm what was shown; the address of the result."""
    shown = client.post(ASK, answers)
    assert "Ce que cela donne" in words(shown)
    told = {"told": shown.context["told"], "confirm": "oui"}
    answer = client.post(ASK, answers | {"shown": answers["wanted"]} | told)
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_conventions_are_given_to_a_colleague_once_and_the_list_tells_whose_they_are(
    clerk: Client, colleague: User, convention: Convention, draft: Open
) -> None:
    other = draft(number="B-1")
    answers = asked(convention, other, wanted=f"assign:{colleague.pk}")
    preview = words(clerk.post(ASK, answers))
    assert "Possible pour 2 sur 2. Rien n’est encore fait" in preview
    assert not BulkRun.objects.exists()
    page = confirm(clerk, answers)
    assert confirm(clerk, answers) == page
    assert BulkRun.objects.count() == 1
    assert "Conventions traitées : 0 sur 2 (0 faite, 0 pas faite)" in words(clerk.get(page))
    drain()
    assert "C’est fini : 2 faites, 0 pas faite." in words(clerk.get(page))
    assert {one.assignee for one in Convention.objects.all()} == {colleague}
    listed = Client()
    listed.force_login(colleague)
    assert convention.number in words(listed.get("/conventions/?suivi=moi"))
    assert convention.number not in words(clerk.get("/conventions/?suivi=moi"))
    again = words(clerk.post(ASK, asked(convention, wanted=f"assign:{colleague.pk}")))
    assert "Cette personne la suit déjà." in again


def test_a_letter_leaves_for_those_that_call_for_it_and_the_others_say_why_not(
    colleague: User, convention: Convention, draft: Open, today: Move
) -> None:
    today("2024-10-10")
    common = {"letter": "1", "by": "partner", "form": "registered_letter"}
    record(convention, "notice", "2024-10-01", **common)
    record(convention, "letter_posted", "2024-10-01", letter="1")
    today("2025-02-01")
    waiting = draft(number="B-1")
    lawyer = Client()
    lawyer.force_login(colleague)
    answers = asked(convention, waiting, wanted=ENDED)
    preview = words(lawyer.post(ASK, answers))
    assert "Possible pour 1 sur 2" in preview
    assert "Rien n’appelle ce courrier aujourd’hui." in preview
    page = confirm(lawyer, answers)
    drain()
    result = words(lawyer.get(page))
    assert "C’est fini : 1 faite, 1 pas faite." in result
    assert "Rien n’appelle ce courrier aujourd’hui." in result
    line = BulkLine.objects.get(convention=convention)
    assert line.issued == IssuedDocument.objects.get(convention=convention)
    assert "Il a déjà été émis" in words(lawyer.post(ASK, answers | {"identifier": str(uuid4())}))


def test_partners_are_reminded_of_their_limit_once_and_the_others_say_why_not(
    clerk: Client,
    convention: Convention,
    draft: Open,
    mailoutbox: list[EmailMessage],
    today: Move,
) -> None:
    today("2024-06-01")
    unknown = draft(partner=Partner.objects.create(name="Sans contact", kind="commune"))
    for act in (("signature", "caisse"), ("signature", "partner")):
        record(unknown, act[0], "2024-06-01", party=act[1])
    record(unknown, "cnil", "2024-06-01", basis="transmission", reference="T-2")
    waiting = draft(number="B-1")
    person = Person.objects.create(last_name="Essai", email="mairie@commune.example")
    Contact.objects.create(
        partner=convention.partner, person=person, quality="maire", first_day=date(2024, 1, 1)
    )
    answers = asked(convention, unknown, waiting, wanted="remind:")
    preview = words(clerk.post(ASK, answers))
    assert "Possible pour 1 sur 3" in preview
    assert "ni membre ni contact à qui écrire" in preview
    assert "pas de période à venir" in preview
    page = confirm(clerk, answers)
    drain()
    drain()
    assert "1 faite, 2 pas faites." in words(clerk.get(page))
    assert "Rappeler au partenaire" in words(clerk.get(page))
    assert [mail.to for mail in mailoutbox] == [["mairie@commune.example"]]
    assert "14\N{NO-BREAK SPACE}octobre 2024" in mailoutbox[0].body
    again = words(clerk.post(ASK, asked(convention, wanted="remind:")))
    assert "Le rappel est déjà parti pour la limite du 14 octobre 2024." in again


def test_letters_that_need_the_same_words_are_written_with_them(
    colleague: User, convention: Convention, draft: Open, today: Move
) -> None:
    today("2024-03-01")
    lawyer = Client()
    lawyer.force_login(colleague)
    record(convention, "suspension", "2024-02-20", reason="Essai")
    answers = asked(convention, wanted="letter:suspension")
    preview = lawyer.post(ASK, answers)
    [field] = preview.context["words"]
    assert "Il reste à écrire" in words(preview)
    assert "Confirmer" not in words(preview)
    typed = answers | {"shown": answers["wanted"], field.html_name: "Vérification en cours."}
    shown = lawyer.post(ASK, typed)
    assert "Possible pour 1 sur 1" in words(shown)
    # Other words than those shown are shown first.
    told = {"told": shown.context["told"], "confirm": "oui"}
    changed = typed | told | {field.html_name: "Autre chose."}
    assert "Ce que cela donne" in words(lawyer.post(ASK, changed))
    assert not BulkRun.objects.exists()
    assert lawyer.post(ASK, typed | told).status_code == 302
    drain()
    issued = IssuedDocument.objects.get(convention=convention)
    assert BulkLine.objects.get().issued == issued


def test_what_became_impossible_since_the_preview_is_not_done(
    clerk: Client, agent: User, colleague: User, convention: Convention
) -> None:
    page = confirm(clerk, asked(convention, wanted=f"assign:{colleague.pk}"))
    UserScope.objects.filter(user=colleague).delete()
    drain()
    assert "n’instruit pas les conventions de cette caisse" in words(clerk.get(page))
    convention.refresh_from_db()
    assert convention.assignee is None


def test_what_is_confirmed_is_what_was_shown(
    clerk: Client, agent: User, colleague: User, convention: Convention
) -> None:
    answers = asked(convention, wanted=f"assign:{colleague.pk}")
    changed = answers | {"shown": f"assign:{agent.pk}", "confirm": "oui"}
    assert "Ce que cela donne" in words(clerk.post(ASK, changed))
    assert not BulkRun.objects.exists()


def test_the_conventions_of_others_are_not_chosen_and_their_runs_not_read(
    clerk: Client, colleague: User, convention: Convention, draft: Open
) -> None:
    elsewhere = Caisse.objects.create(code="AUTRE", name="Une autre caisse")
    other = draft(caisse=elsewhere, number="AILLEURS-1")
    page = confirm(clerk, asked(convention, other, wanted=f"assign:{colleague.pk}"))
    assert BulkLine.objects.get().convention == convention
    lawyer = Client()
    lawyer.force_login(colleague)
    assert lawyer.get(page).status_code == 404
    assert somebody(caisse=convention.caisse, role="auditor").get(ASK).status_code == 403


def test_all_that_a_list_finds_is_chosen_up_to_what_a_person_reads(
    clerk: Client, convention: Convention, draft: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        draft(number=f"B-{number}")
    page = clerk.get(f"{ASK}?tous=1&etat=draft&liste=etat%3Ddraft")
    assert "3 conventions choisies" in words(page)
    monkeypatch.setattr("desk.portfolio.bulk.MOST", 2)
    assert "Cette liste a plus de 2 conventions" in words(clerk.get(f"{ASK}?tous=1&etat=draft"))
    assert bulk_runs.MOST == 500


@pytest.mark.parametrize(
    "answers",
    [
        {"wanted": ""},
        {"wanted": "assign:999999"},
        {"wanted": "letter:inconnu"},
        {"wanted": "assign:\0"},
        {"wanted": "letter:fin-convention", "identifier": "x"},
        {"choix": ["x", "-1", "9" * 30, "\0"], "wanted": "letter:fin-convention"},
    ],
)
def test_answers_that_mean_nothing_do_nothing(
    clerk: Client, convention: Convention, answers: dict[str, Any]
) -> None:
    full = asked(convention) | answers
    for more in ({}, {"confirm": "oui", "shown": str(answers["wanted"])}):
        assert clerk.post(ASK, full | more).status_code == 200
    assert not BulkRun.objects.exists()
