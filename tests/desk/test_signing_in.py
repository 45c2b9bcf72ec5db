"""Signing in: by password or by a mailed code, with the same answer for every address."""

import logging
import re
from datetime import date, timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from contracts.models import Caisse, Convention, Partner, PartnerMembership, User, UserScope
from forms_annexes.models import Invitation
from forms_annexes.services.invitations import invite
from tests.desk.test_pages import text_of

PASSWORD = "un mot de passe assez long"
STAFF = "gestionnaire@caisse.example"
PARTNER = "direction@creche.example"

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(caisse: Caisse) -> User:
    user = User.objects.create_user(STAFF, PASSWORD)
    UserScope.objects.create(
        user=user, caisse=caisse, role="back_office_agent", first_day=date(2024, 1, 1)
    )
    return user


@pytest.fixture
def director(partner: Partner) -> User:
    user = User.objects.create_user(PARTNER)
    PartnerMembership.objects.create(
        user=user, partner=partner, role="director", first_day=date(2024, 1, 1)
    )
    return user


def ask_code(client: Client, address: str, **fields: str) -> Any:
    return client.post("/connexion/envoi-du-code/", {"email": address} | fields)


def code_in(mail: EmailMessage) -> str:
    found = re.search(r"\b\d{6}\b", mail.body)
    assert found is not None
    return found[0]


def enter(client: Client, code: str, **fields: str) -> Any:
    return client.post("/connexion/code/", {"code": code} | fields)


def who(client: Client) -> int | None:
    found = client.session.get("_auth_user_id")
    return None if found is None else int(found)


def another(code: str) -> str:
    """Six digits that are not those."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


# By password.


def test_the_staff_enter_by_address_and_password_and_come_back_where_they_were(
    client: Client, clerk: User
) -> None:
    sent = {"username": STAFF.upper(), "password": PASSWORD, "next": "/conventions/?q=psu"}
    assert client.post("/connexion/", sent)["Location"] == "/conventions/?q=psu"
    assert who(client) == clerk.pk


def test_no_address_of_another_site_is_followed_after_signing_in(
    client: Client, clerk: User
) -> None:
    sent = {"username": STAFF, "password": PASSWORD, "next": "https://ailleurs.example/"}
    assert client.post("/connexion/", sent)["Location"] == "/"


def test_a_closed_account_is_answered_like_a_wrong_password(client: Client, clerk: User) -> None:
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    sent = {"username": STAFF, "password": PASSWORD}
    assert "ne vont pas ensemble" in text_of(client.post("/connexion/", sent))
    assert who(client) is None


def test_a_partner_has_no_password_to_enter_by(client: Client, director: User) -> None:
    sent = {"username": PARTNER, "password": director.password}
    assert "ne vont pas ensemble" in text_of(client.post("/connexion/", sent))
    assert who(client) is None


# By a code.


def test_a_partner_enters_by_the_code_received(
    client: Client, director: User, mailoutbox: list[EmailMessage]
) -> None:
    assert ask_code(client, PARTNER.upper())["Location"] == "/connexion/code/"
    [mail] = mailoutbox
    assert mail.to == [PARTNER]
    page = text_of(client.get("/connexion/code/"))
    assert "Recopiez le code reçu" in page
    code = code_in(mail)
    assert code not in page
    assert enter(client, f" {code[:3]} {code[3:]} ")["Location"] == "/espace/"
    assert who(client) == director.pk


def test_a_code_serves_once(client: Client, director: User, mailoutbox: list[EmailMessage]) -> None:
    ask_code(client, PARTNER)
    code = code_in(mailoutbox[0])
    enter(client, code)
    client.post("/deconnexion/")
    assert enter(client, code)["Location"] == "/connexion/"
    assert who(client) is None


def test_a_code_is_of_the_browser_that_asked_for_it(
    client: Client, director: User, mailoutbox: list[EmailMessage]
) -> None:
    ask_code(client, PARTNER)
    elsewhere = Client()
    ask_code(elsewhere, "inconnu@creche.example")
    enter(elsewhere, code_in(mailoutbox[0]))
    assert who(elsewhere) is None


def test_a_wrong_code_is_said_beside_its_field_and_after_three_all_is_to_begin_again(
    client: Client, director: User, mailoutbox: list[EmailMessage]
) -> None:
    ask_code(client, PARTNER)
    code = code_in(mailoutbox[0])
    for _ in range(2):
        assert "Ce n’est pas le code envoyé" in text_of(enter(client, another(code)))
    answer = enter(client, another(code), next="/espace/")
    assert answer["Location"] == "/connexion/?next=%2Fespace%2F"
    assert "Trop d’essais" in text_of(client.get(answer["Location"]))
    assert enter(client, code)["Location"] == "/connexion/"
    assert who(client) is None


def test_an_expired_code_opens_nothing_and_says_so(
    client: Client, director: User, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    ask_code(client, PARTNER)
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = -1
    answer = enter(client, code_in(mailoutbox[0]), next="/espace/")
    assert answer["Location"] == "/connexion/?next=%2Fespace%2F"
    assert "n’est plus valable" in text_of(client.get(answer["Location"]))
    assert who(client) is None


def test_another_code_may_be_asked_for_and_the_first_is_worth_nothing_any_more(
    client: Client, director: User, mailoutbox: list[EmailMessage]
) -> None:
    ask_code(client, PARTNER)
    client.post("/connexion/code/", {"action": "resend"})
    first, second = (code_in(mail) for mail in mailoutbox)
    if first != second:  # One time in a million they are the same.
        enter(client, first)
        assert who(client) is None
    enter(client, second)
    assert who(client) == director.pk


def test_an_invited_director_comes_back_to_the_invitation(
    client: Client, convention: Convention, mailoutbox: list[EmailMessage]
) -> None:
    invite(convention, PARTNER, author=None)
    [invitation] = Invitation.objects.all()
    assert not invitation.user.has_usable_password()
    back = "/invitation/le-lien/"
    answer = ask_code(client, PARTNER, next=back)
    assert answer["Location"] == "/connexion/code/?next=%2Finvitation%2Fle-lien%2F"
    assert f'value="{back}"' in client.get(answer["Location"]).content.decode()
    assert enter(client, code_in(mailoutbox[-1]), next=back)["Location"] == back
    assert who(client) == invitation.user_id


@pytest.mark.parametrize(
    "path",
    [
        "/espace/",
        "/espace/demandes/1/",
        "/espace/demandes/1/etape/1/",
        "/espace/demandes/1/recapitulatif/",
        "/espace/demandes/1/signature/",
    ],
)
def test_every_entry_of_the_space_offers_a_code_first_and_leads_back(
    client: Client, director: User, mailoutbox: list[EmailMessage], path: str
) -> None:
    sign_in = client.get(path)["Location"]
    page = client.get(sign_in).content.decode()
    assert f'name="next" value="{path}"' in page
    assert page.index('id="voie-code"') < page.index('id="voie-password"')
    ask_code(client, PARTNER, next=path)
    assert enter(client, code_in(mailoutbox[-1]), next=path)["Location"] == path
    assert who(client) == director.pk


def test_the_staff_never_enter_by_a_code(
    client: Client, clerk: User, mailoutbox: list[EmailMessage]
) -> None:
    clerk.set_unusable_password()
    clerk.save()
    assert ask_code(client, STAFF)["Location"] == "/connexion/code/"
    assert mailoutbox == []
    for _ in range(3):
        enter(client, "")
    assert who(client) is None


@pytest.mark.parametrize("change", [{"is_superuser": True}, {"is_active": False}])
def test_a_code_is_never_enough_for_an_administrator_nor_for_a_closed_account(
    client: Client, director: User, mailoutbox: list[EmailMessage], change: dict[str, bool]
) -> None:
    User.objects.filter(pk=director.pk).update(**change)
    ask_code(client, PARTNER)
    assert mailoutbox == []


def test_who_becomes_staff_after_the_code_was_sent_does_not_enter_by_it(
    client: Client, director: User, caisse: Caisse, mailoutbox: list[EmailMessage]
) -> None:
    ask_code(client, PARTNER)
    UserScope.objects.create(
        user=director, caisse=caisse, role="director", first_day=date(2024, 1, 1)
    )
    assert enter(client, code_in(mailoutbox[0]))["Location"] == "/connexion/"
    assert who(client) is None


# The same answer for every address.


def test_unknown_staff_and_partner_addresses_get_the_same_pages(
    clerk: User, director: User
) -> None:
    answers = set()
    for address in (STAFF, PARTNER, "inconnu@creche.example"):
        client = Client()
        asked = ask_code(client, address)
        page = text_of(client.get("/connexion/code/")).replace(address, "…")
        wrong = text_of(enter(client, "12")).replace(address, "…")
        answers.add((asked.status_code, asked["Location"], page, wrong))
    assert len(answers) == 1


def test_too_many_codes_asked_for_an_address_are_refused_in_words(
    client: Client, director: User, mailoutbox: list[EmailMessage]
) -> None:
    for _ in range(3):
        ask_code(client, PARTNER)
    page = text_of(ask_code(client, PARTNER))
    assert "Trop d’essais" in page
    assert len(mailoutbox) == 3
    cache.clear()
    ask_code(client, PARTNER)
    assert len(mailoutbox) == 4


@pytest.mark.parametrize("typed", ["", "pas une adresse", "a@b@c.example", "\0@x.example"])
def test_what_is_no_address_is_said_to_be_none(client: Client, typed: str) -> None:
    page = text_of(ask_code(client, typed))
    assert "À corriger" in page
    assert "adresse électronique" in page


# Who tries passwords.


def try_password(client: Client, address: str = STAFF, place: str = "192.0.2.1") -> Any:
    sent = {"username": address, "password": "faux"}
    return client.post("/connexion/", sent, REMOTE_ADDR=place)


def test_five_wrong_passwords_lock_the_address_from_that_place_only(clerk: User) -> None:
    client = Client()
    for _ in range(4):
        assert try_password(client).status_code == 200
    assert try_password(client).status_code == 429
    right = {"username": STAFF, "password": PASSWORD}
    locked = client.post("/connexion/", right, REMOTE_ADDR="192.0.2.1")
    assert locked.status_code == 429
    assert "Attendez 15 minutes" in re.sub(r"\s+", " ", locked.content.decode())
    assert who(client) is None
    assert client.post("/connexion/", right, REMOTE_ADDR="192.0.2.2").status_code == 302


def test_the_lock_is_lifted_by_time(clerk: User) -> None:
    client = Client()
    for _ in range(5):
        try_password(client)
    [attempt] = AccessAttempt.objects.all()
    attempt.attempt_time -= timedelta(minutes=16)
    attempt.save()
    right = {"username": STAFF, "password": PASSWORD}
    assert client.post("/connexion/", right, REMOTE_ADDR="192.0.2.1").status_code == 302
    assert not AccessAttempt.objects.exists()


def test_an_address_that_nobody_has_is_locked_alike(clerk: User) -> None:
    pages = set()
    for address in (STAFF, "inconnu@caisse.example"):
        client = Client()
        for _ in range(4):
            try_password(client, address)
        answer = try_password(client, address)
        pages.add((answer.status_code, answer.content))
    assert len(pages) == 1


def test_what_is_kept_and_logged_of_a_failure_names_nobody(
    clerk: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = Client()
    for _ in range(6):
        try_password(client)
    [attempt] = AccessAttempt.objects.all()
    kept = " ".join(
        str(getattr(attempt, field.name))
        for field in AccessAttempt._meta.fields
        if field.name != "ip_address"
    )
    for secret in (STAFF, "gestionnaire", "faux"):
        assert secret not in kept
        assert secret not in caplog.text
    assert "192.0.2.1" not in caplog.text


# What surrounds it.
