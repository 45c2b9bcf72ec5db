from importlib.metadata import version
from pathlib import Path

import pytest
from django.core.checks import run_checks

from access.checks import only_one_django_fsm
from contracts.models import Caisse


def test_the_guard_library_is_the_maintained_one() -> None:
    assert version("django-fsm-2")
    assert only_one_django_fsm(None) == []


def test_the_inactive_library_beside_it_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "django_fsm-3.0.1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: django-fsm\nVersion: 3.0.1\n")
    monkeypatch.syspath_prepend(tmp_path)
    errors = [found for found in run_checks() if found.id == "access.E001"]
    assert len(errors) == 1
    assert "pip uninstall django-fsm" in str(errors[0].hint)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("directory", "annuaire-inconnu"),
        ("third_parties_register", "ailleurs"),
        ("connection_retention", "un an"),
        ("account_retention", "12 mois"),
        ("credentials_channel", "pigeon"),
        ("activation_hours", 0),
        ("user_review", {"every": "douze mois"}),
    ],
)
def test_a_setting_of_a_caisse_that_cannot_be_read_is_told_with_the_caisse(
    caisse: Caisse, setting: str, value: object
) -> None:
    caisse.settings = {"directory": "embedded", setting: value}
    caisse.save()
    [error] = run_checks(tags=["database"], databases=["default"])
    assert error.id == "access.E003"
    assert caisse.code in str(error.hint)


@pytest.mark.django_db
def test_settings_that_can_be_read_are_no_fault(caisse: Caisse) -> None:
    caisse.settings = {
        "directory": "embedded",
        "third_parties_register": "here",
        "connection_retention": 24,
        "account_retention": None,
        "credentials_channel": "letter",
        "activation_hours": 48,
        "user_review": {"every": "P1Y", "reminders": ["P15D"], "suspend_after": "P45D"},
    }
    caisse.save()
    assert run_checks(tags=["database"], databases=["default"]) == []
