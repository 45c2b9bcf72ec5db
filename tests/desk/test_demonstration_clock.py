"""The demonstration's clock: forward only, kept, and playing what falls due."""

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from contracts.models import Convention, User
from desk.demonstration import shifted_clock
from desk.demonstration.shifted_clock import NotForward
from tests.desk.test_pages import text_of
from tests.portfolio import record
from workflows import clock
from workflows.french import date_in_words

pytestmark = pytest.mark.django_db

PAGE = "/demonstration/horloge/"


@pytest.fixture(autouse=True)
def _the_real_clock_again() -> Iterator[None]:
    yield
    shifted_clock.forget()


@pytest.fixture
def visitor(client: Client, agent: User) -> Client:
    client.force_login(agent)
    return client


def test_the_clock_is_moved_to_a_day_at_the_same_hour(visitor: Client) -> None:
    before = clock.now()
    day = before.date() + timedelta(days=100)
    answer = visitor.post(PAGE, {"day": day.isoformat()}, follow=True)
    words = date_in_words(day).replace("\N{NO-BREAK SPACE}", " ")
    assert f"Nous sommes le {words}" in text_of(answer)
    assert clock.today() == day
    assert clock.now().hour in {before.hour, (before + timedelta(minutes=5)).hour}


def test_each_page_says_which_day_it_is_and_leads_to_the_clock(visitor: Client) -> None:
    shifted_clock.move_to(clock.today() + timedelta(days=40))
    page = visitor.get("/conventions/")
    assert "horloge de démonstration" in text_of(page)
    assert f'datetime="{clock.today().isoformat()}"' in page.content.decode()
    assert f'href="{PAGE}"' in page.content.decode()


@pytest.mark.parametrize("typed", ["", "demain", "2026-02-30", "1999-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_is_refused_in_words_and_nothing_moves(
    visitor: Client, typed: str
) -> None:
    today = clock.today()
    answer = visitor.post(PAGE, {"day": typed})
    assert answer.status_code == 422
    assert "À corriger" in answer.content.decode()
    assert clock.today() == today
    assert shifted_clock.shift() == timedelta()


def test_the_clock_never_goes_back(visitor: Client) -> None:
    shifted_clock.move_to(clock.today() + timedelta(days=40))
    with pytest.raises(NotForward):
        shifted_clock.move_to(clock.today())
    answer = visitor.post(PAGE, {"day": (clock.today() - timedelta(days=1)).isoformat()})
    assert "n’avance que vers l’avenir" in answer.content.decode()


def test_the_day_outlives_the_process(visitor: Client) -> None:
    shifted_clock.move_to(clock.today() + timedelta(days=40))
    day = clock.today()
    clock.install(clock.system_time)
    shifted_clock.load()
    assert clock.today() == day


def test_what_cannot_be_read_is_named_with_what_to_do(visitor: Client) -> None:
    kept = shifted_clock.file()
    assert kept is not None
    kept.write_text("hier")
    with pytest.raises(ImproperlyConfigured, match="Remove the file"):
        shifted_clock.load()


def test_moving_to_the_next_step_plays_what_that_day_brings(
    visitor: Client, draft: Callable[..., Convention]
) -> None:
    day = clock.today()
    opened = draft()
    record(opened, "cnil", day.isoformat(), basis="transmission", reference="T-1")
    record(opened, "signature", day.isoformat(), party="partner")
    record(opened, "signature", day.isoformat(), party="caisse")
    opened.refresh_from_db()
    upcoming = opened.next_change_on
    assert upcoming is not None
    page = text_of(visitor.get(PAGE))
    assert "Prochaine étape" in page
    visitor.post(PAGE, {"until": "next"})
    assert clock.today() == upcoming
    opened.refresh_from_db()
    assert opened.as_of == upcoming


def test_without_anything_to_come_only_a_day_can_be_chosen(visitor: Client) -> None:
    assert "Prochaine étape" not in text_of(visitor.get(PAGE))
    assert visitor.post(PAGE, {"until": "next"}).status_code == 422


def test_moving_throws_nobody_out(visitor: Client, settings: Settings) -> None:
    settings.TACITE_SESSION_IDLE = timedelta(minutes=30)
    settings.TACITE_SESSION_LONGEST = timedelta(hours=10)
    another = Client()
    another.force_login(User.objects.create_user("autre@caisse.example"))
    visitor.post(PAGE, {"day": (clock.today() + timedelta(days=400)).isoformat()})
    assert visitor.get("/conventions/").status_code == 200
    assert another.get("/conventions/").status_code == 200


def test_the_page_asks_who_is_there_and_for_its_token(agent: User) -> None:
    assert Client().get(PAGE)["Location"] == f"/connexion/?next={PAGE}"
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(agent)
    assert strict.post(PAGE, {"until": "next"}).status_code == 403


@pytest.mark.parametrize("missing", ["TACITE_DEMONSTRATION", "TACITE_DEMONSTRATION_CLOCK"])
def test_a_real_site_has_no_such_clock(visitor: Client, settings: Settings, missing: str) -> None:
    setattr(settings, missing, None)
    assert visitor.get(PAGE).status_code == 404
    assert "horloge de démonstration" not in text_of(visitor.get("/conventions/"))
    with pytest.raises(NotForward):
        shifted_clock.move_to(clock.today() + timedelta(days=1))


def test_the_clock_keeps_running_once_moved() -> None:
    shifted_clock.move_to(clock.today() + timedelta(days=3))
    ahead = clock.now().astimezone(UTC) - clock.system_time().astimezone(UTC)
    assert abs(ahead - shifted_clock.shift()) < timedelta(seconds=5)
