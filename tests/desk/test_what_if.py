"""« Et si ? »: events supposed at any dates, what they would change, and nothing stored."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from access.models import Habilitation
from contracts.models import Caisse, Convention, User
from tests.desk.habilitated import clerk, habilitation, person
from tests.desk.pages import in_role, words
from tests.portfolio import record

__all__ = ["clerk", "habilitation", "person"]

pytestmark = pytest.mark.django_db


def what_if(convention: Convention, *events: str, **answers: str) -> str:
    """The address of a simulation: its events in order, their answers by ``e0_posted_on``."""
    query = [("evenement", event) for event in events]
    query += [
        (name.replace("_", "-", 1) if name[0] == "e" else name, value)
        for name, value in answers.items()
    ]
    return f"/conventions/{convention.pk}/et-si/?{urlencode(query)}"


LETTER = {"e0_by": "partner", "e0_form": "registered_letter"}


def every_row() -> dict[str, list[Any]]:
    """All that the database holds, the sessions of the browsers apart."""
    return {
        model._meta.label: sorted(model._default_manager.values_list(), key=str)
        for model in apps.get_models()
        if model._meta.app_label != "sessions" and not model._meta.proxy and model._meta.managed
    }


def test_a_supposed_notice_shows_two_lives_and_leaves_every_table_as_it_was(
    clerk: Client, habilitation: Habilitation
) -> None:
    before = every_row()

    page = words(
        clerk.get(what_if(habilitation.convention, "notice", e0_posted_on="2024-09-02", **LETTER))
    )

    assert "La dénonciation est à temps" in page
    assert "Fin aucune en vue dernier jour en vigueur le 14 janvier 2025 (dénonciation)" in page
    # The date to watch that goes, the person who loses access, what would have to be written.
    assert "Dernier jour d’envoi d’une dénonciation" in page
    assert "14 octobre 2024 sans objet" in page
    assert "Claude Essai" in page
    assert "Moins d’accès ouvert jusqu’au 14 janvier 2025 compris" in page
    assert "Courriers à envoyer" in page
    assert every_row() == before


def test_an_event_may_answer_the_question_that_another_raises(
    clerk: Client, convention: Convention
) -> None:
    grey = what_if(convention, "notice", e0_posted_on="2024-10-15", **LETTER)
    assert "Un juriste tranchera" in words(clerk.get(grey))

    settled = what_if(
        convention,
        "notice",
        "decision:grey_zone:essai-0",
        e0_posted_on="2024-10-15",
        e1_answer="in_time",
        **LETTER,
    )
    page = words(clerk.get(settled))
    assert "Un juriste tranchera" not in page
    assert "dernier jour en vigueur le 14 janvier 2025" in page


def test_what_the_rules_would_refuse_is_said_with_its_reason(
    clerk: Client, convention: Convention
) -> None:
    page = words(clerk.get(what_if(convention, "closing", e0_on="2024-03-01")))
    assert "Serait refusé. Clôture du dossier" in page

    reversed_dates = {"e0_posted_on": "2024-05-02", "e0_received_on": "2024-05-01"}
    late = what_if(convention, "notice", e0_outcome="delivered", **LETTER, **reversed_dates)
    assert "Serait refusé. Courrier remis" in words(clerk.get(late))


def test_one_may_suppose_that_a_recorded_event_never_was(
    clerk: Client, convention: Convention
) -> None:
    signature = convention.acts.filter(kind="signature").latest("revision")
    page = words(clerk.get(what_if(convention, f"annulment:{signature.identifier}")))
    assert "Prise d’effet 15 janvier 2024 pas encore" in page
    assert "Ne vaudrait plus" not in page


def test_one_looks_from_another_day(clerk: Client, convention: Convention) -> None:
    address = what_if(convention, "notice", e0_posted_on="2024-09-02", le="2025-01-15", **LETTER)
    page = words(clerk.get(address))
    assert "État En vigueur Arrivée à échéance" in page
    assert "aujourd’hui" not in page.split("Ce que cela changerait")[1]


def test_an_event_is_taken_back_by_a_link_that_keeps_the_others(
    clerk: Client, convention: Convention
) -> None:
    address = what_if(
        convention, "notice", "suspension", e0_posted_on="2024-09-02", e1_on="2024-03-01", **LETTER
    )
    html = clerk.get(address).content.decode()
    assert 'href="?evenement=suspension&amp;e0-on=2024-03-01"' in html


def test_an_event_just_added_waits_for_its_answers(clerk: Client, convention: Convention) -> None:
    page = words(clerk.get(what_if(convention, ajouter="notice")))
    assert "Qui l’a envoyée ?" in page
    assert "Ce que cela changerait" not in page


@pytest.mark.parametrize(
    ("events", "answers"),
    [
        (["notice"], LETTER | {"e0_posted_on": "hier"}),
        (["notice"], LETTER | {"e0_posted_on": "9999-12-31"}),
        (["notice"], {"e0_by": "\x00", "e0_form": "pigeon", "e0_posted_on": "2024-05-02"}),
        (["suspension"], {"e0_on": ""}),
        (["suspension"], {"e0_on": "2024-05-02", "le": "0001-01-01"}),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field_and_in_a_summary(
    clerk: Client, convention: Convention, events: list[str], answers: dict[str, str]
) -> None:
    response = clerk.get(what_if(convention, *events, **answers))
    page = words(response, 422)
    assert "Rien n’est calculé" in page
    assert 'class="field-error"' in response.content.decode()
    assert "Ce que cela changerait" not in page


@pytest.mark.parametrize(
    "query",
    ["evenement=inconnu", "evenement=decision:rien", "ajouter=%00", "e9-on=x", "evenement=" * 30],
)
def test_an_address_that_means_nothing_supposes_nothing(
    clerk: Client, convention: Convention, query: str
) -> None:
    assert "Et si" in words(clerk.get(f"/conventions/{convention.pk}/et-si/?{query}"))


def test_whoever_sees_the_convention_may_suppose_and_nobody_else(
    client: Client, agent: User, convention: Convention
) -> None:
    auditor = in_role(agent, convention.caisse, "auditor", client)
    assert auditor.get(what_if(convention)).status_code == 200
    stranger, elsewhere = Client(), Caisse.objects.create(code="AUTRE", name="Une autre caisse")
    in_role(User.objects.create_user("ailleurs@caisse.example"), elsewhere, "director", stranger)
    assert stranger.get(what_if(convention)).status_code == 404


def test_a_simulation_costs_the_same_however_long_it_is(
    clerk: Client,
    habilitation: Habilitation,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    events = {f"e{number}_on": "2024-06-01" for number in range(8)}
    record(habilitation.convention, "suspension", "2024-02-01", reason="Essai")
    with django_assert_max_num_queries(20):
        clerk.get(what_if(habilitation.convention, *["suspension_lifted"] * 8, **events))
