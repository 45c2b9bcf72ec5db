"""« État du système »: what works and what waits, to those who administer or direct a caisse."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from access.services.directory_health import note
from access.services.reconciliation import reconcile
from contracts.models import Caisse, Convention, ConventionAct, User
from contracts.services.file_verification import take_in
from notifications.models import Message
from tests.desk.pages import somebody, words
from tests.portfolio import record
from tests.workflows.journal_heads import lift_triggers
from workflows import clock, effects, last_runs, scheduler
from workflows.effects import EffectFailed
from workflows.models import Effect
from workflows.sweep import sweep

pytestmark = pytest.mark.django_db

PAGE = "/etat/"


@pytest.fixture(autouse=True)
def _first_of_february(today: Callable[[str], None]) -> None:
    today("2024-02-01")


@pytest.fixture
def connected(caisse: Caisse) -> Caisse:
    """The caisse, with a directory that may answer."""
    caisse.settings = {"directory": "embedded"}
    caisse.save()
    return caisse


@pytest.mark.parametrize("role", ["back_office_agent", "legal_officer", "dpo"])
def test_others_are_neither_shown_it_nor_led_to_it(caisse: Caisse, role: str) -> None:
    client = somebody(caisse, role)
    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get("/").content.decode()


@pytest.mark.parametrize("role", ["administrator", "director", "auditor"])
def test_the_header_leads_to_it(caisse: Caisse, role: str) -> None:
    client = somebody(caisse, role)
    assert PAGE in client.get("/").content.decode()
    assert "État du système" in words(client.get(PAGE))


def test_a_stranger_signs_in_first(client: Any) -> None:
    assert client.get(PAGE).status_code == 302


def test_on_a_good_day_it_says_so(connected: Caisse) -> None:
    note(connected.pk)
    scheduler.run_day(clock.today())
    page = words(somebody(connected, "director").get(PAGE))
    assert "Tout fonctionne" in page
    assert "Répond depuis le 1er février 2024 à 12 h 00" in page
    assert "Dernier passage À jour 1er février 2024 à 12 h 00" in page


def test_a_directory_away_is_told_with_its_cause_and_since_when(connected: Caisse) -> None:
    note(connected.pk, "aucune réponse en 5 secondes")
    page = words(somebody(connected, "administrator").get(PAGE))
    assert "Quelque chose demande votre attention" in page
    assert "Ne répond pas depuis le 1er février 2024 à 12 h 00 aucune réponse en 5 secondes" in page


def test_a_directory_kept_by_hand_leads_to_the_worklist(caisse: Caisse) -> None:
    response = somebody(caisse, "director").get(PAGE)
    assert "Tenu à la main" in words(response)
    assert 'href="/comptes/"' in response.content.decode()


def test_directories_of_other_caisses_are_not_shown(connected: Caisse) -> None:
    Caisse.objects.create(code="CAISSE2", name="Une autre caisse")
    assert "Une autre caisse" not in words(somebody(connected, "director").get(PAGE))


def test_dead_letters_are_counted_and_lead_to_their_page_for_an_administrator(
    caisse: Caisse,
) -> None:
    with transaction.atomic():
        effects.emit("tests.unknown", "one", "one", {})
    Effect.objects.update(
        state="dead", next_attempt_at=None, last_error=str(EffectFailed("refusé"))
    )
    administrator = somebody(caisse, "administrator").get(PAGE).content.decode()
    assert 'href="/envois-en-echec/"' in administrator
    director = somebody(caisse, "director").get(PAGE)
    assert "En échec 1 Un administrateur les relance" in words(director)
    assert "/envois-en-echec/" not in director.content.decode()


def test_what_nobody_takes_up_tells_that_no_worker_runs(caisse: Caisse) -> None:
    with transaction.atomic():
        effects.emit("tests.unknown", "one", "one", {})
    director = somebody(caisse, "director")
    assert "Rien ne part depuis plus de dix minutes" not in words(director.get(PAGE))
    Effect.objects.update(next_attempt_at=clock.system_time() - timedelta(minutes=11))
    assert "Rien ne part depuis plus de dix minutes" in words(director.get(PAGE))


def test_a_held_run_leads_to_the_page_that_lets_it_go(
    caisse: Caisse,
    draft: Callable[..., Convention],
    today: Callable[[str], None],
    settings: Any,
) -> None:
    settings.TACITE_BREAKER_NUMBER = settings.TACITE_BREAKER_FLOOR = 0
    convention = draft()
    record(convention, "cnil", "2024-01-12", basis="transmission", reference="T-1")
    record(convention, "signature", "2024-01-13", party="partner")
    record(convention, "signature", "2024-01-15", party="caisse")
    record(
        convention,
        "mutual_termination",
        "2024-02-01",
        last_day="2024-02-29",
        agreed_by=["caisse", "partner"],
    )
    today("2024-03-01")
    assert sweep(clock.today()).held
    response = somebody(caisse, "director").get(PAGE)
    assert "Dossiers échus à traiter 1" in words(response)
    assert 'href="/traitements-retenus/"' in response.content.decode()


def test_files_that_the_antivirus_does_not_look_into_are_told(
    connected: Caisse, settings: Any, today: Callable[[str], None]
) -> None:
    scheduler.run_day(clock.today())
    director = somebody(connected, "director")
    assert "La structure des fichiers est seule vérifiée" in words(director.get(PAGE))
    settings.TACITE_ANTIVIRUS = {"address": "/nothing/listens/here.ctl", "seconds": 1}
    take_in(ContentFile(b"le courrier"), "courrier.txt", None)
    page = words(director.get(PAGE))
    assert "clamav" in page
    assert "En cours de vérification 1, le plus ancien du 1er février 2024 à 12 h 00" in page
    assert "L’antivirus ne répond pas" not in page
    today("2024-02-02")
    page = words(director.get(PAGE))
    assert "L’antivirus ne répond pas" in page
    assert "Quelque chose demande votre attention" in page


def test_a_day_without_its_sweep_is_told(
    connected: Caisse, convention: Convention, today: Callable[[str], None]
) -> None:
    director = somebody(connected, "director")
    scheduler.run_day(clock.today())
    today("2025-01-16")
    page = words(director.get(PAGE))
    assert "Dernier passage En retard 1er février 2024 à 12 h 00" in page
    assert "Dossiers échus à traiter 1, le plus ancien du 15 janvier 2025" in page
    scheduler.run_day(clock.today())
    page = words(director.get(PAGE))
    assert "Dernier passage À jour 16 janvier 2025 à 12 h 00" in page
    assert "Dossiers échus à traiter 0" in page


def test_the_journals_are_checked_once_a_day_and_what_is_wrong_is_told(
    connected: Caisse, convention: Convention, today: Callable[[str], None]
) -> None:
    auditor = somebody(connected, "auditor")
    assert "Dernière vérification Aucune jusqu’ici" in words(auditor.get(PAGE))
    scheduler.run_day(clock.today())
    assert "Dernière vérification Rien à redire 1er février 2024" in words(auditor.get(PAGE))
    lift_triggers(ConventionAct._meta.db_table)
    convention.acts.filter(kind="cnil").update(payload={})
    scheduler.run_day(clock.today())
    assert "Rien à redire" in words(auditor.get(PAGE))
    today("2024-02-02")
    scheduler.run_day(clock.today())
    page = words(auditor.get(PAGE))
    assert "Dernière vérification Désaccord 2 février 2024 à 12 h 00 1 chaîne rompue" in page
    assert "Quelque chose demande votre attention : Journaux" in page


def test_an_old_backup_is_told(connected: Caisse, today: Callable[[str], None]) -> None:
    administrator = somebody(connected, "administrator")
    assert "Dernière connue Aucune" in words(administrator.get(PAGE))
    last_runs.note(last_runs.BACKUP, "3 documents avec la base.", is_well=True)
    assert "Dernière connue Faite 1er février 2024" in words(administrator.get(PAGE))
    today("2024-02-04")
    assert "Dernière connue Ancienne" in words(administrator.get(PAGE))


def test_what_a_reconciliation_found_stands_on_the_line_of_its_directory(
    connected: Caisse,
) -> None:
    director = somebody(connected, "director")
    never = f"Jamais rapproché de ce qui est voulu : {connected.name}."
    assert never in words(director.get(PAGE))
    reconcile(connected)
    page = words(director.get(PAGE))
    assert "Jamais rapproché" not in page
    assert "Rapproché le 1er février 2024 à 12 h 00 : 0 compte comparé, aucun écart" in page


def test_the_mails_are_counted(connected: Caisse) -> None:
    user = User.objects.create_user("essai@caisse.example")
    for state in ("pending", "bounced", "failed"):
        Message.objects.create(
            key=state,
            kind="essai",
            user=user,
            state=state,
            created_at=clock.now(),
            address="essai@caisse.example",
            problem="refusé",
        )
    page = words(somebody(connected, "administrator").get(PAGE))
    assert "Dernier parti Aucun jusqu’ici" in page
    assert "En attente 1, le plus ancien du 1er février 2024 à 12 h 00" in page
    assert "Refusés depuis trente jours 2" in page


def test_it_costs_few_queries(connected: Caisse, django_assert_max_num_queries: Any) -> None:
    director = somebody(connected, "director")
    with django_assert_max_num_queries(20):
        director.get(PAGE)
