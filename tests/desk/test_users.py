"""The pages of the named users: one right and its life, the list of all, who had access."""

import csv
from io import StringIO

import pytest
from django.test import Client

from access.models import Habilitation
from access.services.habilitations import grant
from contracts.models import (
    Caisse,
    Convention,
    Person,
    User,
)
from tests.access.acting import happens
from tests.desk.habilitated import (
    BEFORE,
    Move,
    clerk,
    event_of,
    habilitation,
    lawyer,
    page_of,
    person,
)
from tests.desk.pages import somebody, words
from tests.portfolio import record
from workflows import clock

__all__ = ["clerk", "habilitation", "lawyer", "person"]

pytestmark = pytest.mark.django_db


def test_the_page_says_who_what_and_what_the_portal_answers(
    clerk: Client, habilitation: Habilitation
) -> None:
    page = words(clerk.get(page_of(habilitation)))
    assert "Claude Essai" in page
    assert habilitation.convention.rules.services[0].label in page
    assert habilitation.convention.number in page
    assert habilitation.account.identifier in page
    assert "Compte dans l’annuaire ouvert" in page
    assert "Accès ouvert. (article 4-2)" in page
    assert "Aucune fin en vue." in page
    assert "Habilitation accordée" in page
    assert (
        page_of(habilitation)
        in clerk.get(f"/conventions/{habilitation.convention_id}/").content.decode()
    )


def test_the_page_says_when_the_directory_is_still_to_follow(
    clerk: Client, habilitation: Habilitation
) -> None:
    happens(habilitation, "user_suspended", "2024-02-01", reason="Essai")
    page = words(clerk.get(page_of(habilitation)))
    assert "L’annuaire doit suivre Il doit devenir : verrouillé." in page
    assert "Fermé L’habilitation est suspendue." in page
    assert "temporaire, Essai" in page


def test_an_announced_end_is_in_the_life_to_come(
    clerk: Client, habilitation: Habilitation, today: Move
) -> None:
    happens(habilitation, "departure", "2024-02-20")
    page = words(clerk.get(page_of(habilitation)))
    assert "Valable jusqu’au 19 février 2024 dans 18 jours , compris." in page
    assert "20/02/2024 à venir, dans 19 jours Fermeture" in page
    assert "Départ de l’utilisateur" in page


def test_an_auditor_reads_and_records_nothing(caisse: Caisse, habilitation: Habilitation) -> None:
    auditor = somebody(caisse, "auditor")
    assert "Enregistrer un événement" not in words(auditor.get(page_of(habilitation)))
    listed = words(auditor.get(f"{page_of(habilitation)}evenements/"))
    assert "Votre rôle permet de lire" in listed
    for kind in ("user_suspended", "departure", "credentials_lost"):
        path = event_of(habilitation, kind)
        assert auditor.get(path).status_code == 403
        assert auditor.post(path, {"on": "2024-02-01"}).status_code == 403
    assert words(auditor.get("/utilisateurs/"))
    assert habilitation.acts.count() == BEFORE


def test_another_caisse_s_users_do_not_exist(habilitation: Habilitation) -> None:
    elsewhere = somebody(Caisse.objects.create(code="CAISSE2", name="Autre"), "director")
    for path in ("", "evenements/", "evenements/departure/", "annulations/granted/", "pieces/1/"):
        assert elsewhere.get(f"{page_of(habilitation)}{path}").status_code == 404
    assert "Claude Essai" not in words(elsewhere.get("/utilisateurs/"))
    found = elsewhere.get("/utilisateurs/acces-au/?le=2024-02-01")
    assert "Personne n’avait accès" in words(found)


def test_what_does_not_exist_is_not_found(clerk: Client, habilitation: Habilitation) -> None:
    assert clerk.get(event_of(habilitation, "granted")).status_code == 404
    assert clerk.get(event_of(habilitation, "inconnu")).status_code == 404
    other = f"/conventions/{habilitation.convention_id}/utilisateurs/{'9' * 30}/"
    assert clerk.get(other).status_code == 404
    assert clerk.get(f"{page_of(habilitation)}pieces/{'9' * 30}/").status_code == 404


def test_a_partner_s_person_sees_none_of_it(client: Client, habilitation: Habilitation) -> None:
    client.force_login(User.objects.create_user("direction@structure.example"))
    assert client.get("/utilisateurs/").status_code == 403
    assert client.get("/utilisateurs/export.csv").status_code == 403
    assert client.get("/utilisateurs/acces-au/?le=2024-02-01").status_code == 403
    assert client.get(page_of(habilitation)).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=essai", True),
        ("q=claude+essai", True),
        ("q=commune", True),
        ("q=zzz", False),
        ("etat=credentials_sent", True),
        ("etat=closed", False),
        ("etat=inconnu", True),
        ("caisse=CAISSE1", True),
        ("caisse=AUTRE", True),
        ("etat=inactivite", False),
        ("etat=bientot", False),
        ("page=abc", True),
    ],
)
def test_the_list_is_narrowed_and_never_fails(
    clerk: Client, habilitation: Habilitation, query: str, found: bool
) -> None:
    page = words(clerk.get(f"/utilisateurs/?{query}"))
    assert ("Claude Essai" in page) == found


def test_the_list_is_found_by_identifier_and_service(
    clerk: Client, habilitation: Habilitation
) -> None:
    for query in (f"q={habilitation.account.identifier}", f"service={habilitation.service}"):
        assert "Claude Essai" in words(clerk.get(f"/utilisateurs/?{query}"))


def test_the_list_is_also_a_whole_file(
    clerk: Client, habilitation: Habilitation, convention: Convention
) -> None:
    for number in range(30):
        person = Person.objects.create(last_name=f"=N{number:02}")
        grant(convention, person, habilitation.service, None, clock.today())
    assert "Page 1 sur 2" in words(clerk.get("/utilisateurs/"))
    response = clerk.get("/utilisateurs/export.csv?q=commune")
    assert response.streaming
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text), delimiter=";"))
    assert len(rows) == 31
    assert {row["nom"][0] for row in rows} == {"'", "E"}


def test_who_had_access_is_asked_by_day_and_by_what_was_known(
    clerk: Client, habilitation: Habilitation, today: Move
) -> None:
    today("2024-03-01")
    happens(habilitation, "user_suspended", "2024-02-10", reason="Essai")
    path = "/utilisateurs/acces-au/"
    assert "Voir qui avait accès" in words(clerk.get(path))
    assert "Personne n’avait accès" in words(clerk.get(f"{path}?le=2024-02-15"))
    known = words(clerk.get(f"{path}?le=2024-02-15&connu=2024-02-20T12:00"))
    assert "Claude Essai" in known
    assert "tel qu’on le savait le 20 février 2024 à 12 h 00" in known
    now = words(clerk.get(f"{path}?le=2024-02-09"))
    assert "depuis le 1er février 2024 , jusqu’au 9 février 2024 compris" in now
    assert "article 4-2" in now
    response = clerk.get(f"{path}export.csv?le=2024-02-15&connu=2024-02-20T12:00")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(StringIO(text), delimiter=";")
    assert row["tel que connu le"] == "2024-02-20T12:00:00+01:00"
    assert row["convention"] == habilitation.convention.number


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("le=2024-02-30", "Cette date n’existe pas"),
        ("le=", "Indiquez le jour"),
        ("le=0001-01-01", "Hors des années connues"),
        ("le=2024-02-01&connu=hier", "Cet instant n’existe pas"),
        ("le=2024-02-01&connu=2030-01-01T00:00", "Cet instant est à venir"),
        ("le=2024-02-01&service=autre", "Sélectionnez un choix valide"),
    ],
)
def test_a_question_that_cannot_be_read_says_what_is_wrong(
    clerk: Client, habilitation: Habilitation, query: str, said: str
) -> None:
    for path in ("/utilisateurs/acces-au/", "/utilisateurs/acces-au/export.csv"):
        assert said in words(clerk.get(f"{path}?{query}"), 422)


def test_the_register_is_read_page_after_page(
    clerk: Client, habilitation: Habilitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.users.register_views.ROWS_A_PAGE", 1)
    other = Person.objects.create(first_name="Dominique", last_name="Exemple")
    grant(habilitation.convention, other, habilitation.service, None, clock.today())
    first = clerk.get("/utilisateurs/acces-au/?le=2024-02-01")
    assert "Dominique Exemple" not in words(first)
    second = words(
        clerk.get(f"/utilisateurs/acces-au/?le=2024-02-01&apres={first.context['next']}")
    )
    assert "Dominique Exemple" in second
    assert "Claude Essai" not in second
    assert "Claude Essai" in words(clerk.get("/utilisateurs/acces-au/?le=2024-02-01&apres=x-1"))


def test_the_end_of_the_convention_is_the_end_of_the_right(
    clerk: Client, habilitation: Habilitation, convention: Convention
) -> None:
    record(
        convention,
        "mutual_termination",
        "2024-02-01",
        last_day="2024-06-30",
        agreed_by=["caisse", "partner"],
    )
    page = words(clerk.get(page_of(habilitation)))
    assert "La convention prend fin" in page
    assert "01/07/2024 à venir" in page
    assert "se ferme le 1er juillet 2024" in words(clerk.get("/utilisateurs/"))
