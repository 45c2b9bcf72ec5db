"""Who may ask the API: tokens, certificates, scopes, limits, and what is refused."""

import hashlib
import ssl
from base64 import b64encode
from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import quote

import pytest
from allauth.idp.oidc.models import Token
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from access.models import ApiClient
from access.services.clients import NewClient, create_client, revoke_client
from access.services.decision_log import forget_old
from contracts.models import Caisse
from tests.access.asking import (
    DECISIONS,
    TOKENS,
    ask,
    ask_for_token,
    basic,
    bearer,
    get,
    post,
)
from workflows import clock

pytestmark = pytest.mark.django_db

QUESTION = {"identifier": "inconnu", "service": "s"}
DER = b"0\x82\x01\nno certificate of anybody"
PEM = ssl.DER_cert_to_PEM_cert(DER)


@pytest.fixture
def portal(caisse: Caisse) -> NewClient:
    return create_client(caisse, "Portail d’essai")


def is_problem(response: Any, status: int) -> bool:
    told = response.json()
    return (
        (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
        and set(told) == {"type", "title", "status", "detail", "instance", "faults"}
        and told["status"] == status
    )


def test_a_token_says_nothing_lasts_ten_minutes_and_is_kept_as_a_hash(portal: NewClient) -> None:
    answer = ask_for_token(portal)
    told = answer.json()
    assert (answer.status_code, told["token_type"], told["expires_in"]) == (200, "Bearer", 600)
    assert told["scope"] == "decisions"
    assert "refresh_token" not in told
    kept = str(Token.objects.values().get())
    assert told["access_token"] not in kept
    assert hashlib.sha256(told["access_token"].encode()).hexdigest() in kept
    assert portal.secret not in str(list(ApiClient.objects.values("oauth__secret", "name")))


@pytest.mark.parametrize("fault", ["unknown", "expired", "none", "basic", "garbage", "cut", "long"])
def test_who_holds_no_valid_token_learns_nothing(portal: NewClient, fault: str) -> None:
    token = bearer(portal)["authorization"]
    if fault == "expired":
        Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    headers = {
        "unknown": {"authorization": "Bearer " + "a" * 86},
        "expired": {"authorization": token},
        "none": {},
        "basic": basic(portal.client.client_id, portal.secret),
        "garbage": {"authorization": "Bearer \x00%%%é"},
        "cut": {"authorization": token[:-1]},
        "long": {"authorization": "Bearer " + "a" * 100_000},
    }[fault]
    response = post(DECISIONS, QUESTION, headers)
    assert is_problem(response, 401)
    assert response["WWW-Authenticate"].startswith("Bearer ")


def test_a_revoked_client_is_refused_at_once(portal: NewClient) -> None:
    headers = bearer(portal)
    assert post(DECISIONS, QUESTION, headers).status_code == 200
    revoke_client(portal.client)
    assert is_problem(post(DECISIONS, QUESTION, headers), 401)
    assert ask_for_token(portal).status_code == 401


def test_a_scope_opens_what_it_names_and_nothing_else(caisse: Caisse, portal: NewClient) -> None:
    reader = create_client(caisse, "Lecteur", scopes=["read", "decisions"])
    assert is_problem(get("/api/v1/journal", bearer(portal)), 403)
    assert get("/api/v1/journal", bearer(reader)).status_code == 200
    narrowed = bearer(reader, scope="read")
    assert get("/api/v1/journal", narrowed).status_code == 200
    refused = post(DECISIONS, QUESTION, narrowed)
    assert is_problem(refused, 403)
    assert 'error="insufficient_scope"' in refused["WWW-Authenticate"]
    assert ask_for_token(portal, scope="read").json()["error"] == "invalid_scope"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ("", "invalid_request"),
        ("grant_type=password&username=a&password=b", "invalid_request"),
        ("grant_type=password", "unsupported_grant_type"),
        ("grant_type=authorization_code", "unsupported_grant_type"),
        ("grant_type=urn:ietf:params:oauth:grant-type:device_code", "unsupported_grant_type"),
        ("grant_type=client_credentials&scope=%00", "invalid_request"),
        ("grant_type=client_credentials&scope=%ED%A0%80", "invalid_request"),
        ("grant_type=client_credentials&resource=https://ailleurs.example", "invalid_request"),
        ("grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
    ],
)
def test_only_one_grant_is_served(portal: NewClient, form: str, error: str) -> None:
    response = Client().post(
        TOKENS,
        form or "x=",
        content_type="application/x-www-form-urlencoded",
        headers=basic(portal.client.client_id, portal.secret),
    )
    assert (response.status_code, response.json()["error"]) == (400, error)
    assert not Token.objects.exists()


@pytest.mark.parametrize("header", ["Basic \x00%%%", "Basic " + b64encode(b"a\x00:b").decode()])
def test_credentials_that_cannot_be_read_are_those_of_nobody(header: str) -> None:
    response = Client().post(
        TOKENS,
        "grant_type=client_credentials",
        content_type="application/x-www-form-urlencoded",
        headers={"authorization": header},
    )
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


def test_a_wrong_secret_is_refused_and_too_many_are_for_the_minute(
    portal: NewClient, settings: Any
) -> None:
    settings.TACITE_API_TOKEN_RATE = 2
    wrong = NewClient(portal.client, portal.secret[:-1])
    # Two minutes may begin in between, no more.
    answers = [ask_for_token(wrong) for _ in range(5)]
    assert {answer.status_code for answer in answers[:1]} == {401}
    assert answers[0].json()["error"] == "invalid_client"
    late = [answer for answer in answers if answer.status_code == 429]
    assert late
    assert 1 <= int(late[0]["Retry-After"]) <= 60


def test_a_client_that_asks_too_much_waits_and_another_does_not(
    caisse: Caisse, portal: NewClient, settings: Any
) -> None:
    other = create_client(caisse, "Autre portail")
    mine, theirs = bearer(portal), bearer(other)
    settings.TACITE_API_RATE = 2
    answers = [post(DECISIONS, QUESTION, mine) for _ in range(5)]
    late = [answer for answer in answers if answer.status_code == 429]
    assert answers[0].status_code == 200
    assert is_problem(late[0], 429)
    assert 1 <= int(late[0]["Retry-After"]) <= 60
    assert post(DECISIONS, QUESTION, theirs).status_code == 200
    batch = {"questions": [QUESTION] * 5}
    assert is_problem(post(f"{DECISIONS}/batch", batch, theirs), 429)


@pytest.fixture
def certified(caisse: Caisse, settings: Any) -> NewClient:
    settings.TACITE_API_CERTIFICATE_HEADER = "Client-Cert"
    settings.TACITE_API_PROXIES = ["10.1.0.0/16"]
    fingerprint = hashlib.sha256(DER).hexdigest().upper()
    pairs = ":".join(fingerprint[i : i + 2] for i in range(0, 64, 2))
    return create_client(caisse, "Portail à certificat", certificate=pairs)


@pytest.mark.parametrize("value", [f":{b64encode(DER).decode()}:", quote(PEM)])
def test_a_certificate_that_the_proxy_verified_is_enough(certified: NewClient, value: str) -> None:
    headers = {"client-cert": value}
    assert post(DECISIONS, QUESTION, headers, REMOTE_ADDR="10.1.2.3").status_code == 200
    # Not from anybody else, who could write that header too.
    assert is_problem(post(DECISIONS, QUESTION, headers, REMOTE_ADDR="10.2.2.3"), 401)
    revoke_client(certified.client)
    assert is_problem(post(DECISIONS, QUESTION, headers, REMOTE_ADDR="10.1.2.3"), 401)


@pytest.mark.parametrize("value", ["", "::", ":é:", "x", quote(PEM[:-30]), ":AAAA:"])
def test_another_certificate_is_nobodys(certified: NewClient, value: str) -> None:
    response = post(DECISIONS, QUESTION, {"client-cert": value}, REMOTE_ADDR="10.1.2.3")
    assert is_problem(response, 401)


def test_without_the_setting_no_certificate_is_believed(
    certified: NewClient, settings: Any
) -> None:
    settings.TACITE_API_CERTIFICATE_HEADER = ""
    headers = {"client-cert": f":{b64encode(DER).decode()}:"}
    assert is_problem(post(DECISIONS, QUESTION, headers, REMOTE_ADDR="10.1.2.3"), 401)


@pytest.mark.parametrize(
    "address",
    ["/api/", "/api/v1", "/api/v2/journal", "/api/v1/oauth/authorize", "/api/v1/oauth/token/"],
)
def test_an_address_that_leads_nowhere_says_so(address: str) -> None:
    assert is_problem(Client().get(address), 404)
    assert is_problem(Client().post(address, {}, content_type="application/json"), 404)


def test_the_pages_of_the_token_server_are_not_reachable() -> None:
    for address in ("/.well-known/openid-configuration", "/identity/o/authorize", "/o/token"):
        assert Client().get(address).status_code in (302, 404)
    with_get = Client().get(TOKENS)
    assert is_problem(with_get, 405)
    assert with_get["Allow"] == "POST"


def test_bodies_of_another_kind_or_size_are_refused(portal: NewClient, settings: Any) -> None:
    headers = bearer(portal)
    form = Client().post(DECISIONS, QUESTION, headers=headers)
    assert is_problem(form, 415)
    settings.TACITE_API_LARGEST_BODY = 100
    assert is_problem(post(DECISIONS, " " * 101, headers), 413)
    assert is_problem(post(DECISIONS, "{}", headers, CONTENT_LENGTH="x"), 400)


def test_a_failure_of_ours_is_told_as_a_problem_too(portal: NewClient, settings: Any) -> None:
    headers = bearer(portal)
    # A setting that cannot be: the code behind fails.
    settings.TACITE_API_RATE = "beaucoup"
    failing = Client(raise_request_exception=False)
    response = failing.post(DECISIONS, QUESTION, "application/json", headers=headers)
    assert is_problem(response, 500)
    assert "beaucoup" not in response.content.decode()


def test_a_secret_is_shown_once_renewed_and_revoked(caisse: Caisse) -> None:
    other = Caisse.objects.create(code="CAISSE2", name="Autre")
    options = ["--caisse", other.code, "--scope", "read", "--scope", "decisions", "--service", "s"]
    made = shown("create", caisse.code, "Portail", *options)
    client = ApiClient.objects.get(oauth=made["identifiant"])
    pair = NewClient(client, made["secret"])
    assert set(client.caisses.all()) == {caisse, other}
    assert ask(pair, "a", "s", caisse=caisse.code).status_code == 200
    before = bearer(pair)
    renewed = NewClient(client, shown("renew", client.client_id)["secret"])
    assert ask_for_token(pair).status_code == 401
    assert post(DECISIONS, {**QUESTION, "caisse": caisse.code}, before).status_code == 401
    assert ask(renewed, "a", "s", caisse=caisse.code).status_code == 200
    shown("revoke", client.client_id)
    assert ask_for_token(renewed).status_code == 401
    listed = StringIO()
    call_command("api_client", "list", stdout=listed)
    assert (
        f"{client.client_id}  {caisse.code},CAISSE2  Portail  révoqué  decisions,read  s"
        in listed.getvalue()
    )
    with pytest.raises(CommandError, match="révoqué"):
        call_command("api_client", "renew", client.client_id)


def shown(*arguments: str) -> dict[str, str]:
    """What the command prints, by label."""
    out = StringIO()
    call_command("api_client", *arguments, stdout=out)
    separator = "\N{NO-BREAK SPACE}: "
    return dict(line.split(separator) for line in out.getvalue().splitlines() if separator in line)


def test_a_client_is_made_for_a_known_caisse_only(caisse: Caisse, certified: NewClient) -> None:
    with pytest.raises(CommandError, match=caisse.code):
        call_command("api_client", "create", "AILLEURS", "Portail")
    with pytest.raises(CommandError, match="Aucun client"):
        call_command("api_client", "revoke", "caisse1-ffffffffffff")
    taken = certified.client.certificate
    with pytest.raises(CommandError, match="autre client"):
        call_command("api_client", "create", caisse.code, "Portail", "--certificate", taken)
    assert ApiClient.objects.count() == 1


def test_tokens_that_are_over_are_removed(portal: NewClient) -> None:
    bearer(portal)
    forget_old(clock.today())
    assert Token.objects.count() == 1
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    forget_old(clock.today())
    assert not Token.objects.exists()


def test_the_interface_describes_itself() -> None:
    response = Client().get("/api/v1/openapi.json")
    assert response.status_code == 200
    described = response.json()
    assert described["openapi"].startswith("3.1")
    operation = described["paths"][DECISIONS]["post"]
    assert {"200", "400", "401", "403", "413", "415", "422", "429"} == set(operation["responses"])
    assert operation["security"][0] == {"OAuth2": ["decisions"]}
    schemes = described["components"]["securitySchemes"]
    assert schemes["OAuth2"]["flows"]["clientCredentials"]["tokenUrl"] == TOKENS
    assert schemes["Certificate"]["type"] == "mutualTLS"
