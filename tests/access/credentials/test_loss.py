"""Lost credentials: told to the caisse, or replaced by their user where the rulebook says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from access.directory.embedded import SignIn, sign_in
from access.models import Habilitation
from access.services.loss import declare_lost
from tests.access.credentials.conftest import (
    CAF,
    PICARDIE,
    RSA,
    Letterbox,
    Open,
    fresh,
    password_in,
)
from workflows import clock
from workflows.effect_worker import drain
from workflows.effects import unfinished
from workflows.models import Effect
from workflows.recording import ActRefused

pytestmark = pytest.mark.django_db

PAGE = "/mot-de-passe-perdu/"
NUMBERS = {
    word: number
    for number, word in enumerate(["un", "deux", "trois", "quatre", "cinq", "six", "sept"], 1)
} | {"huit": 8, "neuf": 9}


def signs_in(habilitation: Habilitation, password: str) -> SignIn:
    account = habilitation.account
    return sign_in(account.caisse, account.identifier, password).outcome


def asks(identifier: str, caisse: str = "CAISSE1", answer: str = "", client: Any = None) -> Any:
    """Fill the page in as its reader does, and go where it leads."""
    client = client or Client()
    page = client.get(PAGE).content.decode()
    key = re.search(r'name="question_0" value="(\w+)"', page)
    question = re.search(r"Combien font (\w+) plus (\w+)", page)
    assert key is not None
    assert question is not None
    right = str(NUMBERS[question[1]] + NUMBERS[question[2]])
    return client.post(
        PAGE,
        {
            "caisse": caisse,
            "identifier": identifier,
            "question_0": key[1],
            "question_1": answer or right,
        },
        follow=True,
    )


def test_a_loss_closes_the_right_and_ends_the_password(
    open_access: Open, letterbox: Letterbox
) -> None:
    habilitation = open_access(PICARDIE)
    old = password_in(letterbox.last_text())
    loss = declare_lost(habilitation, clock.today(), None)
    drain()
    after = fresh(habilitation)
    assert (after.state, after.close_cause, loss.granted) == ("closed", "credentials_lost", None)
    assert after.account.state == "locked"
    assert signs_in(habilitation, old) is SignIn.REFUSED
    assert len(letterbox.received) == 1


def test_a_person_may_grant_another_right_at_once(open_access: Open, letterbox: Letterbox) -> None:
    habilitation = open_access(PICARDIE)
    old = password_in(letterbox.last_text())
    granted = [
        declare_lost(habilitation, clock.today(), None, grant_anew=True).granted for _ in range(2)
    ]
    drain()
    assert granted[0] == granted[1] is not None
    assert fresh(habilitation).state == "closed"
    assert fresh(granted[0]).state == "credentials_sent"
    assert len(letterbox.received) == 2
    assert signs_in(habilitation, old) is SignIn.REFUSED
    assert signs_in(granted[0], password_in(letterbox.last_text())) is SignIn.MUST_CHANGE


def test_a_loss_to_come_is_refused_and_changes_nothing(
    open_access: Open, letterbox: Letterbox
) -> None:
    habilitation = open_access(PICARDIE)
    with pytest.raises(ActRefused):
        declare_lost(habilitation, clock.today().replace(day=20), None, grant_anew=True)
    assert signs_in(habilitation, password_in(letterbox.last_text())) is SignIn.MUST_CHANGE
    assert not unfinished().exists()


def test_a_loss_told_where_users_help_themselves_sends_a_new_password(
    open_access: Open, letterbox: Letterbox
) -> None:
    habilitation = open_access(CAF)
    old = password_in(letterbox.last_text())
    declare_lost(habilitation, clock.today(), None, grant_anew=True)
    drain()
    assert fresh(habilitation).state == "credentials_sent"
    assert signs_in(habilitation, old) is SignIn.REFUSED
    assert signs_in(habilitation, password_in(letterbox.last_text())) is SignIn.MUST_CHANGE


def test_the_user_asks_for_another_password_and_must_change_it(
    open_access: Open, letterbox: Letterbox
) -> None:
    habilitation = open_access(CAF)
    old = password_in(letterbox.last_text())
    asks(habilitation.account.identifier.upper())
    drain()
    new = password_in(letterbox.last_text())
    assert letterbox.received[-1]["To"] == "camille@structure.example"
    assert len(new) == 8
    assert signs_in(habilitation, old) is SignIn.REFUSED
    assert signs_in(habilitation, new) is SignIn.MUST_CHANGE
    assert fresh(habilitation).acts.filter(kind="credentials_sent").count() == 2


def test_the_answer_does_not_say_whether_an_account_exists(
    open_access: Open, letterbox: Letterbox, django_assert_num_queries: Any
) -> None:
    habilitation = open_access(CAF)
    known, unknown = asks(habilitation.account.identifier), asks("personne")
    assert known.content == unknown.content
    assert known.redirect_chain == unknown.redirect_chain
    rows = list(Effect.objects.filter(handler="access.lost_password").values("payload", "lane"))
    assert len(rows) == 2, "the same is written in both cases"
    assert "personne" not in repr(rows)
    drain()
    assert len(letterbox.received) == 2


def test_where_the_rulebook_wants_a_new_habilitation_nothing_leaves(
    open_access: Open, letterbox: Letterbox, convention_of: Callable[[str], Any]
) -> None:
    habilitation = open_access(PICARDIE)
    convention_of(CAF)  # So that the caisse is in the list.
    asks(habilitation.account.identifier)
    drain()
    assert len(letterbox.received) == 1


def test_a_caisse_without_such_a_convention_is_not_in_the_list(
    open_access: Open, letterbox: Letterbox
) -> None:
    open_access(RSA)
    page = Client().get(PAGE).content.decode()
    assert "Aucune caisse ne le propose ici" in page
    assert "<form" not in page.split("<main")[1]


def test_a_wrong_answer_asks_another_question(open_access: Open, letterbox: Letterbox) -> None:
    habilitation = open_access(CAF)
    refused = asks(habilitation.account.identifier, answer="99")
    assert refused.status_code == 422
    assert "La réponse n’est pas la bonne" in refused.content.decode()
    assert not Effect.objects.filter(handler="access.lost_password").exists()


def test_an_answer_in_words_is_right(open_access: Open, letterbox: Letterbox) -> None:
    open_access(CAF)
    client = Client()
    page = client.get(PAGE).content.decode()
    key = re.search(r'name="question_0" value="(\w+)"', page)
    question = re.search(r"Combien font (\w+) plus (\w+)", page)
    assert key is not None
    assert question is not None
    words = "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
    words = [*words.split(), "dix-sept", "dix-huit"]
    sum_in_words = words[NUMBERS[question[1]] + NUMBERS[question[2]] - 2]
    sent = {
        "caisse": "CAISSE1",
        "identifier": "personne",
        "question_0": key[1],
        "question_1": f" {sum_in_words.capitalize()} ",
    }
    assert client.post(PAGE, sent).status_code == 302
    assert client.post(PAGE, sent).status_code == 422, "a question is answered once"


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"caisse": "AILLEURS", "identifier": "x", "question_0": "x", "question_1": "1"},
        {"caisse": "CAISSE1", "identifier": "x" * 65},
        {"caisse": "CAISSE1", "identifier": "x\x00", "question_0": "", "question_1": ""},
    ],
)
def test_a_page_badly_filled_in_says_what_to_do(
    open_access: Open, letterbox: Letterbox, sent: dict[str, str]
) -> None:
    open_access(CAF)
    answer = Client().post(PAGE, {"caisse": "", **sent})
    assert answer.status_code == 422
    assert "À corriger avant de continuer" in answer.content.decode()


def test_whoever_insists_waits_whether_the_account_exists_or_not(
    open_access: Open, letterbox: Letterbox
) -> None:
    habilitation = open_access(CAF)
    for identifier in (habilitation.account.identifier, "personne"):
        assert [asks(identifier).status_code for _ in range(4)] == [200, 200, 200, 429]
