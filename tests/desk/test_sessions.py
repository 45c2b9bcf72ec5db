"""How long a session lasts, by the one clock, and how it is kept alive."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from contracts.models import User
from tests.desk.test_pages import text_of
from workflows import clock

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, 0, tzinfo=clock.PARIS)

After = Callable[..., None]


@pytest.fixture
def after(settings: Settings) -> Iterator[After]:
    """Move the clock to so long after 2 March 2026, 9:00, under the limits of a real site."""
    settings.TACITE_SESSION_IDLE = timedelta(minutes=30)
    settings.TACITE_SESSION_LONGEST = timedelta(hours=10)
    original = clock.install(lambda: START)

    def move(**length: int) -> None:
        clock.install(lambda: START + timedelta(**length))

    yield move
    clock.install(original)


@pytest.fixture
def clerk(after: After, client: Client, agent: User) -> Client:
    """Somebody who signed in at nine."""
    client.force_login(agent)
    return client


def is_in(client: Client) -> bool:
    return client.get("/conventions/").status_code == 200


def stay(client: Client, **headers: str) -> Any:
    return client.post("/session/prolongation/", headers=headers)


def test_a_page_opened_in_time_keeps_the_session_alive(clerk: Client, after: After) -> None:
    for minutes in (29, 58, 87):
        after(minutes=minutes)
        assert is_in(clerk)


def test_without_a_sign_of_life_the_session_ends_and_the_next_page_says_why(
    clerk: Client, after: After
) -> None:
    after(minutes=30)
    answer = clerk.get("/conventions/?q=essai")
    assert answer.status_code == 302
    assert answer["Location"] == "/connexion/?fin=inactivite&next=%2Fconventions%2F%3Fq%3Dessai"
    page = clerk.get(answer["Location"])
    assert "vous n’avez rien ouvert ni enregistré depuis 30 minutes" in text_of(page)
    assert 'value="/conventions/?q=essai"' in page.content.decode()
    assert not is_in(clerk)


def test_however_busy_a_session_ends_after_ten_hours(clerk: Client, after: After) -> None:
    for minutes in range(25, 600, 25):
        after(minutes=minutes)
        assert is_in(clerk)
    after(minutes=600)
    answer = clerk.get("/conventions/")
    assert answer["Location"].startswith("/connexion/?fin=duree&")
    assert "elle durait depuis 10 heures" in text_of(clerk.get(answer["Location"]))


def test_signing_in_again_starts_anew(clerk: Client, after: After, agent: User) -> None:
    after(hours=9)
    clerk.force_login(agent)
    after(hours=9, minutes=20)
    assert is_in(clerk)


def test_each_page_says_at_what_hour_the_session_ends(clerk: Client, after: After) -> None:
    assert "Session ouverte jusqu’à 9 h 30 , plus si vous continuez" in (
        text_of(clerk.get("/conventions/"))
    )
    after(minutes=20)
    assert "jusqu’à 9 h 50" in text_of(clerk.get("/conventions/"))


def test_the_hour_said_is_the_last_one_when_nothing_puts_it_off(
    clerk: Client, after: After
) -> None:
    for minutes in range(20, 590, 20):
        after(minutes=minutes)
        page = text_of(clerk.get("/conventions/"))
    assert "Session ouverte jusqu’à 19 h 00 ." in page


def test_staying_puts_the_end_off_without_a_script(clerk: Client, after: After) -> None:
    after(minutes=29)
    answer = stay(clerk, referer="http://testserver/conventions/?q=essai", accept="text/html")
    assert answer["Location"] == "http://testserver/conventions/?q=essai"
    after(minutes=58)
    assert is_in(clerk)


def test_staying_leads_to_no_other_site(clerk: Client, after: After) -> None:
    answer = stay(clerk, referer="https://ailleurs.example/", accept="text/html")
    assert answer["Location"] == "/"


def test_staying_tells_a_script_how_long_is_left(clerk: Client, after: After) -> None:
    after(minutes=29)
    answer = stay(clerk, accept="application/json").json()
    assert answer == {
        "seconds": 1800,
        "hour": "9\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}59",
        "final": False,
    }


def test_asking_how_long_is_left_is_no_sign_of_life(clerk: Client, after: After) -> None:
    after(minutes=20)
    assert clerk.get("/session/").json()["seconds"] == 600
    after(minutes=30)
    late = clerk.get("/session/", headers={"accept": "application/json"})
    assert (late.status_code, late.content) == (401, b"")
    assert clerk.get("/conventions/")["Location"].startswith("/connexion/?fin=inactivite")


def test_a_script_that_looks_at_how_far_a_long_work_is_gives_no_sign_of_life(
    clerk: Client, after: After
) -> None:
    after(minutes=20)
    look = {"x-sign-of-life": "no"}
    assert clerk.get("/conventions/", headers=look).status_code == 200
    assert clerk.get("/session/").json()["seconds"] == 600
    after(minutes=30)
    late = clerk.get("/conventions/", headers=look)
    assert late["Location"].startswith("/connexion/?fin=inactivite")


def test_a_form_sent_too_late_leads_back_to_its_page(clerk: Client, after: After) -> None:
    after(minutes=45)
    answer = clerk.post(
        "/conventions/1/evenements/notice/",
        headers={"referer": "http://testserver/conventions/1/evenements/notice/"},
    )
    assert answer["Location"] == (
        "/connexion/?fin=inactivite&next=%2Fconventions%2F1%2Fevenements%2Fnotice%2F"
    )


def test_a_page_that_asks_for_nobody_opens_without_anybody(clerk: Client, after: After) -> None:
    after(minutes=45)
    assert clerk.get("/invitation/devinee/").status_code == 404
    assert not is_in(clerk)
    assert clerk.post("/deconnexion/")["Location"] == "/connexion/"


def test_a_reason_that_is_none_is_not_repeated(client: Client) -> None:
    page = client.get("/connexion/?fin=<script>").content.decode()
    assert "session s’est" not in page
    assert "<script>" not in page


def test_nobody_is_told_of_a_session_before_signing_in(client: Client) -> None:
    assert "Session ouverte" not in text_of(client.get("/connexion/"))
