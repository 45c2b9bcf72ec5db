"""The embedded directory, and the demonstration portal over it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from access.directory import embedded as directory
from access.directory.embedded import EmbeddedDirectory, SignIn
from access.models import DirectoryEntry, Habilitation
from access.services.logins import note_last_login
from access.services.notification import NothingToSend, temporary_password
from contracts.models import Caisse, Convention
from tests.portfolio import noon, record
from workflows import clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("embedded")]

Grant = Callable[..., Habilitation]
CHOSEN = "une phrase de sept mots bien choisis"


@pytest.fixture
def sent(granted: Grant) -> tuple[Habilitation, str]:
    """A habilitation with the temporary password that its message would carry."""
    habilitation = granted()
    return habilitation, temporary_password(habilitation)


def signs_in(habilitation: Habilitation, password: str) -> SignIn:
    account = habilitation.account
    return directory.sign_in(account.caisse, account.identifier, password).outcome


def everything_at_rest() -> str:
    """All that the tables hold."""
    return "\n".join(
        str(row) for model in apps.get_models() for row in model._default_manager.values()
    )


def test_the_temporary_password_is_nowhere_at_rest(
    sent: tuple[Habilitation, str], settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    habilitation, password = sent
    assert signs_in(habilitation, password) is SignIn.MUST_CHANGE
    entry = DirectoryEntry.objects.get()
    directory.choose_password(entry.pk, CHOSEN)
    stored = everything_at_rest()
    assert habilitation.account.identifier in stored
    assert password not in stored
    assert CHOSEN not in stored
    assert password not in caplog.text
    files = [file.read_bytes() for file in Path(settings.VAR).rglob("*") if file.is_file()]
    assert all(password.encode() not in content for content in files)


@pytest.mark.usefixtures("argon2")
def test_passwords_are_hashed_with_argon2(sent: tuple[Habilitation, str]) -> None:
    assert DirectoryEntry.objects.get().password.startswith("argon2$argon2id$")


@pytest.fixture
def argon2(settings: Any) -> None:
    """The hashers of the house, which the tests otherwise replace by a quick one."""
    from settings import base

    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS


def test_a_password_in_clear_is_refused_by_the_database(sent: tuple[Habilitation, str]) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError, match="password_hashed"), transaction.atomic():
        DirectoryEntry.objects.update(password=sent[1])


def test_the_first_login_forces_a_new_password(sent: tuple[Habilitation, str]) -> None:
    habilitation, password = sent
    assert signs_in(habilitation, password) is SignIn.MUST_CHANGE
    note_last_login(habilitation.account)
    habilitation.refresh_from_db()
    assert habilitation.last_login_on is None
    directory.choose_password(DirectoryEntry.objects.get().pk, CHOSEN)
    assert signs_in(habilitation, password) is SignIn.REFUSED
    assert signs_in(habilitation, CHOSEN) is SignIn.DONE
    assert note_last_login(habilitation.account) == 1
    assert note_last_login(habilitation.account) == 0
    habilitation.refresh_from_db()
    assert (habilitation.state, habilitation.last_login_on) == ("active", clock.today())


def test_a_new_temporary_password_takes_the_place_of_the_one_before(
    sent: tuple[Habilitation, str],
) -> None:
    habilitation, password = sent
    again = EmbeddedDirectory().reset(habilitation.account)
    assert signs_in(habilitation, password) is SignIn.REFUSED
    assert signs_in(habilitation, again) is SignIn.MUST_CHANGE


def test_wrong_unknown_and_locked_read_the_same(
    sent: tuple[Habilitation, str], caisse: Caisse
) -> None:
    habilitation, password = sent
    DirectoryEntry.objects.update(locked=True)
    answers = {
        directory.sign_in(caisse, habilitation.account.identifier, "faux"),
        directory.sign_in(caisse, "inconnu", password),
        directory.sign_in(caisse, habilitation.account.identifier, password),
    }
    assert answers == {directory.SignedIn(SignIn.REFUSED)}


def test_failures_make_the_user_wait(sent: tuple[Habilitation, str]) -> None:
    habilitation, password = sent
    for _ in range(5):
        assert signs_in(habilitation, "faux") is SignIn.REFUSED
    assert signs_in(habilitation, password) is SignIn.REFUSED
    with clock.set_to(noon("2024-02-01") + timedelta(seconds=61)):
        assert signs_in(habilitation, password) is SignIn.MUST_CHANGE


def test_no_password_is_made_for_what_no_longer_opens(
    sent: tuple[Habilitation, str], convention: Convention, django_capture_on_commit_callbacks: Any
) -> None:
    habilitation, _ = sent
    with django_capture_on_commit_callbacks(execute=True):
        record(convention, "suspension", "2024-02-01")
    habilitation.account.refresh_from_db()
    with pytest.raises(NothingToSend):
        temporary_password(habilitation)


def enter(client: Client, habilitation: Habilitation, password: str) -> Any:
    account = habilitation.account
    return client.post(
        "/portail/",
        {"caisse": account.caisse.code, "identifier": account.identifier, "password": password},
        follow=True,
    )


def test_the_named_user_enters_chooses_a_password_and_sees_the_service(
    sent: tuple[Habilitation, str], client: Client
) -> None:
    habilitation, password = sent
    page = enter(client, habilitation, password)
    assert page.redirect_chain[-1][0] == "/portail/mot-de-passe/"
    # The temporary password opens nothing else.
    assert client.get("/portail/services/").url == "/portail/mot-de-passe/"
    weak = client.post("/portail/mot-de-passe/", {"password": "court", "again": "court"})
    assert weak.status_code == 422
    assert "se devine trop facilement" in weak.content.decode()
    other = client.post("/portail/mot-de-passe/", {"password": CHOSEN, "again": CHOSEN + "x"})
    assert "diffèrent" in other.content.decode()
    page = client.post("/portail/mot-de-passe/", {"password": CHOSEN, "again": CHOSEN}, follow=True)
    text = page.content.decode()
    assert "Ce service s’ouvrirait maintenant" in text
    assert habilitation.convention.number in text
    habilitation.refresh_from_db()
    assert habilitation.state == "active"


def test_a_wrong_password_opens_nothing(sent: tuple[Habilitation, str], client: Client) -> None:
    page = enter(client, sent[0], "faux")
    assert page.status_code == 422
    assert "n’ouvrent rien" in page.content.decode()
    assert client.get("/portail/services/").url == "/portail/"
    assert client.get("/portail/mot-de-passe/").url == "/portail/"


def test_a_lock_ends_the_session_of_the_portal(
    sent: tuple[Habilitation, str], client: Client
) -> None:
    enter(client, *sent)
    DirectoryEntry.objects.update(locked=True)
    assert client.get("/portail/services/").url == "/portail/"


def test_leaving_the_portal_ends_its_session(
    sent: tuple[Habilitation, str], client: Client
) -> None:
    enter(client, *sent)
    assert client.post("/portail/sortie/").url == "/portail/"
    assert client.get("/portail/mot-de-passe/").url == "/portail/"


def test_the_portal_shows_why_a_service_is_shut(
    sent: tuple[Habilitation, str], client: Client, convention: Convention
) -> None:
    enter(client, *sent)
    client.post("/portail/mot-de-passe/", {"password": CHOSEN, "again": CHOSEN})
    record(convention, "suspension", "2024-02-01")
    text = client.get("/portail/services/").content.decode()
    assert "Ce service ne s’ouvre pas" in text
    assert "suspendu" in text
