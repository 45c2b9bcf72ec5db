"""Letters sent: signed under a power, posted with a number, proven by what comes back."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from contracts.letter_circuit import NotNow, possible_after, standing_after
from contracts.models import (
    AddressChange,
    Agent,
    Caisse,
    Convention,
    IssuedDocument,
    LetterPassage,
    OutgoingLetter,
    Person,
    Power,
    User,
)
from contracts.services.documents import issue
from contracts.services.letters import letter_proposal, proposed_document
from contracts.services.outgoing_letters import put_again
from tests.desk.pages import in_role, somebody, words
from tests.forms_annexes.files import a_pdf, content_of
from workflows import clock

pytestmark = pytest.mark.django_db

REGISTER = "/courriers-envoyes/"
POSTING = f"{REGISTER}depot/"
NUMBERS = ("RK123456785FR", "1A23456789012")
BREACH = {"obligation": "7-1", "breach": "Un mot de passe a été prêté."}


@pytest.fixture
def clerk(caisse: Caisse) -> Client:
    return somebody(caisse, "back_office_agent")


@pytest.fixture
def director(caisse: Caisse) -> Agent:
    """The director, who may sign letters from 1 January to 31 March 2024."""
    user = User.objects.create_user("direction@caisse.example")
    person = Person.objects.create(first_name="Alix", last_name="Exemple")
    agent = Agent.objects.create(caisse=caisse, person=person, user=user, title="directrice")
    Power.objects.create(
        agent=agent,
        kind=Power.Kind.SIGN_LETTERS,
        delegation_reference="Délégation 2024-3",
        first_day=date(2024, 1, 1),
        last_day=date(2024, 3, 31),
    )
    return agent


@pytest.fixture
def written(convention: Convention, agent: User) -> IssuedDocument:
    """A letter by which the caisse declines the next term, issued on 1 February 2024."""
    return a_letter(convention, agent, "denonciation")


def a_letter(convention: Convention, author: User, code: str, **typed: str) -> IssuedDocument:
    proposal = letter_proposal(convention, code)
    signed = ("Alix Exemple", "directrice")
    document = proposed_document(convention, proposal, typed, signatory=signed)
    return issue(convention, document, author)


def hidden(form: Any) -> dict[str, Any]:
    values = {field.name: field.value() for field in form.hidden_fields()}
    return {name: "" if value is None else value for name, value in values.items()}


def entered(client: Client, issued: IssuedDocument) -> OutgoingLetter:
    address = f"{REGISTER}conventions/{issued.convention_id}/emis/{issued.pk}/"
    for _ in range(2):
        assert client.post(address).status_code == 302
    return OutgoingLetter.objects.get(issued=issued)


def tell(client: Client, letter: OutgoingLetter, kind: str, **answers: Any) -> Any:
    """Fill the page of a passage; confirm what it shows, where it shows something."""
    address = f"{REGISTER}{letter.pk}/passages/{kind}/"
    first = client.post(address, hidden(client.get(address).context["form"]) | answers)
    if first.status_code != 200:
        return first
    again = {name: value for name, value in answers.items() if name != "proof"}
    return client.post(address, hidden(first.context["form"]) | again | {"confirm": "oui"})


def scanned(name: str = "avis.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_pdf())


def signed(client: Client, letter: OutgoingLetter, director: Agent) -> None:
    answers = {"signatory": director.pk, "on": "2024-02-01", "proof": scanned("signee.pdf")}
    assert tell(client, letter, "signed", **answers).status_code == 302


def test_the_standing_of_a_letter_is_read_from_its_passages() -> None:
    assert standing_after(()) == "prepared"
    assert standing_after(("submitted", "returned", "submitted", "signed")) == "to_post"
    told = ("submitted", "signed", "posted", "presented")
    assert standing_after(told) == "proof_awaited"
    outcomes = ("delivered", "refused", "unclaimed", "undeliverable")
    assert possible_after(told) == (*outcomes, "proof_lost")
    assert standing_after((*told, "proof_lost")) == "proof_lost"
    assert possible_after((*told, "proof_lost")) == outcomes
    assert standing_after((*told, "refused")) == "proven"
    assert standing_after(("submitted", "signed", "posted_plain")) == "sent"
    for wrong in (("signed",), ("submitted", "posted"), (*told, "presented"), (*told, "given_up")):
        with pytest.raises(NotNow):
            standing_after(wrong)


def test_a_notice_of_the_caisse_goes_from_the_signature_to_its_proof(
    clerk: Client, convention: Convention, written: IssuedDocument, director: Agent
) -> None:
    assert "Mettre à la signature" in words(clerk.get(f"/conventions/{convention.pk}/courriers/"))
    letter = entered(clerk, written)
    assert "À signer" in words(clerk.get(f"{REGISTER}{letter.pk}/"))
    signed(clerk, letter, director)
    assert "À poster 1 courrier signé" in words(clerk.get("/"))

    address = f"{REGISTER}{letter.pk}/passages/posted/"
    posted = {"registered_number": "rk 123 456 785 fr", "on": "2024-02-01"}
    first = clerk.post(address, hidden(clerk.get(address).context["form"]) | posted)
    shown = words(first)
    assert "La dénonciation est à temps" in shown
    assert "Confirmer, la convention prendra fin" in shown
    assert convention.acts.count() == 3
    confirmed = hidden(first.context["form"]) | posted | {"confirm": "oui"}
    for _ in range(2):
        assert clerk.post(address, confirmed).status_code == 302

    convention.refresh_from_db()
    assert convention.state == "notice_given"
    assert "Preuve attendue" in words(clerk.get(f"{REGISTER}?situation=proof_awaited"))
    answers = {"on": "2024-02-01", "proof": scanned()}
    assert tell(clerk, letter, "delivered", **answers).status_code == 302

    made = list(convention.acts.order_by("revision"))[3:]
    assert [row.kind for row in made] == ["notice", "letter_posted", "letter_delivered"]
    assert len({row.payload["letter"] for row in made}) == 1
    assert [file.original_name for file in made[-1].evidence.all()] == ["avis.pdf"]
    letter.refresh_from_db()
    assert (letter.standing, letter.registered_number) == ("proven", "RK123456785FR")
    cached = OutgoingLetter.objects.values().get(pk=letter.pk)
    put_again(letter)
    assert OutgoingLetter.objects.values().get(pk=letter.pk) == cached
    page = words(clerk.get(f"{REGISTER}{letter.pk}/"))
    assert "Alix Exemple, directrice Délégation 2024-3" in page
    given = clerk.get(f"{REGISTER}{letter.pk}/preuves/4/")
    assert content_of(given) == a_pdf()


def test_who_signs_has_the_power_that_day_and_another_s_signature_is_proven(
    clerk: Client, client: Client, written: IssuedDocument, director: Agent, today: Any
) -> None:
    letter = entered(clerk, written)
    unproven = tell(clerk, letter, "signed", signatory=director.pk, on="2024-02-01")
    assert "Joignez la lettre signée" in words(unproven, 422)
    today("2024-04-10")
    late = {"signatory": director.pk, "on": "2024-04-10", "proof": scanned()}
    said = words(tell(clerk, letter, "signed", **late), 422)
    assert "n’avait pas ce jour-là le pouvoir" in said
    assert "« Délégation 2024-3 » va du 1er janvier 2024 au 31 mars 2024" in said

    assert director.user is not None
    own = in_role(director.user, letter.caisse, "director", client)
    returned = tell(own, letter, "returned", on="2024-04-10", comment="")
    assert "Dites pourquoi" in words(returned, 422)
    assert tell(own, letter, "returned", on="2024-04-10", comment="Date à revoir.").status_code
    assert "Renvoyé par le signataire" in words(clerk.get(f"{REGISTER}{letter.pk}/"))
    refused = tell(own, letter, "signed", signatory=director.pk, on="2024-04-10")
    assert "n’est pas possible" in words(refused, 422)
    assert not LetterPassage.objects.filter(kind="signed").exists()


def test_many_letters_are_posted_line_by_line_with_a_result_each(
    clerk: Client, convention: Convention, written: IssuedDocument, director: Agent, agent: User
) -> None:
    breach = a_letter(convention, agent, "mise-en-demeure", **BREACH)
    letters = [entered(clerk, issued) for issued in (written, breach)]
    lawyer = somebody(convention.caisse, "legal_officer")
    signed(clerk, letters[0], director)
    answers = {"signatory": director.pk, "on": "2024-02-01", "proof": scanned()}
    alone = tell(clerk, letters[1], "signed", **answers)
    assert "un juriste ou un directeur de la caisse enregistre sa signature" in words(alone, 422)
    signed(lawyer, letters[1], director)

    page = clerk.get(POSTING)
    kept = {f"envoi-{row.letter.pk}": row.identifier for row in page.context["rows"]}
    numbers = {f"numero-{letter.pk}": NUMBERS[0] for letter in letters}
    twice = clerk.post(POSTING, kept | numbers | {"jour": "2024-02-01"})
    assert f"Le numéro {NUMBERS[0]} est déjà sur une autre ligne" in words(twice, 422)
    numbers[f"numero-{letters[1].pk}"] = NUMBERS[1]
    told = kept | numbers | {"jour": "2024-02-01"}
    shown = clerk.post(POSTING, told)
    assert "La convention prendra fin" in words(shown)
    assert convention.acts.count() == 3
    # What was not shown is not confirmed.
    unseen = clerk.post(POSTING, told | {"shown": "x", "confirm": "oui"})
    assert "Confirmer, ces 2 courriers sont postés" in words(unseen)

    done = clerk.post(POSTING, told | {"shown": shown.context["shown"], "confirm": "oui"})
    assert words(done).count("Posté ") == 2
    assert {letter.standing for letter in OutgoingLetter.objects.all()} == {"proof_awaited"}
    moved = {"address": "1 rue d’Avant, 84000 Exempleville", "first_day": "2023-05-01"}
    later = {"address": "2 rue d’Après, 84000 Exempleville", "first_day": "2024-05-01"}
    for new in (moved, later):
        AddressChange.objects.create(partner=convention.partner, recorded_at=clock.now(), **new)
    slip = words(clerk.get(f"{REGISTER}bordereau/?jour=2024-02-01"))
    assert "1 rue d’Avant" in slip
    assert "2 rue d’Après" not in slip
    assert "2 recommandés déposés ce jour" in slip
    file = b"".join(clerk.get(f"{REGISTER}registre.csv")).decode()
    assert all(number in file for number in NUMBERS)
    again = clerk.post(POSTING, told | {"shown": shown.context["shown"], "confirm": "oui"})
    assert "Tout est posté" in words(again)
    assert convention.acts.count() == 7


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("posted", {"registered_number": "RK123456784FR", "on": "2024-02-01"}, "La clé"),
    ("posted", {"registered_number": "", "on": "2024-02-01"}, "obligatoire"),
    ("posted", {"registered_number": "x\0y", "on": "2024-02-01"}, "nul"),
    ("posted", {"registered_number": "é" * 70, "on": "2024-02-01"}, "60"),
    ("posted", {"registered_number": NUMBERS[0], "on": "2024-02-02"}, "à venir"),
    ("posted", {"registered_number": NUMBERS[0], "on": "2024-01-31"}, "précède"),
    ("posted", {"registered_number": NUMBERS[0], "on": "hier"}, "date"),
    ("posted", {"registered_number": NUMBERS[0], "identifier": "x"}, "Rechargez"),
    ("given_up", {"on": "2024-02-01", "comment": "1 85 05 78 006 084 91"}, "sécurité sociale"),
    ("delivered", {"on": "2024-02-01"}, "n’est pas possible"),
]


def test_a_letter_that_ends_the_convention_is_decided_by_two_people(
    caisse: Caisse, convention: Convention, director: Agent, agent: User
) -> None:
    lawyer = somebody(caisse, "legal_officer")
    breach = a_letter(convention, agent, "mise-en-demeure", **BREACH)
    letter = entered(lawyer, breach)
    answers = {"signatory": director.pk, "on": "2024-02-01", "proof": scanned()}
    said = words(tell(lawyer, letter, "signed", **answers), 422)
    assert "une autre personne que celle qui l’a mis à la signature" in said
    assert letter.passages.count() == 1


def test_what_cannot_be_is_said_and_nothing_is_stored(
    clerk: Client, convention: Convention, written: IssuedDocument, director: Agent
) -> None:
    letter = entered(clerk, written)
    signed(clerk, letter, director)
    for kind, wrong, said in WRONG:
        assert said in words(tell(clerk, letter, kind, **wrong), 422), wrong
    bad = {"jour": "2024-13-01", f"numero-{letter.pk}": "1A2", f"envoi-{letter.pk}": "x"}
    assert clerk.post(POSTING, bad).status_code == 422
    assert clerk.post(POSTING, bad | {"jour": "2024-02-01"}).status_code == 422
    assert letter.passages.count() == 2
    assert convention.acts.count() == 3
    for query in ("q=%00", "avant=x", "du=hier", "situation=x", "jour=x", "q=" + "x" * 3000):
        assert clerk.get(f"{REGISTER}?{query}").status_code in (200, 422)
        assert clerk.get(f"{REGISTER}bordereau/?{query}").status_code in (200, 422)


def test_letters_sent_are_for_the_caisse_and_move_for_its_agents_alone(
    clerk: Client, client: Client, agent: User, written: IssuedDocument
) -> None:
    letter = entered(clerk, written)
    elsewhere = Caisse.objects.create(code="CAISSE2", name="Autre caisse d’essai")
    stranger = in_role(agent, elsewhere, "director", client)
    assert stranger.get(f"{REGISTER}{letter.pk}/").status_code == 404
    assert stranger.get(f"{REGISTER}{letter.pk}/passages/signed/").status_code == 404
    assert written.convention.number not in words(stranger.get(REGISTER))
    auditor = somebody(letter.caisse, "auditor")
    assert "La suite" not in words(auditor.get(f"{REGISTER}{letter.pk}/"))
    assert auditor.get(f"{REGISTER}{letter.pk}/passages/signed/").status_code == 403
    assert auditor.get(POSTING).status_code == 403


def test_a_passage_is_never_changed_and_a_number_never_given_twice_in_a_year(
    clerk: Client, written: IssuedDocument, director: Agent, agent: User
) -> None:
    letter = entered(clerk, written)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        letter.passages.update(comment="autre")
    posting = {
        "kind": "posted",
        "on": date(2024, 2, 1),
        "registered_number": NUMBERS[0],
        "year": 2024,
        "author": agent,
        "recorded_at": written.issued_at,
        "letter": letter,
    }
    first = "0" * 31
    LetterPassage.objects.create(identifier=f"{first}8", place=8, **posting)
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterPassage.objects.create(identifier=f"{first}9", place=9, **posting)


def test_the_pages_ask_few_questions(
    clerk: Client,
    convention: Convention,
    written: IssuedDocument,
    director: Agent,
    agent: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    breach = a_letter(convention, agent, "mise-en-demeure", **BREACH)
    lawyer = somebody(convention.caisse, "legal_officer")
    for issued in (written, breach):
        signed(lawyer, entered(clerk, issued), director)
    letter = OutgoingLetter.objects.earliest("pk")
    for page in (REGISTER, POSTING, f"{REGISTER}{letter.pk}/", f"{REGISTER}bordereau/"):
        with django_assert_max_num_queries(20):
            assert clerk.get(page).status_code == 200
