"""Letters received: registered as they arrive, filed with what they do, and filed elsewhere."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from contracts.models import Caisse, Convention, IncomingLetter, LetterFiling, Partner, User
from contracts.services.incoming_letters import place_again
from tests.desk.pages import in_role, somebody, words
from tests.forms_annexes.files import a_pdf, content_of
from tests.portfolio import record

pytestmark = pytest.mark.django_db

REGISTER = "/courriers-recus/"
NEW = f"{REGISTER}nouveau/"
REGISTERED = "RK 123 456 785 FR"


@pytest.fixture
def clerk(caisse: Caisse) -> Client:
    return somebody(caisse, "back_office_agent")


@pytest.fixture
def lawyer(caisse: Caisse) -> Client:
    return somebody(caisse, "legal_officer")


@pytest.fixture
def other(draft: Callable[..., Convention], convention: Convention) -> Convention:
    """A second convention, of another partner, in force too."""
    partner = Partner.objects.create(name="Crèche Les Exemples", kind="association")
    opened = draft(partner=partner)
    record(opened, "cnil", "2024-01-12", basis="transmission", reference="T-2")
    for party in ("partner", "caisse"):
        record(opened, "signature", "2024-01-15", party=party)
    return opened


def hidden(form: Any) -> dict[str, Any]:
    values = {field.name: field.value() for field in form.hidden_fields()}
    return {name: "" if value is None else value for name, value in values.items()}


def send(client: Client, **answers: Any) -> Any:
    """The form of a letter received on 1 February 2024, as a clerk fills it."""
    told = {
        "form": "registered_letter",
        "registered_number": REGISTERED,
        "postmark_on": "2024-01-30",
        "received_on": "2024-02-01",
        "sender": "Commune d’Essai",
        "proof": SimpleUploadedFile("pli.pdf", a_pdf()),
    }
    page = client.get(NEW)
    return client.post(NEW, hidden(page.context["form"]) | told | answers)


def registered(client: Client, **answers: Any) -> IncomingLetter:
    assert send(client, **answers).status_code == 302
    return IncomingLetter.objects.latest("pk")


def under(letter: IncomingLetter, convention: Convention, effect: str) -> str:
    return f"{REGISTER}{letter.pk}/conventions/{convention.pk}/{effect}/"


def confirm(client: Client, address: str, **answers: Any) -> Any:
    """Read what it changes, then confirm what was shown."""
    shown = client.get(address).context["form"]
    if answers:
        shown = client.post(address, hidden(shown) | answers).context["form"]
    return client.post(address, hidden(shown) | answers | {"confirm": "oui"})


def test_a_notice_received_is_registered_then_ends_the_convention_with_its_proof(
    clerk: Client, convention: Convention
) -> None:
    letter = registered(clerk)
    assert (letter.reference, letter.registered_number) == ("2024-00001", "RK123456785FR")
    page = words(clerk.get(f"{REGISTER}{letter.pk}/"))
    assert "À rattacher" in page
    assert f"Que fait-il à {convention.number} ?" in page

    address = under(letter, convention, "notice")
    shown = words(clerk.get(address))
    assert "La dénonciation est à temps" in shown
    assert "dernier jour en vigueur le 14 janvier 2025" in shown
    assert LetterFiling.objects.count() == 0

    assert confirm(clerk, address).status_code == 302
    convention.refresh_from_db()
    assert convention.state == "notice_given"
    made = list(convention.acts.order_by("revision"))[3:]
    told = [(row.kind, row.on.isoformat()) for row in made]
    assert told == [
        ("notice", "2024-01-30"),
        ("letter_posted", "2024-01-30"),
        ("letter_delivered", "2024-02-01"),
    ]
    assert {file.pk for row in made for file in row.evidence.all()} == {letter.file_id}
    assert LetterFiling.objects.get().act == made[0]
    assert "Classé" in words(clerk.get(f"{REGISTER}{letter.pk}/"))


def test_letters_are_numbered_in_the_order_of_their_arrival_and_once_each(
    clerk: Client, convention: Convention
) -> None:
    page = hidden(clerk.get(NEW).context["form"])
    for _ in range(2):
        assert send(clerk, identifier=page["identifier"]).status_code == 302
    assert IncomingLetter.objects.count() == 1

    refused = send(clerk)
    assert refused.status_code == 422
    assert "déjà enregistré sous le n° 2024-00001" in words(refused, 422)

    second = registered(clerk, registered_number="1A 234 567 890 12", sender="Inconnue")
    assert second.reference == "2024-00002"
    waiting = words(clerk.get(f"{REGISTER}?situation=to_file"))
    assert "2024-00001" in waiting
    assert waiting.index("2024-00002") < waiting.index("2024-00001")
    file = b"".join(clerk.get(f"{REGISTER}registre.csv")).decode()
    assert file.count("\n") == 3
    assert "1A23456789012" in file


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"registered_number": "RK 123 456 784 FR"}, "La clé de ce numéro n’est pas la bonne"),
    ({"registered_number": "1A 234 567"}, "signes au lieu de 13"),
    ({"registered_number": "é" * 20}, "lettres sans accent"),
    ({"registered_number": ""}, "Un recommandé a un numéro"),
    ({"received_on": "2024-02-02"}, "Cette date est à venir"),
    ({"received_on": "31/02/2024"}, "Cette date ne se lit pas"),
    ({"received_on": "0001-01-01", "postmark_on": ""}, "trop ancienne"),
    ({"postmark_on": "2024-02-01", "received_on": "2024-01-30"}, "postérieur à la réception"),
    ({"sender": "Mme 1 85 05 78 006 084 91"}, "numéro de sécurité sociale"),
    ({"sender": "x\0y"}, "nul"),
    ({"sender": "x" * 251}, "250"),
    ({"proof": SimpleUploadedFile("pli.pdf", b"not a pdf")}, "n’est pas un fichier PDF"),
    ({"proof": ""}, "Joignez la numérisation"),
    ({"identifier": "x"}, "Rechargez cette page"),
    ({"form": "pigeon"}, "pigeon"),
]


def test_what_cannot_be_is_said_beside_its_field_and_not_stored(
    clerk: Client, convention: Convention
) -> None:
    for wrong, said in WRONG:
        assert said in words(send(clerk, **wrong), 422), wrong
    assert not IncomingLetter.objects.exists()


def test_a_scan_is_not_asked_for_twice_when_something_else_is_wrong(
    clerk: Client, convention: Convention
) -> None:
    refused = send(clerk, sender="")
    assert "Pli déjà joint : pli.pdf" in words(refused, 422)
    kept = hidden(refused.context["form"])
    assert send(clerk, **kept, proof="").status_code == 302


def test_a_letter_of_nobody_yet_waits_and_a_doubtful_one_is_for_a_lawyer(
    clerk: Client, lawyer: Client, convention: Convention
) -> None:
    letter = registered(clerk, sender="Association introuvable")
    page = words(clerk.get(f"{REGISTER}{letter.pk}/"))
    assert "Aucune de vos conventions ne répond à ces mots" in page
    assert convention.number in words(clerk.get(f"{REGISTER}{letter.pk}/?q=214 202 798"))
    found = words(clerk.get(f"{REGISTER}{letter.pk}/?q=essai"))
    assert "Un juriste ou un directeur de la caisse peut l’enregistrer." in found

    assert "À rattacher 1 courrier reçu" in words(clerk.get("/"))
    assert clerk.get(under(letter, convention, "formal_notice")).status_code == 403
    assert confirm(clerk, under(letter, convention, "to_qualify")).status_code == 302
    assert "2024-00001" in words(clerk.get(f"{REGISTER}?situation=to_qualify"))

    assert "À qualifier 1 courrier reçu" in words(lawyer.get("/"))
    answered = confirm(lawyer, under(letter, convention, "reply"), why_moved="Simple réponse.")
    assert answered.status_code == 302
    assert convention.acts.count() == 3
    assert [one.effect for one in letter.filings.all()] == ["to_qualify", "reply"]


def test_a_letter_found_at_the_wrong_convention_is_taken_to_the_right_one_with_a_reason(
    clerk: Client, lawyer: Client, convention: Convention, other: Convention
) -> None:
    letter = registered(clerk)
    assert confirm(clerk, under(letter, convention, "notice")).status_code == 302

    assert clerk.get(under(letter, other, "notice")).status_code == 403
    address = under(letter, other, "notice")
    first = hidden(lawyer.get(address).context["form"])
    assert "obligatoire" in words(lawyer.post(address, first | {"confirm": "oui"}), 422)
    shown = lawyer.post(address, first | {"why_moved": "Lettre de la crèche."})
    assert f"Sur {convention.number} , ce que ce courrier avait enregistré est annulé" in words(
        shown
    )
    moved = {"why_moved": "Lettre de la crèche.", "confirm": "oui"}
    answers = hidden(shown.context["form"]) | moved
    assert lawyer.post(address, answers).status_code == 302
    assert lawyer.post(address, answers).status_code == 302

    for one in (convention, other):
        one.refresh_from_db()
    assert (convention.state, other.state) == ("active", "notice_given")
    assert letter.filings.count() == 2
    place = letter.place
    place.refresh_from_db()
    assert (place.convention, place.standing) == (other, "filed")
    again = place_again(letter)
    assert (again.convention, again.standing) == (other, "filed")
    # Its page says it, and that of the convention it left does not.
    page = f"/courriers-recus/{letter.pk}/"
    assert page in clerk.get(f"/conventions/{other.pk}/").content.decode()
    assert page not in clerk.get(f"/conventions/{convention.pk}/").content.decode()


def test_a_page_left_open_is_told_that_the_letter_was_filed_meanwhile(
    clerk: Client, convention: Convention
) -> None:
    letter = registered(clerk)
    address = under(letter, convention, "reply")
    late = hidden(clerk.get(address).context["form"]) | {"confirm": "oui"}
    assert confirm(clerk, under(letter, convention, "other")).status_code == 302
    late["why_moved"] = "Réponse au courrier précédent."
    shown = clerk.post(address, late)
    assert "Rien n’est enregistré" not in words(shown)
    again = hidden(shown.context["form"]) | {"why_moved": late["why_moved"], "confirm": "oui"}
    assert "vient d’être classé par quelqu’un d’autre" in words(clerk.post(address, again), 422)
    assert letter.filings.count() == 1


def test_letters_are_for_the_caisse_that_received_them(
    clerk: Client, convention: Convention, agent: User, client: Client
) -> None:
    letter = registered(clerk)
    elsewhere = Caisse.objects.create(code="CAISSE2", name="Autre caisse d’essai")
    stranger = in_role(agent, elsewhere, "legal_officer", client)
    assert stranger.get(f"{REGISTER}{letter.pk}/").status_code == 404
    assert stranger.get(f"{REGISTER}{letter.pk}/pli/").status_code == 404
    assert stranger.get(under(letter, convention, "notice")).status_code == 404
    assert "2024-00001" not in words(stranger.get(REGISTER))
    auditor = somebody(letter.caisse, "auditor")
    assert auditor.get(NEW).status_code == 403
    assert "De qui est-il" not in words(auditor.get(f"{REGISTER}{letter.pk}/"))
    assert content_of(auditor.get(f"{REGISTER}{letter.pk}/pli/")) == a_pdf()


def test_the_register_takes_any_question(clerk: Client, convention: Convention) -> None:
    letter = registered(clerk)
    for query in (
        "q=%00",
        "q=" + "x" * 3000,
        "avant=abc",
        "avant=" + "9" * 40,
        "du=hier",
        "situation=x",
        "du=2024-02-01&au=2024-01-01",
        "q=2024-99999999999",
        "convention=x",
    ):
        assert clerk.get(f"{REGISTER}?{query}").status_code in (200, 422)
        assert clerk.get(f"{REGISTER}{letter.pk}/?{query}").status_code == 200


def test_what_was_registered_is_never_changed(clerk: Client, convention: Convention) -> None:
    letter = registered(clerk)
    for rows in (IncomingLetter.objects.filter(pk=letter.pk), letter.filings.all()):
        if not rows:
            confirm(clerk, under(letter, convention, "other"))
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows.update(author=None)


def test_the_register_asks_few_questions(
    clerk: Client, convention: Convention, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in ("1A23456789012", "1A23456789013", "1A23456789014"):
        letter = registered(clerk, registered_number=number)
        confirm(clerk, under(letter, convention, "other"))
    with django_assert_max_num_queries(20):
        clerk.get(REGISTER)
    with django_assert_max_num_queries(20):
        clerk.get(f"{REGISTER}{letter.pk}/?rattacher=oui")
