"""What failed for good: seen with its cause, replayed or set aside, by administrators alone."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client

from contracts.models import Caisse, User, UserScope
from workflows import clock, effects
from workflows.effect_worker import PACE, drain
from workflows.models import Effect

pytestmark = pytest.mark.django_db

LIST = "/envois-en-echec/"


@pytest.fixture
def dead(db: None) -> Effect:
    """An effect that no handler knows, tried to the end, and one behind it."""
    with transaction.atomic():
        effects.emit("tests.unknown", "essai:1", "file:1", {})
        effects.emit("tests.unknown", "essai:2", "file:1", {})
    for day in range(PACE.most_attempts):
        drain(now=lambda day=day: clock.system_time() + timedelta(days=day))
    return effects.dead_letters().get()


def somebody(caisse: Caisse, role: str) -> Client:
    user = User.objects.create_user(f"{role}@caisse.example")
    UserScope.objects.create(user=user, caisse=caisse, role=role, first_day=date(2024, 1, 1))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def administrator(caisse: Caisse) -> Client:
    return somebody(caisse, "administrator")


def test_the_cause_and_what_waits_behind_are_shown(dead: Effect, administrator: Client) -> None:
    page = administrator.get(LIST).content.decode()
    assert "essai:1" in page
    assert "tests.unknown" in page
    assert "installez celle qui le connaît" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "En attente derrière" in page
    assert "essai:2" not in page
    assert LIST in administrator.get("/").content.decode()


def test_replayed_it_is_tried_again(dead: Effect, administrator: Client) -> None:
    assert administrator.post(f"{LIST}{dead.pk}/relance/").status_code == 302
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("pending", 0)
    assert dead.decisions.get().kind == "replayed"
    again = administrator.post(f"{LIST}{dead.pk}/relance/", follow=True)
    assert "n’est plus en échec" in again.content.decode()
    assert dead.decisions.count() == 1


def test_set_aside_for_a_reason_it_lets_the_lane_go_on(dead: Effect, administrator: Client) -> None:
    page = f"{LIST}{dead.pk}/ecart/"
    assert administrator.get(page).status_code == 200
    assert administrator.post(page, {"reason": " "}).status_code == 422
    assert administrator.post(page, {"reason": "Service fermé"}).status_code == 302
    dead.refresh_from_db()
    assert dead.state == "set_aside"
    assert dead.decisions.get().reason == "Service fermé"
    assert "Aucun envoi" in administrator.get(LIST).content.decode()


@pytest.mark.parametrize("role", ["back_office_agent", "legal_officer", "auditor"])
def test_others_do_not_decide(dead: Effect, caisse: Caisse, role: str) -> None:
    client = somebody(caisse, role)
    # An auditor reads what failed, and finds nothing to press.
    seen = client.get(LIST)
    assert seen.status_code == (200 if role == "auditor" else 403)
    assert f"{LIST}{dead.pk}/relance/" not in seen.content.decode()
    assert client.get(f"{LIST}{dead.pk}/ecart/").status_code == 403
    assert client.post(f"{LIST}{dead.pk}/relance/").status_code == 403
    assert client.post(f"{LIST}{dead.pk}/ecart/", {"reason": "x"}).status_code == 403
    dead.refresh_from_db()
    assert dead.state == "dead"
