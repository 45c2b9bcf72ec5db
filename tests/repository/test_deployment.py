"""What `deploy/` promises: files that exist, commands that there are, settings that start."""

import re
import secrets
import tomllib
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from tests.repository.tree import ROOT
from tests.settings.test_starting import start

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def variables(file: Path) -> dict[str, str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def commands_in(text: str) -> set[str]:
    return set(re.findall(r'manage\.py"?,? "?([a-z_]+)', text))


def test_the_example_starts_production_once_its_secrets_are_filled_in() -> None:
    example = variables(DEPLOY / "tacite.env.example")
    secret = {name for name, value in example.items() if not value}
    assert secret == {"TACITE_SECRET_KEY", "TACITE_DATABASE_PASSWORD", "TACITE_LDAP_PASSWORD"}
    filled = example | {name: secrets.token_urlsafe(64) for name in secret}
    done = start(filled, "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_runs_what_there_is_as_nobody_of_importance(unit: Path) -> None:
    parser = ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit.read_text(encoding="utf-8"))
    service = parser["Service"]
    assert service["User"] == "tacite"
    assert service["NoNewPrivileges"] == "yes"
    assert commands_in(service["ExecStart"]) <= set(get_commands()) | {"procrastinate"}
    assert "settings.wsgi" in service["ExecStart"] or commands_in(service["ExecStart"])


def test_the_services_of_the_trial_refer_to_what_there_is() -> None:
    services = COMPOSE["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"]), name
        for volume in service.get("volumes", ()):
            origin = volume.split(":")[0]
            assert origin in COMPOSE["volumes"] or (DEPLOY / origin).is_file(), volume
        if build := service.get("build"):
            assert (DEPLOY / build["context"] / build["dockerfile"]).is_file(), name
        assert commands_in(str(service.get("command", ""))) <= set(get_commands()) | {
            "procrastinate"
        }
    hosts = {"TACITE_DATABASE_HOST", "TACITE_SMTP_HOST"}
    example = variables(DEPLOY / "tacite.env.example")
    assert {example[name] for name in hosts} <= set(services)
    assert example["TACITE_LDAP_URL"].removeprefix("ldap://") in services


@pytest.mark.parametrize("file", ["deploy/Dockerfile", "deploy/directory/Dockerfile"])
def test_an_image_copies_what_there_is_and_what_is_not_ignored(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8").replace("\\\n", " ")
    copied = [word for line in re.findall(r"^COPY (.*)", text, re.M) for word in line.split()[:-1]]
    kept = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    assert copied
    for source in copied:
        assert (ROOT / source).exists(), source
        assert any(Path(source).is_relative_to(name) for name in kept), source


def test_the_image_holds_every_package_and_knows_its_extras() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = re.search(r"'\.\[(.*)\]'", text)
    assert extras
    assert set(extras[1].split(",")) <= set(project["project"]["optional-dependencies"])
    for package in project["tool"]["setuptools"]["packages"]["find"]["include"]:
        assert f"COPY {package.rstrip('*')} " in text
