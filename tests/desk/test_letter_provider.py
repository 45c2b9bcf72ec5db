"""Letters handed over to a provider by files, and the statuses that come back, in any state."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from contracts.models import (
    Agent,
    Convention,
    EvidenceFile,
    IssuedDocument,
    OutgoingLetter,
    ProviderStatus,
    User,
)
from contracts.services.letter_statuses import read_statuses
from tests.desk.pages import words
from tests.desk.test_outgoing_letters import (
    NUMBERS,
    REGISTER,
    clerk,
    director,
    entered,
    signed,
    tell,
    written,
)
from tests.forms_annexes.files import a_pdf
from workflows.effect_worker import drain

__all__ = ["clerk", "director", "written"]

pytestmark = pytest.mark.django_db

PAGE = f"{REGISTER}prestataire/"
HEADING = "reference;statut;date;numero;preuve\n"


@pytest.fixture
def drop(tmp_path: Path, settings: Any) -> Path:
    """The folder shared with the provider."""
    settings.TACITE_LETTER_PROVIDER = "contracts.registered_mail.file_drop.FileDrop"
    settings.TACITE_LETTER_FOLDER = tmp_path
    (tmp_path / "in").mkdir()
    return tmp_path


@pytest.fixture
def letter(
    clerk: Client, convention: Convention, written: IssuedDocument, director: Agent, drop: Path
) -> OutgoingLetter:
    """Signed, and handed over on 1 February 2024."""
    partner = convention.partner
    partner.address, partner.email = "1 rue des Essais\n60000 Exempleville", "mairie@essai.example"
    partner.save()
    letter = entered(clerk, written)
    signed(clerk, letter, director)
    answers = {"courriers": letter.pk, "electronic": "", "consent": ""}
    assert handed_over(clerk, answers).status_code == 302
    drain()
    return letter


def handed_over(clerk: Client, answers: dict[str, Any]) -> Any:
    """Tick, look at what it changes, confirm."""
    shown = clerk.post(PAGE, answers)
    if shown.status_code != 200:
        return shown
    return clerk.post(PAGE, answers | {"shown": shown.context["ready"], "confirm": "oui"})


def told(drop: Path, *rows: str, name: str = "statuts.csv", encoding: str = "utf-8") -> int:
    (drop / "in" / name).write_bytes((HEADING + "\n".join(rows) + "\n").encode(encoding))
    return read_statuses()


def kinds(letter: OutgoingLetter) -> list[str]:
    return [one.kind for one in letter.passages.order_by("place")][2:]


def report(drop: Path) -> str:
    (found,) = (drop / "done").glob("statuts.*.rapport.csv")
    return found.read_text("utf-8-sig").replace("\N{NO-BREAK SPACE}", " ")


def test_a_letter_goes_out_whole_and_once(
    clerk: Client, letter: OutgoingLetter, drop: Path
) -> None:
    manifest = json.loads((drop / "out" / f"{letter.key}.json").read_text())
    assert manifest["adresse"] == ["1 rue des Essais", "60000 Exempleville"]
    assert (manifest["forme"], manifest["courriel"]) == ("papier", "")
    # The signed letter, as it was joined.
    assert (drop / "out" / manifest["fichier"]).read_bytes() == a_pdf()
    assert sorted(path.name for path in (drop / "out").iterdir()) == [
        f"{letter.key}.json",
        f"{letter.key}.pdf",
    ]
    assert "Confié au prestataire" in words(clerk.get(f"{REGISTER}{letter.pk}/"))
    assert "Tout est posté" in words(clerk.get(f"{REGISTER}depot/")), "nobody posts it twice"
    again = clerk.post(PAGE, {"courriers": letter.pk, "electronic": "", "consent": ""})
    assert "Cochez au moins un courrier" in words(again, 422)


def test_what_a_letter_would_change_is_shown_before_it_is_handed_over(
    clerk: Client,
    written: IssuedDocument,
    director: Agent,
    drop: Path,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    letter = entered(clerk, written)
    signed(clerk, letter, director)
    answers = {"courriers": letter.pk, "electronic": "", "consent": ""}
    unseen = clerk.post(PAGE, answers | {"shown": "", "confirm": "oui"})
    page = words(unseen)
    assert "La dénonciation est à temps" in page
    assert "La convention prendra fin" in page
    assert not hasattr(OutgoingLetter.objects.get(pk=letter.pk), "deposit")
    with django_assert_max_num_queries(20):
        clerk.get(PAGE)


def test_statuses_become_the_acts_that_a_person_would_record(
    letter: OutgoingLetter, convention: Convention, drop: Path, today: Callable[[str], None]
) -> None:
    """In the wrong order, twice, with a proof that is copied at once."""
    today("2024-02-10")
    (drop / "in" / "avis.pdf").write_bytes(a_pdf())
    rows = (
        f"{letter.key};Remis;06/02/2024;{NUMBERS[0]};avis.pdf",
        f"{letter.key};présenté;2024-02-05;;",
        f"{letter.key};déposé;2024-02-02;RK 123 456 785 FR;",
        f"{letter.key};déposé;2024-02-02;RK 123 456 785 FR;",
    )
    assert told(drop, *rows, encoding="cp1252") == 3
    assert kinds(letter) == ["posted", "presented", "delivered"]
    made = list(convention.acts.order_by("revision"))[3:]
    assert [(row.kind, row.on) for row in made] == [
        ("notice", date(2024, 2, 2)),
        ("letter_posted", date(2024, 2, 2)),
        ("letter_presented", date(2024, 2, 5)),
        ("letter_delivered", date(2024, 2, 6)),
    ]
    convention.refresh_from_db()
    assert convention.state == "notice_given"
    (proof,) = made[-1].evidence.all()
    assert proof.sha256 == EvidenceFile.objects.get(pk=proof.pk).sha256
    assert proof.original_name == "avis.pdf"
    assert report(drop).count("Enregistré.") == 4

    # Read twice, it changes nothing.
    assert told(drop, *rows, name="encore.csv") == 0
    assert len(kinds(letter)) == 3
    assert list((drop / "in").glob("*.csv")) == []


BAD = (
    ("envoi-{pk};remis;2024-02-02;;avis.pdf", "« avis.pdf » n’est pas dans le dossier"),
    ("envoi-{pk};remis;2024-02-02;;", "sans sa preuve"),
    ("envoi-{pk};présenté;2024-02-02;;", "n’est pas possible"),
    ("envoi-{pk};déposé;2024-02-11;RK123456785FR;", "à venir"),
    ("envoi-{pk};déposé;2024-01-31;RK123456785FR;", "précède"),
    ("envoi-{pk};déposé;2024-02-02;RK123456784FR;", "La clé"),
    ("envoi-{pk};égaré;2024-02-02;;", "Statut « égaré » inconnu"),
    ("envoi-{pk};remis;02-2024;;", "Date « 02-2024 » illisible"),
    ("envoi-{pk};remis;2024-02-30;;", "illisible"),
    (";remis;2024-02-02;;", "Ni référence ni numéro"),
    ("envoi-999;remis;2024-02-02;;", "Aucun courrier confié"),
    ("envoi-{pk};remis;2024-02-02;;../../secret", "n’est pas dans le dossier"),
    ("envoi-{pk};remis", "illisible"),
)


def test_whatever_surprises_waits_for_a_person_and_changes_nothing(
    clerk: Client,
    letter: OutgoingLetter,
    convention: Convention,
    drop: Path,
    today: Callable[[str], None],
) -> None:
    today("2024-02-10")
    acts = convention.acts.count()
    rows = [row.format(pk=letter.pk) for row, _ in BAD]
    assert told(drop, *rows) == 0
    assert kinds(letter) == []
    assert convention.acts.count() == acts
    said = report(drop).splitlines()[1:]
    for number, ((row, why), line) in enumerate(zip(BAD, said, strict=True), start=2):
        assert line.startswith(f"{number};"), row
        assert why in line, row
    assert f"Recommandés {len(BAD)} statuts à vérifier" in words(clerk.get("/"))
    page = words(clerk.get(PAGE))
    assert all(why.replace("\N{NO-BREAK SPACE}", " ") in page for _, why in BAD)

    status = ProviderStatus.objects.get(line=2)
    assert clerk.post(f"{PAGE}{status.pk}/suite/", {"why": " "}).status_code == 302
    assert clerk.post(f"{PAGE}{status.pk}/suite/", {"why": "Preuve réclamée"}).status_code == 302
    status.refresh_from_db()
    assert status.settled_why == "Preuve réclamée"
    assert f"{len(BAD) - 1} statuts" in words(clerk.get("/"))


def test_a_row_that_came_too_early_is_recorded_once_the_missing_one_has_come(
    letter: OutgoingLetter, drop: Path, today: Callable[[str], None]
) -> None:
    today("2024-02-10")
    (drop / "in" / "avis.pdf").write_bytes(a_pdf())
    assert told(drop, f"{letter.key};remis;2024-02-06;;avis.pdf") == 0
    assert not (drop / "in" / "avis.pdf").exists(), "copied, then put away"
    assert told(drop, f"{letter.key};déposé;2024-02-02;{NUMBERS[0]};", name="b.csv") == 2
    assert kinds(letter) == ["posted", "delivered"]


def test_a_status_under_another_number_than_that_of_the_letter_waits_for_a_person(
    clerk: Client, letter: OutgoingLetter, drop: Path
) -> None:
    told(drop, f"{letter.key};déposé;2024-02-01;1A 234 567 890 12;")
    before = kinds(letter)
    told(drop, f"{letter.key};présenté;2024-02-01;1A 999 999 999 99;", name="statuts2.csv")
    assert kinds(letter) == before == ["posted"]
    assert "Le prestataire donne le numéro 1A99999999999" in words(clerk.get(PAGE))


def test_what_a_person_told_already_is_only_confirmed(
    clerk: Client, letter: OutgoingLetter, drop: Path
) -> None:
    posted = {"registered_number": NUMBERS[0], "on": "2024-02-01"}
    assert tell(clerk, letter, "posted", **posted).status_code == 302
    assert told(drop, f"{letter.key};déposé;2024-02-01;{NUMBERS[0]};") == 1
    assert kinds(letter) == ["posted"]
    assert not ProviderStatus.objects.filter(passage=None).exists()


def test_a_file_that_is_no_statuses_is_put_aside_with_its_reason(
    letter: OutgoingLetter, drop: Path
) -> None:
    (drop / "in" / "autre.csv").write_text("nom;prenom\nEssai;Camille\n")
    (drop / "in" / "image.csv").write_bytes(b"\x89PNG\x00")
    (drop / "in" / "guillemet.csv").write_text('reference;"statut\n' + "envoi-1;remis\n" * 20_000)
    assert read_statuses() == 0
    said = "".join(path.read_text() for path in (drop / "refused").glob("*.rapport.csv"))
    assert "Absentes : reference, statut, date, numero" in said.replace("\xa0", " ")
    assert "n’est pas un CSV" in said
    assert "un guillemet reste ouvert" in said
    assert list((drop / "in").iterdir()) == []


def test_an_electronic_letter_says_on_what_the_consent_rests(
    clerk: Client,
    convention: Convention,
    written: IssuedDocument,
    director: Agent,
    drop: Path,
    agent: User,
) -> None:
    letter = entered(clerk, written)
    signed(clerk, letter, director)
    answers = {"courriers": letter.pk, "electronic": "oui", "consent": ""}
    assert "Dites d’où vient l’accord" in words(clerk.post(PAGE, answers), 422)
    answers["consent"] = "Courriel du 15 janvier 2024"
    said = words(handed_over(clerk, answers), 422)
    assert "adresse électronique du partenaire n’est pas connue" in said
    convention.partner.email = "mairie@essai.example"
    convention.partner.save()
    assert handed_over(clerk, answers).status_code == 302
    drain()
    manifest = json.loads((drop / "out" / f"{letter.key}.json").read_text())
    assert (manifest["forme"], manifest["adresse"]) == ("electronique", [])
    assert told(drop, f"{letter.key};déposé;2024-02-01;7c9e6679-7425-40de;") == 1
    assert kinds(letter) == ["posted_electronic"]
    assert letter.passages.get(kind="posted_electronic").comment == answers["consent"]


def test_a_folder_that_cannot_be_read_is_said_and_the_page_stays(
    clerk: Client, drop: Path, settings: Any
) -> None:
    settings.TACITE_LETTER_FOLDER = drop / "fichier"
    settings.TACITE_LETTER_FOLDER.write_text("")
    said = words(clerk.post(f"{PAGE}releve/", follow=True))
    assert "n’a pas pu être lu" in said
    with pytest.raises(CommandError, match="TACITE_LETTER_FOLDER"):
        call_command("letter_statuses")


def test_the_pages_are_for_those_who_send(client: Client, drop: Path) -> None:
    assert client.get(PAGE).status_code == 302
