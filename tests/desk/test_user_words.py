"""What an act about a named user says on screens: words, never a code."""

from typing import Any

import pytest

from contracts.models import User
from desk.users.words import said_by_user_act
from templates_conventions.catalogue import rulebook
from tests.portfolio import an_act
from workflows.act import Act
from workflows.acts import UserAct

WITH_PROFILES = rulebook("rsacg-msa-provence-azur")


def said(kind: str, **fields: Any) -> str:
    act = an_act(kind, "2024-02-01", user="1", **fields)
    assert isinstance(act, UserAct)
    acts: list[Act] = [act]
    return said_by_user_act(act, acts, WITH_PROFILES).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (
            "user_suspended",
            {"reason_code": "shared_credentials", "nature": "definitive"},
            "définitive, Identifiants partagés",
        ),
        (
            "user_suspended",
            {"reason_code": "review_silence", "visa": "JUR-1"},
            "temporaire, Liste des utilisateurs non confirmée par le partenaire, visa : JUR-1",
        ),
        ("credentials_lost", {"circumstance": "theft"}, "vol"),
        (
            "departure",
            {"request": "review-12"},
            "liste des utilisateurs confirmée par le partenaire",
        ),
        ("departure", {"request": "D-2024-1/2"}, ""),
        (
            "scope_changed",
            {"scope": {"departement": "02", "circonscription": "C1"}},
            "circonscription C1 (département 02)",
        ),
        ("scope_changed", {"scope": {}}, "celui du service"),
    ],
)
def test_an_act_is_told_in_words(kind: str, fields: dict[str, Any], words: str) -> None:
    assert said(kind, **fields) == words


def test_a_profile_is_told_by_its_number_and_its_name() -> None:
    rule = WITH_PROFILES.habilitation.profiles
    assert rule is not None
    label = next(one.label for one in rule.profiles if one.number == 2)
    for told in (
        said("profile_changed", profile="2", request="D-1"),
        said("granted", profile="2"),
    ):
        assert told == f"profil 2, {label}".replace("\u00a0", " ")


@pytest.mark.django_db
def test_who_decided_is_named() -> None:
    user = User.objects.create_user(
        "juriste@caisse.example", first_name="Maxence", last_name="Exemple"
    )
    told = said("user_suspension_lifted", decided_by=str(user.pk), reason="Vu")
    assert told == "Vu, décidé par Maxence Exemple"
    assert said("user_suspended", decided_by="999") == "temporaire"
