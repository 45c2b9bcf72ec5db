"""What the programs that watch over the site are told."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.test import Client

from tests.settings.test_starting import start

PROBE = (
    "from django.test import Client; answer = Client().get('/readyz', headers={'host': 'x'});"
    "print(answer.status_code, answer.content.decode())"
)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_both_answer_whoever_calls_the_machine_by_its_address(client: Client, path: str) -> None:
    answer = client.get(path, headers={"host": "10.0.0.7:8000"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert client.post(path).status_code == 405


def test_a_living_process_does_not_ask_its_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}


@pytest.mark.django_db
def test_documents_that_cannot_be_kept_are_told(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    options = {"location": tmp_path / "taken" / "evidence"}
    settings.STORAGES = settings.STORAGES | {
        "evidence": storages.backends["evidence"] | {"OPTIONS": options}
    }
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "not ready",
        "database": "ok",
        "migrations": "ok",
        "documents": "PermissionError",
    }


def test_tables_older_than_the_code_are_told(tmp_path: Path) -> None:
    told = start({"TACITE_VAR": str(tmp_path)}, "shell", "--no-imports", "-c", PROBE)
    status, _, content = told.stdout.strip().partition(" ")
    assert status == "503", told.stderr
    answers = json.loads(content)
    assert answers["migrations"].endswith("migrations to apply")
    assert answers["database"] == answers["documents"] == "ok"


def test_a_database_that_is_away_is_told_without_saying_where(tmp_path: Path) -> None:
    away = {
        "TACITE_VAR": str(tmp_path),
        "TACITE_DATABASE": "postgresql",
        "TACITE_DATABASE_NAME": "tacite",
        "TACITE_DATABASE_HOST": str(tmp_path),
    }
    told = start(away, "shell", "--no-imports", "-c", PROBE)
    status, _, content = told.stdout.strip().partition(" ")
    assert status == "503", told.stderr
    assert json.loads(content)["database"] == "OperationalError"
    assert str(tmp_path) not in content
