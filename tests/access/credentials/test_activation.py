"""The activation page: opened as often as one likes, used once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from access.directory.choice import DIRECTORIES
from access.directory.embedded import EmbeddedDirectory, SignIn, sign_in
from access.directory.port import DirectoryUnreachable
from access.models import Account, ActivationLink, Habilitation
from access.services.notification import renew_credentials
from tests.access.acting import happens
from tests.access.credentials.conftest import LOIRE, Letterbox, Open, token_in
from workflows import clock
from workflows.effect_worker import drain

pytestmark = pytest.mark.django_db

CHOSEN = "Quatre-Chevaux.Blancs7"


@pytest.fixture
def opened(open_access: Open, letterbox: Letterbox) -> Habilitation:
    return open_access(LOIRE, credentials_channel="activation_link")


@pytest.fixture
def token(opened: Habilitation, letterbox: Letterbox) -> str:
    return token_in(letterbox.last_text())


def chooses(token: str, password: str = CHOSEN, again: str = "") -> Any:
    sent = {"token": token, "password": password, "again": again or password}
    return Client(enforce_csrf_checks=True).post("/activation/", sent)


def text(answer: Any) -> str:
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def signs_in(habilitation: Habilitation, password: str = CHOSEN) -> SignIn:
    account = habilitation.account
    return sign_in(account.caisse, account.identifier, password).outcome


def test_the_link_is_kept_as_its_digest_alone(token: str) -> None:
    [row] = ActivationLink.objects.values()
    assert token not in repr(row)
    assert len(token) == 43, "256 bits"


def test_opening_the_page_as_a_scanner_does_uses_nothing_up(
    token: str, opened: Habilitation
) -> None:
    for method in ("get", "head", "get"):
        assert getattr(Client(), method)(f"/activation/{token}/").status_code == 200
    assert opened.account.identifier in text(Client().get(f"/activation/{token}/"))
    assert chooses(token).status_code == 200
    assert signs_in(opened) is SignIn.DONE, "chosen by its user, it is not to be changed"


def test_a_link_serves_once(token: str, opened: Habilitation) -> None:
    chooses(token)
    again = chooses(token, "Une-Autre.Phrase9")
    assert again.status_code == 410
    assert "Votre mot de passe est déjà choisi" in text(again)
    assert signs_in(opened) is SignIn.DONE
    assert "Votre mot de passe est déjà choisi" in text(Client().get(f"/activation/{token}/"))


def test_an_expired_link_says_where_to_ask_for_another(
    token: str, opened: Habilitation, today: Callable[[str], None]
) -> None:
    today("2024-02-04")
    assert "Ce lien a expiré" in text(Client().get(f"/activation/{token}/"))
    assert chooses(token).status_code == 410
    assert signs_in(opened) is SignIn.REFUSED


def test_a_link_holds_up_to_its_last_hour(token: str, today: Callable[[str], None]) -> None:
    today("2024-02-03")
    assert chooses(token).status_code == 200


def test_the_caisse_says_how_long_a_link_holds(
    open_access: Open, letterbox: Letterbox, today: Callable[[str], None]
) -> None:
    open_access(LOIRE, credentials_channel="activation_link", activation_hours=24)
    today("2024-02-02")
    answer = chooses(token_in(letterbox.last_text()))
    assert "Ce lien a expiré" in text(answer)


def test_another_link_takes_the_place_of_the_first_and_of_the_chosen_password(
    token: str, opened: Habilitation, letterbox: Letterbox
) -> None:
    chooses(token)
    renew_credentials(opened.account, "agent:1")
    drain()
    second = token_in(letterbox.last_text())
    assert signs_in(opened) is SignIn.REFUSED
    renew_credentials(opened.account, "agent:2")
    drain()
    assert "Un lien plus récent" in text(chooses(second))
    assert chooses(token_in(letterbox.last_text())).status_code == 200


def test_a_suspended_user_chooses_nothing_until_the_suspension_is_lifted(
    token: str, opened: Habilitation
) -> None:
    happens(opened, "user_suspended", "2024-02-01", nature="temporary", visa="Visa fictif 1")
    drain()
    assert "Cet accès n’est pas ouvert" in text(chooses(token))
    happens(opened, "user_suspension_lifted", "2024-02-01")
    drain()
    assert chooses(token).status_code == 200


@pytest.mark.parametrize(
    ("password", "again", "problem"),
    [
        ("Court1", "", "se devine trop facilement"),
        (CHOSEN, "Autre-Chose.Encore8", "diffèrent"),
        ("", "", "obligatoire"),
        ("é" * 200, "", "128"),
    ],
)
def test_a_password_that_may_not_be_chosen_leaves_the_link_whole(
    token: str, password: str, again: str, problem: str
) -> None:
    refused = chooses(token, password, again)
    assert refused.status_code == 422
    assert problem in text(refused)
    assert CHOSEN not in text(refused)
    assert chooses(token).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "é", "a" * 5000, "%00", "../admin"])
def test_a_link_that_nobody_made_says_so_calmly(token: str, db: None) -> None:
    assert "n’ouvre rien" in text(chooses(token))


def test_no_page_sets_a_cookie_or_tells_where_one_comes_from(token: str) -> None:
    for answer in (
        Client().get(f"/activation/{token}/"),
        chooses(token, "Court1"),
        chooses(token),
        chooses(token),
    ):
        assert answer.cookies == {}
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]


def test_nothing_that_goes_wrong_writes_the_link_in_the_log(
    token: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for method in ("get", "put", "delete", "post", "options"):
            getattr(Client(), method)(f"/activation/{token}/")
        chooses(token, "Court1")
        chooses(token)
        Client().get(f"/activation/{token}/")
    assert "Unprocessable" in caplog.text
    assert token not in caplog.text


class Away(EmbeddedDirectory):
    """A directory that is down when a password is to be set."""

    def set_password(self, account: Account, password: str) -> None:
        raise DirectoryUnreachable

    def reset(self, account: Account) -> str:
        raise DirectoryUnreachable


def test_a_directory_that_is_down_leaves_the_link_whole(
    token: str, opened: Habilitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as down:
        down.setitem(DIRECTORIES, "embedded", Away)
        refused = chooses(token)
        assert refused.status_code == 503
        assert "il sert encore" in text(refused)
    assert chooses(token).status_code == 200


def test_whoever_tries_links_is_slowed_down(db: None) -> None:
    answers = [chooses(f"essai-{number}").status_code for number in range(61)]
    assert answers[-1] == 429
    assert answers[-2] == 410


def test_no_link_is_made_for_an_account_that_is_shut(
    open_access: Open, letterbox: Letterbox
) -> None:
    letterbox.refuses = True
    habilitation = open_access(LOIRE, credentials_channel="activation_link")
    assert not ActivationLink.objects.exists(), "the refusal undid it"
    happens(habilitation, "departure", "2024-02-01")
    letterbox.refuses = False
    drain(now=lambda: clock.system_time().replace(year=2100))
    assert letterbox.received == []
