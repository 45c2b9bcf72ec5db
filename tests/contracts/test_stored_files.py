"""``manage.py documents verify``: a file changed, lost or unknown is found."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from contracts.models import Convention, EvidenceFile, User
from contracts.models.evidence import evidence_storage
from contracts.services.documents import convention_document, issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def clean() -> None:
    """The storage of the process, without what other tests left."""
    storage = evidence_storage()
    if storage.exists("evidence"):
        for name in storage.listdir("evidence")[1]:
            storage.delete(f"evidence/{name}")


@pytest.fixture
def issued(clean: None, convention: Convention, agent: User) -> EvidenceFile:
    return issue(convention, convention_document(convention), agent).file


def verified() -> str:
    out = StringIO()
    call_command("documents", "verify", stdout=out)
    return out.getvalue()


def refused() -> str:
    out = StringIO()
    with pytest.raises(CommandError, match=r"1\sfichier"):
        call_command("documents", "verify", stdout=out)
    return out.getvalue()


def test_untouched_files_pass(issued: EvidenceFile) -> None:
    assert "tels qu’ils ont été déposés" in verified()


def test_nothing_stored_passes(clean: None) -> None:
    assert "tels qu’ils ont été déposés" in verified()


def test_one_changed_byte_is_found(issued: EvidenceFile) -> None:
    path = Path(evidence_storage().path(issued.file.name))
    content = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(content[:-1] + b"!")
    said = refused()
    assert issued.file.name in said
    assert "n’est plus celui" in said


def test_a_lost_file_is_found(issued: EvidenceFile) -> None:
    evidence_storage().delete(issued.file.name)
    assert "manque" in refused()


def test_a_stranger_is_found(issued: EvidenceFile) -> None:
    name = evidence_storage().save("evidence/etranger", ContentFile(b"?"))
    assert name in refused()
