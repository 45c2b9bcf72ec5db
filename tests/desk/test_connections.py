"""The statistics of connections as staff read them, and the file that they take in."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from access.models import ConnectionCount, ConnectionEvent, Habilitation
from access.services.connections import accept
from access.services.habilitations import grant
from contracts.models import Caisse, Convention, Person, User, UserScope
from tests.access.connecting import told
from tests.desk.pages import in_role, somebody, words

pytestmark = pytest.mark.django_db

PAGE, IMPORT = "/connexions/", "/connexions/import/"


@pytest.fixture
def used(
    convention: Convention, today: Callable[[str], None], django_capture_on_commit_callbacks: Any
) -> Habilitation:
    """A habilitation with connections of February and March 2024, seen on 20 March."""
    Caisse.objects.update(settings={"directory": "embedded"})
    person = Person.objects.create(first_name="Claude", last_name="Essai", email="claude@x.example")
    service = convention.rules.services[0].code
    with django_capture_on_commit_callbacks(execute=True):
        habilitation = grant(convention, person, service, None, date(2024, 2, 1))
    habilitation.account.refresh_from_db()
    today("2024-03-20")
    who = habilitation.account.identifier
    outcomes = accept(
        convention.caisse,
        "api",
        [
            told(who, service, "2024-02-10T08:30"),
            *(told(who, service, f"2024-03-{day:02}T08:30") for day in range(1, 16)),
            told(who, service, "2024-03-05T08:31", "refused"),
            told("personne", service, "2024-03-05T08:32", "refused"),
        ],
    )
    assert {outcome.status for outcome in outcomes} == {"accepted"}
    return habilitation


def test_the_period_is_told_in_words_and_figures(used: Habilitation, caisse: Caisse) -> None:
    shown = words(somebody(caisse, "auditor").get(PAGE))
    assert "Période : avril 2023 à mars 2024" in shown
    assert "16 connexions , 2 tentatives refusées" in shown
    assert "mars 2024 15 2" in shown
    assert "février 2024 1 0" in shown
    assert used.convention.number in shown
    assert "Sans convention" in shown
    assert "effacé après 12 mois" in shown
    assert "Claude" not in shown


def test_what_nobody_uses_is_a_list_away(used: Habilitation, caisse: Caisse) -> None:
    auditor = somebody(caisse, "auditor")
    assert "Sans connexion depuis longtemps" not in words(auditor.get(PAGE))
    days = {"dormancy_warning_on": date(2024, 2, 20), "dormant_on": date(2024, 3, 20)}
    Habilitation.objects.filter(pk=used.pk).update(**days)
    page = auditor.get(PAGE)
    assert "1 accès que la caisse peut fermer" in words(page)
    assert "accès bientôt dans ce cas" not in words(page)
    assert "/utilisateurs/?etat=inactivite" in page.content.decode()
    assert "Claude Essai" in words(auditor.get("/utilisateurs/?etat=inactivite"))


def test_the_bars_are_as_high_as_their_figures(used: Habilitation, caisse: Caisse) -> None:
    html = somebody(caisse, "auditor").get(PAGE).content.decode()
    bars = [part for part in html.split("<rect")[1:] if "bars-connections" in part]
    heights = [int(part.split('height="')[1].split('"')[0]) for part in bars]
    assert len(heights) == 12
    assert heights[-2:] == [11, 160]
    assert set(heights[:-2]) == {0}


@pytest.mark.parametrize(
    ("query", "connections"),
    [
        ("depuis=2024-03", 15),
        ("jusqu_a=2024-02", 1),
        ("q=ESSAI", 16),
        ("q=zzz", 0),
        ("service=inconnu", 16),
    ],
)
def test_what_is_shown_is_narrowed(
    used: Habilitation, caisse: Caisse, query: str, connections: int
) -> None:
    shown = words(somebody(caisse, "auditor").get(f"{PAGE}?{query}"))
    word = "connexions" if connections > 1 else "connexion"
    assert f" {connections} {word}" in shown


def test_a_period_upside_down_is_told_beside_its_field(used: Habilitation, caisse: Caisse) -> None:
    shown = words(somebody(caisse, "auditor").get(f"{PAGE}?depuis=2024-03&jusqu_a=2024-02"))
    assert "après la fin de la période" in shown


def test_the_export_says_the_same_figures(used: Habilitation, caisse: Caisse) -> None:
    partner = used.convention.partner
    partner.name = "=1+1 Commune"
    partner.save()
    answer = somebody(caisse, "auditor").get(f"{PAGE}?depuis=2024-03&format=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    number, service = used.convention.number, used.service
    assert lines[0].startswith("mois;caisse;service;convention;partenaire")
    assert sorted(lines[1:]) == [
        f"2024-03;CAISSE1;{service};;;;0;1;0;0",
        f"2024-03;CAISSE1;{service};{number};'=1+1 Commune;;15;1;0;1",
    ]


def test_another_caisse_s_figures_do_not_exist(used: Habilitation) -> None:
    other = Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    client = somebody(other, "director")
    assert "Aucune connexion n’est encore connue" in words(client.get(PAGE))
    assert used.convention.number not in words(client.get(PAGE))


def test_a_role_of_some_services_sees_those_alone(used: Habilitation, caisse: Caisse) -> None:
    user = User.objects.create_user("partiel@caisse.example")
    UserScope.objects.create(
        user=user,
        caisse=caisse,
        role="auditor",
        services=[used.service],
        first_day=date(2024, 1, 1),
    )
    client = Client()
    client.force_login(user)
    shown = words(client.get(PAGE))
    assert used.convention.number in shown
    assert "Sans convention" not in shown
    UserScope.objects.update(services=["autre"])
    assert used.convention.number not in words(client.get(PAGE))


def test_who_is_no_staff_reads_nothing(used: Habilitation) -> None:
    client = Client()
    client.force_login(User.objects.create_user("direction@creche.example"))
    assert client.get(PAGE).status_code == 403
    assert client.get(IMPORT).status_code == 403


def test_the_number_of_queries_does_not_grow_with_the_conventions(
    used: Habilitation, caisse: Caisse, django_assert_max_num_queries: Any
) -> None:
    ConnectionCount.objects.bulk_create(
        ConnectionCount(caisse=caisse, month=date(2023, 5, 1), service=f"s{n}", connections=1)
        for n in range(60)
    )
    client = somebody(caisse, "auditor")
    with django_assert_max_num_queries(20):
        assert "Page 1 sur 3" in words(client.get(PAGE))


def a_file(used: Habilitation, *rows: str) -> SimpleUploadedFile:
    heading = "evenement;identifiant;service;instant;resultat"
    return SimpleUploadedFile("connexions.csv", "\n".join([heading, *rows]).encode())


def test_a_clerk_tries_a_file_then_imports_it(
    used: Habilitation, caisse: Caisse, agent: User, client: Client
) -> None:
    clerk = in_role(agent, caisse, "back_office_agent", client)
    before = ConnectionEvent.objects.count()
    row = f"F-1;{used.account.identifier};{used.service};05/03/2024 10:30;connexion"
    wrong = f"F-2;{used.account.identifier};{used.service};demain;connexion"
    form = {"caisse": caisse.code, "trial": "on"}
    tried = words(clerk.post(IMPORT, form | {"file": a_file(used, row, wrong)}))
    assert "Essai : rien n’est enregistré" in tried
    assert ConnectionEvent.objects.count() == before
    del form["trial"]
    taken = words(clerk.post(IMPORT, form | {"file": a_file(used, row, wrong)}))
    assert "Acceptées 1 ligne" in taken
    assert "Ligne 3 Refusée Instant illisible" in taken
    assert ConnectionEvent.objects.count() == before + 1
    again = words(clerk.post(IMPORT, form | {"file": a_file(used, row, wrong)}))
    assert "Déjà connues 1 ligne" in again


def test_what_is_no_file_of_connections_is_told_beside_its_field(
    used: Habilitation, caisse: Caisse, agent: User, client: Client
) -> None:
    clerk = in_role(agent, caisse, "back_office_agent", client)
    form = {"caisse": caisse.code}
    wrong = SimpleUploadedFile("x.csv", b"a;b\n")
    assert "Colonnes absentes" in words(clerk.post(IMPORT, form | {"file": wrong}), 422)
    assert "Choisissez le fichier" in words(clerk.post(IMPORT, form), 422)
    empty = SimpleUploadedFile("x.csv", b"")
    assert "vide" in words(clerk.post(IMPORT, form | {"file": empty}), 422)
    elsewhere = Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    refused = clerk.post(IMPORT, {"caisse": elsewhere.code, "file": a_file(used)})
    assert refused.status_code == 422


def test_an_auditor_imports_nothing(used: Habilitation, caisse: Caisse) -> None:
    client = somebody(caisse, "auditor")
    assert client.get(IMPORT).status_code == 403
    assert "Importer un fichier" not in words(client.get(PAGE))
