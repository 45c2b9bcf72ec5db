"""Passwords: temporary ones drawn at random, chosen ones as strong as the CNIL asks."""

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError

from access import passwords
from workflows.rulebook_access import InitialPassword


@pytest.mark.parametrize(
    "password",
    [
        "Tr4verse!b0r",  # 12 characters of four kinds, the CNIL's first example.
        "TraverseBord42",  # 14 of three.
        "une phrase de sept mots bien choisis",
        "un-deux-trois-quatre-cinq-six-sept",
    ],
)
def test_the_examples_of_the_cnil_are_accepted(password: str) -> None:
    passwords.check_new(password)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "se devine"),
        ("Ab1!efghijk", "se devine"),
        ("TraverseBord4", "se devine"),
        ("traversebordure", "se devine"),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaa", "se devine"),
        ("Caisse1000042!Xy", "contient l’identifiant"),
        ("x" * 129, "dépasse"),
    ],
)
def test_a_weak_password_is_refused_with_what_to_do(password: str, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        passwords.check_new(password, identifier="caisse1000042")


def test_the_temporary_password_is_not_chosen_again() -> None:
    temporary = passwords.temporary(None)
    with pytest.raises(ValidationError, match="celui qu’il faut remplacer"):
        passwords.check_new(temporary, replaces=make_password(temporary))


def test_a_temporary_password_is_strong_and_never_the_same() -> None:
    drawn = {passwords.temporary(None) for _ in range(50)}
    assert len(drawn) == 50
    assert all(len(one) == 16 and one.isalnum() for one in drawn)
    assert not set("".join(drawn)) & set("0O1lI")


def test_a_rulebook_may_fix_the_form_of_the_first_password() -> None:
    rule = InitialPassword(
        length=8, alphabet="alphanumeric", case_sensitive=True, random=True, article="3-2"
    )
    assert all(len(passwords.temporary(rule)) == 8 for _ in range(5))
