"""Evidence: private, unguessable, identified by its content."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, transaction

from contracts.models import Convention, EvidenceFile, User
from contracts.services.evidence import LARGEST, store_evidence
from tests.forms_annexes.files import a_pdf
from tests.portfolio import an_act
from workflows import subjects

pytestmark = pytest.mark.django_db

LETTER = a_pdf()


def test_a_file_is_kept_under_a_name_that_says_nothing(agent: User) -> None:
    names = set()
    for _ in range(3):
        row = store_evidence(ContentFile(LETTER), "dénonciation mairie.pdf", agent)
        assert re.fullmatch(r"evidence/[0-9a-f]{32}", row.file.name)
        names.add(row.file.name)
        assert row.original_name == "dénonciation mairie.pdf"
        assert (row.sha256, row.size) == (sha256(LETTER).hexdigest(), len(LETTER))
        with storages["evidence"].open(row.file.name) as stored:
            assert stored.read() == LETTER
    assert len(names) == 3


def test_evidence_has_no_address(evidence_file: EvidenceFile) -> None:
    with pytest.raises(ValueError, match="n’a pas d’adresse"):
        _ = evidence_file.file.url


def test_evidence_is_read_by_the_server_alone(evidence_file: EvidenceFile) -> None:
    assert Path(evidence_file.file.path).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("virus.exe", LETTER, "pas acceptés"),
        ("page.html", LETTER, "pas acceptés"),
        ("courrier.pdf", b"", "est vide"),
        ("dossier 295109912611193.pdf", LETTER, "sécurité sociale"),
        ("courrier.pdf", b"MZ a program", "n’est pas un fichier PDF"),
        ("enveloppe.jpg", LETTER, "n’est pas un fichier JPEG"),
        ("convention.docx", LETTER, "n’est pas un fichier DOCX"),
        ("scan.pdf", b"%PDF-" + bytes(LARGEST), "dépasse 25 Mo"),
    ],
)
def test_a_bad_file_is_refused_and_not_stored(name: str, content: bytes, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        store_evidence(ContentFile(content), name, None)
    assert not EvidenceFile.objects.exists()


def test_a_guessable_name_is_refused_by_the_database(evidence_file: EvidenceFile) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceFile.objects.filter(pk=evidence_file.pk).update(file="evidence/letter-12.pdf")


def test_an_act_keeps_its_evidence(convention: Convention, evidence_file: EvidenceFile) -> None:
    row = subjects.record(
        convention, an_act("suspension", "2024-02-01"), None, evidence=[evidence_file]
    )
    assert list(row.evidence.all()) == [evidence_file]
