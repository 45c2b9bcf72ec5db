"""Signing in by the organisation's provider, over HTTP with a small one."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from contracts.models import Caisse, User, UserScope
from settings import single_sign_on
from tests.desk.identity_provider import IdentityProvider
from tests.desk.pages import words
from tests.desk.second_factor import PASSWORD, code_of, with_application
from tests.desk.test_signing_in import who

pytestmark = pytest.mark.django_db

AGENT = "agent@caisse.example"
GO = "/connexion/organisation/"


@pytest.fixture(scope="module")
def running() -> Iterator[IdentityProvider]:
    started = IdentityProvider()
    yield started
    started.stop()


@pytest.fixture
def provider(running: IdentityProvider, settings: Settings) -> Iterator[IdentityProvider]:
    settings.TACITE_OIDC = running.settings()
    as_it_was = dict(vars(running))
    yield running
    vars(running).update(as_it_was)


@pytest.fixture
def lawyer(caisse: Caisse) -> User:
    user = User.objects.create_user(AGENT, PASSWORD)
    UserScope.objects.create(
        user=user, caisse=caisse, role="legal_officer", first_day=date(2024, 1, 1)
    )
    return user


def at_provider(client: Client, after: str = "") -> str:
    """Go to the provider and prove who one is there; the address by which one comes back."""
    where = client.get(GO, {"next": after} if after else {})["Location"]
    answer = requests.get(where, timeout=10, allow_redirects=False)
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def enter(client: Client, after: str = "") -> Any:
    return client.get(at_provider(client, after))


@pytest.mark.parametrize("speaks_jwt", [True, False])
def test_the_staff_enter_by_the_address_that_the_provider_vouches_for(
    client: Client, lawyer: User, provider: IdentityProvider, speaks_jwt: bool
) -> None:
    provider.speaks_jwt = speaks_jwt
    provider.person = {"sub": "42", "email": AGENT.upper()}
    assert "ProConnect" in words(client.get("/connexion/"))
    assert enter(client, "/conventions/?q=a")["Location"] == "/conventions/?q=a"
    assert who(client) == lawyer.pk
    assert provider.asked["acr_values"] == "eidas1"
    assert len(provider.asked["nonce"]) >= 32
    assert len(provider.asked["state"]) >= 32
    assert "amr" in provider.asked["claims"]


def test_the_second_factor_is_asked_here_unless_it_was_there(
    client: Client, lawyer: User, provider: IdentityProvider, settings: Settings
) -> None:
    key = with_application(Client(), AGENT)
    assert enter(client)["Location"] == "/connexion/second-facteur/"
    assert who(client) is None
    client.post("/connexion/second-facteur/", {"code": code_of(key)})
    assert who(client) == lawyer.pk
    provider.proof = {"acr": "eidas1", "amr": ["pwd", "mfa"]}
    other = Client()
    assert enter(other)["Location"] == "/"
    assert who(other) == lawyer.pk


def test_who_proved_a_second_factor_there_owes_none_here(
    client: Client, lawyer: User, provider: IdentityProvider, settings: Settings
) -> None:
    settings.TACITE_SECOND_FACTOR_DEMANDED = True
    enter(client)
    assert client.get("/")["Location"] == "/mon-compte/"
    provider.proof = {"amr": ["mfa"]}
    enter(client)
    assert client.get("/").status_code == 200


def test_nobody_is_made_and_nobody_but_the_staff_enters(
    client: Client, provider: IdentityProvider
) -> None:
    assert "aucun agent" in words(enter(client), 403)
    assert not User.objects.exists()
    member = User.objects.create_user(AGENT)
    assert "aucun agent" in words(enter(client), 403)
    member.delete()
    assert who(client) is None


@pytest.mark.parametrize(("said", "vouches"), [(False, True), (None, False), ("true", False)])
def test_an_address_that_nobody_verified_opens_nothing(
    client: Client,
    lawyer: User,
    provider: IdentityProvider,
    settings: Settings,
    said: Any,
    vouches: bool,
) -> None:
    settings.TACITE_OIDC = provider.settings(vouches_for_addresses=vouches)
    provider.person = {"sub": "42", "email": AGENT} | (
        {} if said is None else {"email_verified": said}
    )
    assert "ne garantit pas" in words(enter(client), 403)
    assert who(client) is None


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another site"},
        {"aud": ["tacite-essai", "another site"]},
        {"iss": "https://ailleurs.example"},
        {"exp": 1},
        {"exp": None},
        {"sub": "43"},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_this_visit_is_refused(
    client: Client, lawyer: User, provider: IdentityProvider, lies: dict[str, Any]
) -> None:
    provider.lies = lies
    assert "ne répond pas comme il devrait" in words(enter(client), 502)
    assert who(client) is None


def test_a_token_that_another_key_signed_or_none_is_refused(
    client: Client, lawyer: User, provider: IdentityProvider
) -> None:
    provider.speaks_jwt = False
    for key in (rsa.generate_private_key(public_exponent=65537, key_size=2048), "none"):
        provider.signs_with = key
        assert "ne répond pas comme il devrait" in words(enter(client), 502)
    assert who(client) is None


def test_a_key_that_the_provider_changes_is_asked_for_again(
    client: Client, lawyer: User, provider: IdentityProvider
) -> None:
    enter(client)
    provider.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    provider.key_name = "second"
    other = Client()
    enter(other)
    assert who(other) == lawyer.pk


def test_only_the_browser_that_went_comes_back_and_once(
    client: Client, lawyer: User, provider: IdentityProvider
) -> None:
    address = at_provider(client)
    assert "n’a pas commencé dans ce navigateur" in words(Client().get(address), 400)
    assert client.get(address).status_code == 302
    again = client.get(address)
    assert again.status_code == 400
    fresh = Client()
    at_provider(fresh)
    assert fresh.get(f"{GO}retour/", {"state": "é" * 9000, "code": "\0"}).status_code == 400
    state = parse_qs(urlsplit(at_provider(fresh)).query)["state"][0]
    refused = fresh.get(f"{GO}retour/", {"state": state, "error": "access_denied"})
    assert "abandonnée" in words(refused, 400)
    state = parse_qs(urlsplit(at_provider(fresh)).query)["state"][0]
    forged = fresh.get(f"{GO}retour/", {"state": state, "code": "code-forged"})
    assert "ne répond pas" in words(forged, 502)
    assert who(fresh) is None


def test_no_address_of_another_site_is_followed(
    client: Client, lawyer: User, provider: IdentityProvider
) -> None:
    assert enter(client, "https://ailleurs.example/")["Location"] == "/"


def test_signing_out_ends_the_session_at_the_provider_too(
    client: Client, lawyer: User, provider: IdentityProvider
) -> None:
    enter(client)
    page = client.post("/deconnexion/")
    assert "déconnecté de Tacite" in words(page)
    assert f"{provider.issuer}/end?id_token_hint=" in page.content.decode()
    assert who(client) is None
    assert client.post("/deconnexion/")["Location"] == "/connexion/"


def test_a_provider_that_is_down_leaves_the_password(
    client: Client, lawyer: User, provider: IdentityProvider, settings: Settings
) -> None:
    nowhere = "http://127.0.0.1:9/.well-known/openid-configuration"
    settings.TACITE_OIDC = provider.settings(discovery=nowhere)
    assert "connectez-vous avec votre mot de passe" in words(client.get(GO), 502)


def test_without_a_provider_there_is_no_such_page(client: Client) -> None:
    assert client.get(GO).status_code == 404
    assert "ProConnect" not in words(client.get("/connexion/"))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://ailleurs.example/.well-known/openid-configuration", "https://"),
        ("https://ailleurs.example/", "ends with"),
        ("https://ailleurs.example/.well-known/openid-configuration", "TACITE_OIDC_CLIENT_ID"),
    ],
)
def test_a_provider_half_told_is_refused_at_start(
    monkeypatch: pytest.MonkeyPatch, address: str, expected: str
) -> None:
    monkeypatch.setenv("TACITE_OIDC_DISCOVERY", address)
    with pytest.raises(ImproperlyConfigured, match=expected):
        single_sign_on.chosen()
