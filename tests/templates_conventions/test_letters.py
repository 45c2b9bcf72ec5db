"""The letters of the journey: complete, without a secret in what is stored."""

from datetime import date
from typing import Any

import pytest

from templates_conventions.assembly import CannotAssemble
from templates_conventions.document import Document
from templates_conventions.letter_assembly import MASKED, letter_document
from templates_conventions.letters import letter_codes
from tests.documents import DAY, FACTS, LETTERS, NURSERY, plain, rules, text_of

PASSWORD = "Tr*uite_9-Mauve|42"


def letter(code: str, **options: Any) -> Document:
    return letter_document(rules(), code, FACTS, DAY, LETTERS[code], **options)


def test_each_step_of_the_journey_has_its_letter() -> None:
    assert set(LETTERS) <= set(letter_codes(NURSERY))


@pytest.mark.parametrize("code", sorted(LETTERS))
def test_a_letter_says_from_whom_to_whom_when_and_about_what(code: str) -> None:
    text = text_of(letter(code, to="À l’attention de la direction"))
    for words in (
        "Caisse d’essai",
        "À l’attention de la direction",
        "Le 2 janvier 2026",
        "Objet :",
    ):
        assert words in text
    assert "CAISSE1-PSU-2026-00042" in text


def test_the_notification_follows_the_rules_of_the_password() -> None:
    advised = rules(habilitation__credentials__first_login_change__obligation="advised")
    values = LETTERS["notification-habilitation"]
    text = text_of(letter_document(advised, "notification-habilitation", FACTS, DAY, values))
    assert "vous devez changer" in text_of(letter("notification-habilitation"))
    assert "nous vous invitons à changer" in text


def test_the_reminder_names_the_day_that_the_rules_count_from() -> None:
    values = LETTERS["rappel-limite-denonciation"]
    received = rules(notice__counts_from="reception")
    text = text_of(letter_document(received, "rappel-limite-denonciation", FACTS, DAY, values))
    assert "Dernier jour d’envoi" in text_of(letter("rappel-limite-denonciation"))
    assert "Dernier jour de réception" in text


def test_the_missing_pieces_are_listed_one_by_one() -> None:
    text = text_of(letter("demande-piece"))
    assert "la signature du directeur\nla date de la signature" in text


@pytest.mark.parametrize(
    ("code", "secret"),
    [("notification-habilitation", "temporary_password"), ("invitation-directeur", "link")],
)
def test_a_secret_stands_only_in_the_letter_that_is_sent(code: str, secret: str) -> None:
    sent = letter(code, secrets={secret: PASSWORD})
    kept = letter(code)
    assert PASSWORD in text_of(sent)
    assert sent.holds_secret
    assert PASSWORD not in repr(sent.facts)
    assert MASKED in text_of(kept)
    assert PASSWORD not in repr(kept)
    assert not kept.holds_secret


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"user": None}, "« user » manque"),
        ({"opens_on": "demain"}, "« opens_on » n’est pas de genre date"),
        ({"temporary_password": PASSWORD}, "« temporary_password » n’est pas une valeur"),
        ({"phone": "1"}, "« phone » n’est pas une valeur"),
    ],
)
def test_a_value_missing_or_strange_is_refused(changes: dict, problem: str) -> None:
    values = LETTERS["notification-habilitation"] | changes
    with pytest.raises(CannotAssemble) as refused:
        letter_document(rules(), "notification-habilitation", FACTS, DAY, values)
    assert problem in plain(str(refused.value))
    assert PASSWORD not in str(refused.value)


def test_an_optional_value_may_be_left_out() -> None:
    values = {"received_on": DAY, "user": "Claude Exemple"}
    document = letter_document(rules(), "accuse-reception-demande", FACTS, DAY, values)
    assert "devrait s’ouvrir" not in text_of(document)
    expected = values | {"expected_on": date(2026, 1, 20)}
    document = letter_document(rules(), "accuse-reception-demande", FACTS, DAY, expected)
    assert "devrait s’ouvrir vers le 20 janvier 2026" in text_of(document)
