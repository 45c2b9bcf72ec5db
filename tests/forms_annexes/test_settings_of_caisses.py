"""The settings of a caisse that the partner space reads: a wrong one is told at the start."""

from __future__ import annotations

from typing import Any

import pytest

from access.setting_checks import settings_of_caisses
from contracts.models import Caisse

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.mark.parametrize(
    ("setting", "wrong"),
    [
        ("request_reminders", {"partner": ["P30D", "P15D"]}),
        ("request_reminders", {"lapse_after": "trois mois"}),
        ("prerequisite_reminder_days", "un mois"),
        ("prerequisite_reminder_days", -1),
        ("public_requests", "tout"),
        ("declarations", {"secure_chanel": "le guichet"}),
    ],
)
def test_a_setting_that_cannot_be_read_is_told_with_its_caisse(
    caisse: Caisse, setting: str, wrong: Any
) -> None:
    assert settings_of_caisses(None, ["default"]) == []
    caisse.settings = {setting: wrong}
    caisse.save()
    [fault] = settings_of_caisses(None, ["default"])
    assert setting in fault.msg
    assert fault.obj == caisse


def test_settings_that_can_be_read_are_no_fault(caisse: Caisse) -> None:
    caisse.settings = {
        "request_reminders": {"partner": ["P10D"], "lapse_after": "P3M"},
        "prerequisite_reminder_days": 45,
        "public_requests": [],
        "declarations": {"secure_channel": "Le guichet de la caisse"},
    }
    caisse.save()
    assert settings_of_caisses(None, ["default"]) == []
