"""The queue of questions: what waits for a lawyer, what weighs, and how an answer is taken back."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from contracts.models import Caisse, Convention, OpenQuestion, User
from tests.desk.pages import in_role, somebody, words
from tests.desk.test_events import hidden
from tests.portfolio import record
from workflows.cache import verify
from workflows.sweep import sweep

Open = Callable[..., Convention]
Move = Callable[[str], None]

pytestmark = pytest.mark.django_db

REASONS = "L’échéance est le jour anniversaire."


@pytest.fixture
def doubtful(convention: Convention, today: Move) -> Convention:
    """In force since 15 January 2024; its notice is a day short of the three months."""
    return doubt(convention, today)


@pytest.fixture
def lawyer(client: Client, agent: User, caisse: Caisse) -> Client:
    return in_role(agent, caisse, "legal_officer", client)


def doubt(convention: Convention, today: Move) -> Convention:
    today("2024-10-16")
    record(convention, "notice", "2024-10-15", letter="L", by="partner", form="registered_letter")
    record(convention, "letter_posted", "2024-10-15", letter="L")
    return convention


def identity(convention: Convention) -> str:
    return str(convention.asked.get().identity)


def page_of(convention: Convention, question: str, page: str = "lectures/") -> str:
    return f"/conventions/{convention.pk}/questions/{question}/{page}"


def confirmed(client: Client, path: str, **answers: Any) -> Any:
    """Ask what an event changes, then confirm what was shown."""
    answers = hidden(client.get(path).context["form"]) | answers
    shown = hidden(client.post(path, answers).context["form"])
    return client.post(path, answers | shown | {"confirm": "oui"})


def test_a_question_stands_in_the_queue_from_the_act_that_raises_it_until_its_answer(
    doubtful: Convention,
) -> None:
    row = doubtful.asked.get()
    assert (row.kind, row.blocking, row.raised_on) == ("grey_zone", True, date(2024, 10, 15))
    # One reading ends the convention with its first year.
    assert row.matters_on == date(2025, 1, 14)
    assert list(verify()) == []

    record(doubtful, "decision", "2024-10-16", question=row.identity, answer="late", reasons="R")
    assert not OpenQuestion.objects.exists()
    assert list(verify()) == []


def test_a_question_goes_on_waiting_while_days_pass(doubtful: Convention, today: Move) -> None:
    before = doubtful.asked.get().asked
    today("2025-02-01")
    sweep(date(2025, 2, 1))
    assert doubtful.asked.get().asked == before
    assert list(verify()) == []


@pytest.mark.parametrize("tampered", [{"matters_on": None}, {"blocking": False}, None])
def test_a_tampered_queue_is_found_and_rebuilt(
    doubtful: Convention, tampered: dict[str, Any] | None
) -> None:
    right = doubtful.asked.get().asked
    rows = OpenQuestion.objects.all()
    rows.update(**tampered) if tampered else rows.delete()
    with pytest.raises(CommandError, match="--rebuild"):
        call_command("cache", "verify")
    (found,) = verify()
    assert "Dénonciation dans la zone grise" in found.differences[0]
    call_command("cache", "verify", "--rebuild")
    assert doubtful.asked.get().asked == right


def test_the_queue_tells_what_is_asked_and_by_when(lawyer: Client, doubtful: Convention) -> None:
    page = lawyer.get("/questions/")
    read = words(page)
    assert "Dénonciation dans la zone grise" in read
    assert "14 janvier 2025 dans 2 mois" in read or "14 janvier 2025 dans 90 jours" in read
    assert doubtful.number in read
    assert page_of(doubtful, identity(doubtful)) in page.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("genre=grey_zone&bloque=oui", True),
        ("bloque=non", False),
        ("genre=ambiguous_cure", False),
        ("modele=psu-msa-picardie&caisse=CAISSE1", True),
        ("genre=%00&caisse=AILLEURS&page=-7&modele=inconnu&bloque=peut-etre", True),
    ],
)
def test_the_queue_narrows_and_what_cannot_be_read_narrows_nothing(
    lawyer: Client, doubtful: Convention, query: str, found: bool
) -> None:
    read = words(lawyer.get(f"/questions/?{query}"))
    assert (doubtful.number in read) == found
    assert ("Aucune question ne répond à ces filtres" in read) != found


def test_a_question_of_another_caisse_is_neither_listed_nor_shown(doubtful: Convention) -> None:
    elsewhere = somebody(Caisse.objects.create(code="AUTRE", name="Une autre"), "legal_officer")
    asked = identity(doubtful)
    assert doubtful.number not in words(elsewhere.get("/questions/"))
    assert elsewhere.get(page_of(doubtful, asked)).status_code == 404
    assert elsewhere.get(page_of(doubtful, asked, "reouverture/")).status_code == 404
    nobody = Client()
    nobody.force_login(User.objects.create_user("partenaire@exemple.example"))
    assert nobody.get("/questions/").status_code == 403


def test_a_question_shows_what_each_reading_entails_and_what_was_decided_on_others(
    lawyer: Client, doubtful: Convention, draft: Open, today: Move
) -> None:
    other, annulled = (_decided(draft, today, number) for number in ("AUTRE-1", "AUTRE-2"))
    decision = annulled.acts.get(kind="decision")
    record(annulled, "annulment", "2024-10-17", of=decision.identifier, reason="Erreur")

    read = words(lawyer.get(page_of(doubtful, identity(doubtful))))

    assert "Dernier jour en vigueur : 14 janvier 2025" in read
    assert "La convention continue ; sa période va au 14 janvier 2025." in read
    assert f"{other.number} Commune d’Essai 17 octobre 2024" in read
    assert REASONS in read
    assert annulled.number not in read


def _decided(draft: Open, today: Move, number: str) -> Convention:
    today("2024-01-10")
    convention = draft(number=number)
    today("2024-02-01")
    record(convention, "cnil", "2024-01-12", basis="transmission", reference="T-1")
    for party in ("partner", "caisse"):
        record(convention, "signature", "2024-01-15", party=party)
    doubt(convention, today)
    asked = identity(convention)
    today("2024-10-17")
    record(convention, "decision", "2024-10-17", question=asked, answer="in_time", reasons=REASONS)
    return convention


def test_a_decision_is_taken_back_by_an_act_with_its_reason_and_the_question_is_open_again(
    lawyer: Client, doubtful: Convention
) -> None:
    asked = identity(doubtful)
    confirmed(lawyer, page_of(doubtful, asked, ""), answer="in_time", reasons=REASONS)
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.open_questions) == ("notice_given", 0)
    assert REASONS in words(lawyer.get(page_of(doubtful, asked)))

    path = page_of(doubtful, asked, "reouverture/")
    without_reason = lawyer.post(path, hidden(lawyer.get(path).context["form"]) | {"reason": " "})
    assert "Rien n’est enregistré" in words(without_reason)
    confirmed(lawyer, path, reason="Un arrêt nouveau.")

    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.open_questions) == ("active", 1)
    assert identity(doubtful) == asked
    assert doubtful.acts.filter(kind="decision").count() == 1
    assert lawyer.get(path).status_code == 404


def test_a_clerk_reads_a_question_and_neither_decides_nor_reopens_it(
    caisse: Caisse, doubtful: Convention
) -> None:
    asked, clerk = identity(doubtful), somebody(caisse, "back_office_agent")
    assert "Trancher cette question" not in words(clerk.get(page_of(doubtful, asked)))
    record(doubtful, "decision", "2024-10-16", question=asked, answer="late", reasons="R")
    assert "Rouvrir" not in words(clerk.get(page_of(doubtful, asked)))
    assert clerk.get(page_of(doubtful, asked, "reouverture/")).status_code == 403
