"""Second factors: asked at each sign-in, demanded of those who decide, and lost."""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from io import StringIO
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as site
from django.core.checks import run_checks
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from contracts.models import Caisse, SecondFactorReset, User, UserScope
from tests.desk.pages import words
from tests.desk.second_factor import PASSWORD, code_of, key_shown, sign_in, with_application
from tests.desk.test_signing_in import another, who
from workflows.effect_worker import drain

pytestmark = pytest.mark.django_db

LAWYER = "juriste@caisse.example"
ADMINISTRATOR = "administration@caisse.example"
SECOND_STEP = "/connexion/second-facteur/"


def of_staff(caisse: Caisse, address: str, role: str) -> User:
    user = User.objects.create_user(address, PASSWORD, first_name="Camille", last_name="Essai")
    UserScope.objects.create(user=user, caisse=caisse, role=role, first_day=date(2024, 1, 1))
    return user


@pytest.fixture
def lawyer(caisse: Caisse) -> User:
    return of_staff(caisse, LAWYER, "legal_officer")


@pytest.fixture
def administrator(caisse: Caisse) -> User:
    return of_staff(caisse, ADMINISTRATOR, "administrator")


@pytest.fixture
def demanded(settings: Settings) -> None:
    settings.TACITE_SECOND_FACTOR_DEMANDED = True


def codes_on(page: str) -> list[str]:
    """The recovery codes that a page shows."""
    return [code.replace(" ", "") for code in re.findall(r"\b\d{4} \d{4}\b", page)]


# At each sign-in.


def test_after_the_password_the_application_is_asked_for_and_the_way_goes_on(
    client: Client, lawyer: User
) -> None:
    key = with_application(Client(), LAWYER)
    sent = {"username": LAWYER, "password": PASSWORD, "next": "/conventions/"}
    answer = client.post("/connexion/", sent)
    assert answer["Location"].startswith(SECOND_STEP)
    assert who(client) is None
    assert "Prouvez que c’est bien vous" in words(client.get(answer["Location"]))
    assert client.post(answer["Location"], {"code": code_of(key)})["Location"] == "/conventions/"
    assert who(client) == lawyer.pk


def test_a_code_that_has_served_serves_nobody_else(lawyer: User) -> None:
    key = with_application(Client(), LAWYER)
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client, LAWYER)
    code = code_of(key)
    first.post(SECOND_STEP, {"code": code})
    assert "ne convient pas" in words(second.post(SECOND_STEP, {"code": code}))
    assert (who(first), who(second)) == (lawyer.pk, None)


def test_a_recovery_code_replaces_the_application_once(lawyer: User) -> None:
    owner = Client()
    with_application(owner, LAWYER)
    codes = codes_on(words(owner.get("/mon-compte/codes-de-secours/")))
    assert len(codes) == 10
    assert codes_on(words(owner.get("/mon-compte/codes-de-secours/"))) == []
    for expected in (lawyer.pk, None):
        client = Client()
        sign_in(client, LAWYER)
        client.post(SECOND_STEP, {"code": codes[0]})
        assert who(client) == expected
    assert "Il vous reste 9 codes" in words(owner.get("/mon-compte/"))


def test_wrong_codes_lock_like_wrong_passwords_and_the_right_one_waits_too(lawyer: User) -> None:
    key = with_application(Client(), LAWYER)
    client = Client()
    sign_in(client, LAWYER)
    wrong = another(code_of(key, 3))
    for _ in range(4):
        assert "ne convient pas" in words(client.post(SECOND_STEP, {"code": wrong}))
    assert "Attendez 15 minutes" in words(client.post(SECOND_STEP, {"code": wrong}), 429)
    assert client.post(SECOND_STEP, {"code": code_of(key)}).status_code == 429
    assert sign_in(client, LAWYER).status_code == 429
    assert who(client) is None


@pytest.mark.parametrize("typed", ["", "\0", "abc", "1" * 10_000, "٣٤٥٦٧٨"])
def test_what_is_no_code_is_said_beside_the_field(lawyer: User, typed: str) -> None:
    client = Client()
    with_application(Client(), LAWYER)
    sign_in(client, LAWYER)
    page = client.post(SECOND_STEP, {"code": typed})
    assert "À corriger" in words(page)
    assert 'id="id_code_error"' in page.content.decode()


HOSTILE = (
    "",
    "\0",
    "1" * 10_000,
    "[" * 10_000,
    "{}",
    '{"id": "a", "rawId": 1}',
    '{"response": {}}',
)


@pytest.mark.parametrize("credential", HOSTILE)
def test_what_no_key_answered_is_refused_at_sign_in_and_when_one_is_added(
    lawyer: User, credential: str
) -> None:
    owner, client = Client(), Client()
    with_application(owner, LAWYER)
    sign_in(client, LAWYER)
    refused = client.post(SECOND_STEP, {"credential": credential})
    assert "n’a pas été reconnue" in words(refused)
    owner.get("/mon-compte/cles/ajout/")
    added = owner.post("/mon-compte/cles/ajout/", {"credential": credential, "name": "a" * 61})
    assert "n’a pas été ajoutée" in words(added)
    assert "au plus 60 caractères" in words(added)
    assert not Authenticator.objects.filter(type="webauthn").exists()


# Of those who decide.


@pytest.mark.parametrize(
    ("role", "owes"),
    [
        ("back_office_agent", False),
        ("auditor", False),
        ("legal_officer", True),
        ("director", True),
        ("dpo", True),
        ("administrator", True),
    ],
)
def test_those_who_decide_open_no_page_without_a_second_factor(
    client: Client, caisse: Caisse, demanded: None, role: str, owes: bool
) -> None:
    of_staff(caisse, LAWYER, role)
    sign_in(client, LAWYER)
    home = client.get("/")
    if not owes:
        assert home.status_code == 200
        return
    assert home["Location"] == "/mon-compte/"
    assert client.post("/session/prolongation/").status_code == 302
    assert "avant toute autre page" in words(client.get("/mon-compte/"))
    key = key_shown(client)
    client.post("/mon-compte/application/", {"code": code_of(key)})
    assert client.get("/").status_code == 200
    Authenticator.objects.all().delete()
    again = Client()
    sign_in(again, LAWYER)
    assert again.get("/")["Location"] == "/mon-compte/"


def test_the_last_factor_of_who_must_have_one_stays(client: Client, lawyer: User) -> None:
    with_application(client, LAWYER)
    assert "le dernier" in words(client.get("/mon-compte/application/retrait/"))
    client.post("/mon-compte/application/retrait/")
    assert Authenticator.objects.filter(user=lawyer, type="totp").exists()


def test_a_factor_is_taken_away_after_proving_once_more_and_by_mail_it_is_told(
    client: Client,
    caisse: Caisse,
    settings: Settings,
    mailoutbox: list[EmailMessage],
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list[object]]],
) -> None:
    of_staff(caisse, LAWYER, "back_office_agent")
    with_application(client, LAWYER)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    answer = client.post("/mon-compte/application/retrait/")
    assert answer["Location"].startswith("/mon-compte/confirmation/")
    page = answer["Location"]
    assert "Ce n’est pas votre mot de passe" in words(client.post(page, {"password": "faux"}))
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(page, {"password": PASSWORD}).status_code == 302
    assert not Authenticator.objects.exists()
    drain()
    assert "a été retirée" in mailoutbox[-1].body


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("TACITE_SECOND_FACTOR_DEMANDED", False, "desk.E001"),
        ("MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", True, "desk.E002"),
        ("PASSWORD_HASHERS", ["django.contrib.auth.hashers.PBKDF2PasswordHasher"], "desk.E003"),
    ],
)
def test_a_site_that_enters_more_easily_than_it_may_is_not_deployed(
    settings: Settings, name: str, value: object, expected: str
) -> None:
    safe = {
        "TACITE_SECOND_FACTOR_DEMANDED": True,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
    }
    for setting, wanted in (safe | {name: value}).items():
        setattr(settings, setting, wanted)
    found = run_checks(tags=["security"], include_deployment_checks=True)
    assert [one.id for one in found if (one.id or "").startswith("desk.")] == [expected]


# At rest.


def test_the_key_of_an_application_is_not_readable_in_the_database(
    client: Client, lawyer: User, settings: Settings
) -> None:
    key = with_application(client, LAWYER)
    stored = Authenticator.objects.get(user=lawyer, type="totp")
    assert key not in json.dumps(stored.data)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key", [site.SECRET_KEY]
    assert stored.wrap().validate_code(code_of(key))


def test_a_factor_that_another_key_wrote_proves_nothing_and_breaks_nothing(
    client: Client, lawyer: User, settings: Settings
) -> None:
    key = with_application(Client(), LAWYER)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key", []
    sign_in(client, LAWYER)
    assert "ne convient pas" in words(client.post(SECOND_STEP, {"code": code_of(key)}))
    assert who(client) is None


# Lost.


def lost(lawyer: User, **fields: str) -> dict[str, str]:
    return {"identifier": str(uuid4()), "reason": "Téléphone perdu.", "checked": "on"} | fields


def test_an_administrator_takes_away_what_was_lost_and_it_is_written_down_and_told(
    client: Client,
    lawyer: User,
    administrator: User,
    caisse: Caisse,
    mailoutbox: list[EmailMessage],
) -> None:
    inside = Client()
    with_application(inside, LAWYER)
    assert inside.get("/").status_code == 200
    client.force_login(administrator)
    assert "Ajouté" in words(client.get("/seconds-facteurs/"))
    page = f"/seconds-facteurs/{lawyer.pk}/retrait/"
    assert "À corriger" in words(client.post(page, lost(lawyer, reason="", checked="")), 422)
    sent = lost(lawyer)
    for _ in range(2):
        assert client.post(page, sent)["Location"] == "/seconds-facteurs/"
    row = SecondFactorReset.objects.get()
    assert (row.user, row.author, row.caisse, row.removed) == (lawyer, administrator, caisse, 2)
    assert not Authenticator.objects.filter(user=lawyer).exists()
    assert inside.get("/").status_code == 302
    assert "Téléphone perdu" in words(client.get("/seconds-facteurs/"))
    drain()
    assert [mail.to for mail in mailoutbox if "Téléphone perdu" in mail.body] == [[LAWYER]]
    again = words(client.post(page, lost(lawyer)), 422)
    assert "il n’y a rien à retirer" in again


def test_no_one_else_takes_them_away(lawyer: User, administrator: User, caisse: Caisse) -> None:
    with_application(Client(), LAWYER)
    elsewhere = Caisse.objects.create(code="CAISSE2", name="Autre caisse d’essai")
    stranger = of_staff(elsewhere, "ailleurs@caisse.example", "administrator")
    page = f"/seconds-facteurs/{lawyer.pk}/retrait/"
    for user, status in ((stranger, 404), (lawyer, 403)):
        client = Client()
        client.force_login(user)
        assert client.post(page, lost(lawyer)).status_code == status
    own = Client()
    with_application(own, ADMINISTRATOR)
    answer = own.post(f"/seconds-facteurs/{administrator.pk}/retrait/", lost(administrator))
    assert answer.status_code == 422
    assert not SecondFactorReset.objects.exists()


def test_the_server_s_command_helps_who_is_shut_out_alone(administrator: User) -> None:
    with_application(Client(), ADMINISTRATOR)
    call_command("reset_second_factor", ADMINISTRATOR, reason="Clé perdue.", stdout=StringIO())
    assert not Authenticator.objects.filter(user=administrator).exists()
    row = SecondFactorReset.objects.get()
    assert (row.user, row.author, row.caisse) == (administrator, None, None)
    with pytest.raises(CommandError, match="rien à retirer"):
        call_command("reset_second_factor", ADMINISTRATOR, reason="Clé perdue.")


@pytest.mark.parametrize("wrong", ["nobody", "oneself", "no reason"])
def test_the_database_refuses_a_reset_that_nobody_answers_for(
    lawyer: User, administrator: User, caisse: Caisse, wrong: str
) -> None:
    row = SecondFactorReset(
        identifier=uuid4(),
        user=lawyer,
        caisse=caisse,
        author={"nobody": None, "oneself": lawyer}.get(wrong, administrator),
        reason="" if wrong == "no reason" else "Téléphone perdu.",
        removed=1,
        reset_at="2026-01-01T12:00:00+01:00",
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
