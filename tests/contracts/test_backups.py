"""A backup brought back onto an empty machine, and the archives that are none."""

import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from contracts.models import Convention, EvidenceFile, User
from contracts.models.evidence import evidence_storage
from contracts.services.documents import convention_document, issue
from tests.settings.test_starting import PRODUCTION, start

LIVED = pytest.mark.django_db(transaction=True)
"""What is saved is read by another connection: it must be committed."""

TELL = (
    "from contracts.models import Convention, EvidenceFile;"
    "print(*Convention.objects.values_list('number', 'state'), EvidenceFile.objects.count())"
)
CHANGE = "from contracts.models import ConventionAct; ConventionAct.objects.update(kind='cnil')"


@pytest.fixture
def issued(convention: Convention, agent: User) -> EvidenceFile:
    """A convention in force and one document; nothing else in the storage."""
    storage = evidence_storage()
    if storage.exists("evidence"):
        for name in storage.listdir("evidence")[1]:
            storage.delete(f"evidence/{name}")
    return issue(convention, convention_document(convention), agent).file


@pytest.fixture
def empty_machine(tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """The variables of a site that has nothing yet, on the engine of this run."""
    folder = tmp_path / "new"
    folder.mkdir()
    if connection.vendor == "sqlite":
        yield {"TACITE_VAR": str(folder)}
        return
    name = f"restored_{uuid4().hex}"
    known = {key: os.environ[key] for key in os.environ if key.startswith("TACITE_DATABASE")}
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        yield PRODUCTION | known | {"TACITE_VAR": str(folder), "TACITE_DATABASE_NAME": name}
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')


@LIVED
def test_what_was_saved_comes_back_whole_and_is_verified(
    convention: Convention,
    issued: EvidenceFile,
    tmp_path: Path,
    empty_machine: Mapping[str, str],
) -> None:
    path = tmp_path / "tacite.tar"
    call_command("backup", str(path), stdout=io.StringIO())
    assert path.stat().st_mode & 0o077 == 0
    assert {one.name for one in tmp_path.iterdir()} == {"tacite.tar", "new"}

    done = start(empty_machine, "restore", str(path))
    assert done.returncode == 0, done.stderr
    said = done.stdout.replace("\N{NO-BREAK SPACE}", " ")
    assert "et 1 document." in said
    assert "Tous les événements et les journaux sont tels qu’ils ont été écrits." in said
    assert "Tout ce qui est enregistré est ce que donnent les événements." in said
    assert "Tous les fichiers sont tels qu’ils ont été déposés." in said
    told = start(empty_machine, "shell", "--no-imports", "-c", TELL)
    assert told.stdout.strip() == f"('{convention.number}', 'active') 1", told.stderr

    changed = start(empty_machine, "shell", "--no-imports", "-c", CHANGE)
    assert "append-only" in changed.stderr
    again = start(empty_machine, "restore", str(path))
    assert again.returncode != 0
    assert "n’est pas vide" in again.stderr


@LIVED
def test_a_lost_document_is_told_and_the_rest_is_saved_once(
    issued: EvidenceFile, tmp_path: Path
) -> None:
    evidence_storage().delete(issued.file.name)
    told = io.StringIO()
    path = tmp_path / "tacite.tar"
    with pytest.raises(CommandError, match="des documents manquent"):
        call_command("backup", str(path), stdout=io.StringIO(), stderr=told)
    assert f"{issued.file.name}\N{NO-BREAK SPACE}: le fichier manque" in told.getvalue()
    with tarfile.open(path) as tar:
        assert tar.getnames() == ["manifest.json", "database.dump", "SHA256SUMS"]
    before = path.read_bytes()
    with pytest.raises(CommandError, match="existe déjà"):
        call_command("backup", str(path))
    assert path.read_bytes() == before


def an_archive(path: Path, **told: Any) -> Path:
    """Written by hand: what the format promises, of a database that is none."""
    manifest = {"format": 1, "made_at": "2026-01-02T03:04:05+00:00", "engine": connection.vendor}
    manifest |= {"migrations": [], "files": 0} | told
    members = {"manifest.json": json.dumps(manifest).encode(), "database.dump": b"x" * 50_000}
    lines = [f"{sha256(content).hexdigest()}  {name}\n" for name, content in members.items()]
    members["SHA256SUMS"] = "".join(lines).encode()
    with tarfile.open(path, "w") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def cut(path: Path) -> None:
    an_archive(path).write_bytes(an_archive(path).read_bytes()[:30_000])


def cut_between_two_files(path: Path) -> None:
    with tarfile.open(an_archive(path)) as tar:
        last = tar.getmember("SHA256SUMS").offset
    path.write_bytes(path.read_bytes()[:last] + b"\0" * 1024)


def one_byte(path: Path) -> None:
    content = bytearray(an_archive(path).read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("write", "said"),
    [
        (cut, "ne se lit pas"),
        (cut_between_two_files, "est incomplet"),
        (one_byte, r"a été changé depuis son écriture.*database\.dump"),
        (lambda path: path.write_text("ceci n’est pas une archive"), "ne se lit pas"),
        (lambda path: path.write_bytes(b""), "ne se lit pas"),
        (lambda path: path.mkdir(), "aucun fichier de ce nom"),
        (lambda path: an_archive(path, format=2), "cette version"),
        (lambda path: an_archive(path, engine="oracle"), "base oracle"),
        (lambda path: an_archive(path, migrations=["contracts.9999_later"]), "plus récente"),
        (lambda path: an_archive(path), "n’est pas vide"),
    ],
)
def test_what_cannot_be_restored_is_told_and_changes_nothing(
    convention: Convention, tmp_path: Path, write: Callable[[Path], Any], said: str
) -> None:
    write(tmp_path / "tacite.tar")
    with pytest.raises(CommandError, match=said):
        call_command("restore", str(tmp_path / "tacite.tar"))
    assert Convention.objects.get() == convention
