"""Passwords of the staff: strong enough, changed, forgotten."""

import re
from datetime import date

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.test import Client

from contracts.models import Caisse, User, UserScope
from tests.desk.pages import words
from tests.desk.second_factor import PASSWORD, sign_in
from tests.desk.test_signing_in import who
from workflows.effect_worker import drain

pytestmark = pytest.mark.django_db

STAFF = "gestionnaire@caisse.example"
CHANGE = "/mon-compte/mot-de-passe/"
FORGOTTEN = "/connexion/mot-de-passe-oublie/"
OTHER = "une crèche bleue au bord du lac"


@pytest.fixture
def clerk(caisse: Caisse) -> User:
    user = User.objects.create_user(STAFF, PASSWORD)
    UserScope.objects.create(
        user=user, caisse=caisse, role="back_office_agent", first_day=date(2024, 1, 1)
    )
    return user


@pytest.mark.parametrize(
    ("password", "is_enough"),
    [
        ("Tr0ub4dor&3x!", True),
        ("aB3$eF6*hI9", False),
        ("aBcDeF1hIjKlM2", True),
        ("aBcDeF1hIjKlM", False),
        ("exemple pour essayer", True),
        ("quatre mots courts", False),
        ("a" * 200, False),
        ("12345678901234567890", False),
        ("gestionnaire@caisse", False),
        ("   ", False),
    ],
)
def test_a_password_is_worth_eighty_bits(clerk: User, password: str, is_enough: bool) -> None:
    if is_enough:
        validate_password(password, clerk)
    else:
        with pytest.raises(ValidationError):
            validate_password(password, clerk)


def change(client: Client, old: str, new: str, again: str | None = None) -> object:
    sent = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post(CHANGE, sent)


def test_who_knows_the_password_changes_it_and_the_other_sessions_end(
    clerk: User, mailoutbox: list[EmailMessage]
) -> None:
    here, elsewhere = Client(), Client()
    sign_in(here, STAFF)
    sign_in(elsewhere, STAFF)
    assert "diffèrent" in words(change(here, PASSWORD, OTHER, "autre"))
    assert "se devine trop vite" in words(change(here, PASSWORD, "court"))
    assert "256 caractères au plus" in words(change(here, PASSWORD, "aB3$" * 100))
    assert change(here, PASSWORD, OTHER).status_code == 302
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    drain()
    assert "le mot de passe a été changé" in mailoutbox[-1].body
    assert sign_in(Client(), STAFF, OTHER).status_code == 302


def test_guessing_the_present_password_locks_like_signing_in(clerk: User) -> None:
    client = Client()
    sign_in(client, STAFF)
    for _ in range(4):
        assert "pas votre mot de passe actuel" in words(change(client, "faux", OTHER))
    assert "Attendez 15 minutes" in words(change(client, "faux", OTHER), 429)
    assert change(client, PASSWORD, OTHER).status_code == 429
    clerk.refresh_from_db()
    assert clerk.check_password(PASSWORD)


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"https?://[^/\s]+(/connexion/\S+)", mail.body)
    assert found is not None
    return found[1]


def test_a_forgotten_password_is_replaced_by_a_link_that_serves_once_and_signs_nobody_in(
    client: Client, clerk: User, mailoutbox: list[EmailMessage]
) -> None:
    client.post(FORGOTTEN, {"email": STAFF.upper()})
    [mail] = mailoutbox
    page = client.get(link_in(mail))["Location"]
    assert "Choisir un autre mot de passe" in words(client.get(page))
    sent = {"new_password1": OTHER, "new_password2": OTHER}
    assert client.post(page, sent)["Location"] == "/connexion/"
    assert who(client) is None
    assert "n’est plus valable" in words(Client().get(link_in(mail)))
    assert sign_in(client, STAFF, OTHER)["Location"] == "/"


def test_every_address_gets_the_same_answer_and_only_the_staff_a_mail(
    clerk: User, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.create_user("direction@creche.example")
    User.objects.create_user("parti@caisse.example", PASSWORD, is_active=False)
    answers = set()
    for address in (STAFF, "direction@creche.example", "parti@caisse.example", "x@y.example"):
        answer = Client().post(FORGOTTEN, {"email": address}, follow=True)
        answers.add((answer.status_code, words(answer)))
    assert len(answers) == 1
    assert [mail.to for mail in mailoutbox] == [[STAFF]]


@pytest.mark.parametrize("typed", ["", "\0@x.example", "a" * 300 + "@x.example", "pas une adresse"])
def test_what_is_no_address_is_said_beside_the_field(client: Client, typed: str) -> None:
    assert "À corriger" in words(client.post(FORGOTTEN, {"email": typed}), 422)


@pytest.mark.parametrize("link", ["MQ/abc-def", "%00/x", "____/set-password", "MQ/set-password"])
def test_a_link_that_nobody_received_says_so(client: Client, clerk: User, link: str) -> None:
    assert "n’est plus valable" in words(client.get(f"{FORGOTTEN}{link}/"))
