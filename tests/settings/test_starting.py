"""The site starts only with what it needs, and says what is missing."""

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from settings import known
from tests.repository.tree import ROOT

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "settings.production",
    "TACITE_SECRET_KEY": secrets.token_urlsafe(64),
    "TACITE_ALLOWED_HOSTS": "tacite.example, www.tacite.example",
    "TACITE_SOURCE_URL": "https://tacite.example/source",
    "TACITE_SITE_URL": "https://tacite.example",
    "TACITE_MAIL_FROM": "ne-pas-repondre@tacite.example",
    "TACITE_SMTP_HOST": "mail.example",
    "TACITE_DATABASE": "postgresql",
    "TACITE_DATABASE_NAME": "tacite",
}


def start(
    variables: Mapping[str, str], *command: str, program: Sequence[str] = ("manage.py",)
) -> subprocess.CompletedProcess[str]:
    """Run a command of manage.py in an environment that holds nothing else of Tacite's."""
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TACITE_", "DJANGO_"))
    }
    return subprocess.run(
        [sys.executable, *program, *command],
        cwd=ROOT,
        env=own | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_is_deployable_without_a_warning() -> None:
    done = start(PRODUCTION, "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    "name",
    [
        "TACITE_SECRET_KEY",
        "TACITE_ALLOWED_HOSTS",
        "TACITE_SOURCE_URL",
        "TACITE_SITE_URL",
        "TACITE_MAIL_FROM",
        "TACITE_SMTP_HOST",
        "TACITE_DATABASE_NAME",
    ],
)
def test_production_names_the_setting_without_which_it_will_not_start(name: str) -> None:
    without = {key: value for key, value in PRODUCTION.items() if key != name}
    done = start(without, "check")
    assert done.returncode != 0
    assert f"The environment variable {name} is not set" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TACITE_SMPT_TLS", "none", "is none of Tacite's: TACITE_SMTP_TLS may be meant"),
        ("TACITE_COULEUR", "vert", "docs/running.md lists those there are"),
        ("TACITE_SITE_URL", "tacite.example", "expected an address such as https://"),
        ("TACITE_SITE_URL", "http://tacite.example", "expected an address such as https://"),
        ("TACITE_SITE_URL", "https://tacite.example/ici", "with nothing behind the name"),
        ("TACITE_SITE_URL", "https://[tacite", "expected an address such as https://"),
        ("TACITE_SOURCE_URL", "source", "expected an address such as https://"),
        ("TACITE_ALLOWED_HOSTS", "https://tacite.example/", "without https:// nor a path"),
        ("TACITE_SMTP_HOST", "smtp://mail.example", "without https:// nor a path"),
        ("TACITE_MAIL_FROM", "Tacite", "expected a mail address"),
        ("TACITE_HEAD_RECIPIENTS", "audit", "expected a mail address"),
        ("TACITE_DATABASE", "sqlite", "expected one of postgresql"),
        ("TACITE_DATABASE_PORT", "cinq", "expected a whole number of port"),
        ("TACITE_TRUST_ROOTS", "/nowhere/at/all", "which is no folder"),
        ("TACITE_BOUNCES_FOLDER", "/nowhere/at/all", "which is no folder"),
        ("TACITE_EVIDENCE_REGION", "fr-par", "TACITE_EVIDENCE_BUCKET is not"),
    ],
)
def test_a_wrong_setting_is_named_before_anything_starts(name: str, value: str, said: str) -> None:
    done = start(PRODUCTION | {name: value}, program=("-c", "import settings.production"))
    assert done.returncode != 0
    *_, last = done.stderr.strip().splitlines()
    assert name in last
    assert said in last


def test_an_unknown_database_is_refused_with_the_known_ones() -> None:
    done = start({"TACITE_DATABASE": "oracle"}, "check")
    assert done.returncode != 0
    assert "TACITE_DATABASE is 'oracle': expected 'sqlite' or 'postgresql'." in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("TACITE_BREAKER_PERCENT", "250", "expected at most 100 per cent"),
        ("TACITE_BREAKER_PERCENT", "0,5", "expected a whole number of per cent above zero"),
        ("TACITE_BREAKER_NUMBER", "0", "expected a whole number of cases above zero"),
        ("TACITE_BREAKER_FLOOR", "-1", "expected a whole number of cases above zero"),
    ],
)
def test_a_limit_of_the_breaker_that_is_none_is_refused(
    name: str, value: str, expected: str
) -> None:
    done = start({name: value}, "check")
    assert done.returncode != 0
    assert f"{name} is {value!r}: {expected}" in done.stderr


def test_the_embedded_mode_makes_its_own_secret_once(tmp_path: Path) -> None:
    show = "from django.conf import settings; print(settings.SECRET_KEY)"
    keys = {
        start({"TACITE_VAR": str(tmp_path)}, "shell", "--no-imports", "-c", show).stdout
        for _ in range(2)
    }
    assert len(keys) == 1
    key = keys.pop().strip()
    assert len(key) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_each_environment_variable_is_documented() -> None:
    sources = [*(ROOT / "settings").glob("*.py")]
    read = {
        name
        for source in sources
        if source.name != "known.py"
        for name in re.findall(r'"(TACITE_[A-Z_]+)"', source.read_text(encoding="utf-8"))
    }
    assert read == known.NAMES
    page = (ROOT / "docs/running.md").read_text(encoding="utf-8")
    assert read == set(re.findall(r"`(TACITE_[A-Z_]+)`", page))
