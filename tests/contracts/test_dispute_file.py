"""The evidence file: everything about a convention, checked with other tools than Tacite."""

import io
import json
import subprocess
import zipfile
from datetime import date
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from access.services.habilitations import grant
from contracts.models import Convention, EvidenceFile, Person, PublishedRulebook, User
from contracts.services import dispute_file
from contracts.services.documents import convention_document, issue
from contracts.services.evidence import store_evidence
from contracts.services.signed_copies import Told, deposit
from tests.contracts.avenants_told import THREE_YEARS, prepared, signed
from tests.desk.pages import somebody
from tests.documents import pdf_text, plain
from tests.forms_annexes.files import a_pdf
from tests.portfolio import an_act
from workflows import clock, heads, subjects

pytestmark = pytest.mark.django_db

PDF = a_pdf()


@pytest.fixture
def told(convention: Convention, agent: User) -> Convention:
    """A convention with a document, a proof and a person."""
    issue(convention, convention_document(convention), agent)
    proof = store_evidence(ContentFile(PDF), "accusé reçu n° 1.pdf", agent)
    act = an_act("cnil_copy_requested", "2024-01-20", by="partner")
    subjects.record(convention, act, agent, [proof])
    return convention


def written(convention: Convention) -> tuple[dispute_file.DisputeFile, zipfile.ZipFile]:
    target = io.BytesIO()
    done = dispute_file.write(convention, target)
    return done, zipfile.ZipFile(target)


def test_sha256sum_accepts_the_manifest(told: Convention, tmp_path: Path) -> None:
    _, archive = written(told)
    archive.extractall(tmp_path)
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    listed = {line.split("  ", 1)[1] for line in (tmp_path / "SHA256SUMS").read_text().splitlines()}
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert found == listed | {"SHA256SUMS"}
    assert {"index.pdf", "vie.txt", "evenements.json", "journal.json"} <= found


def test_the_files_are_those_that_were_stored(told: Convention) -> None:
    _, archive = written(told)
    [document] = [name for name in archive.namelist() if name.startswith("documents/")]
    assert sha256(archive.read(document)).hexdigest() == told.documents.get().sha256
    assert archive.read("pieces/001-accuse-recu-n-1.pdf") == PDF


@pytest.mark.parametrize("name", ["evenements.json", "journal.json"])
def test_the_chains_are_followed_without_tacite(told: Convention, name: str) -> None:
    _, archive = written(told)
    rows = json.loads(archive.read(name))
    assert rows
    previous = ""
    for row in rows:
        said = f"{previous}\n{row['forme_canonique']}".encode()
        assert row["empreinte_precedente"] == previous
        assert row["empreinte"] == sha256(said).hexdigest()
        previous = row["empreinte"]


def test_the_index_says_what_happened_and_what_is_there(told: Convention) -> None:
    _, archive = written(told)
    told_by_it = plain(pdf_text(archive.read("index.pdf")))
    for words in ("En vigueur", "15 janvier 2024", "9-1", "evenements.json", "sha256sum -c"):
        assert words in told_by_it
    assert (
        "trois mois" in archive.read("vie.txt").decode() or "3" in archive.read("vie.txt").decode()
    )


def test_a_changed_and_a_missing_file_are_told(told: Convention) -> None:
    document = told.documents.get().file
    storage = document.file.storage
    storage.delete(document.file.name)
    proof = EvidenceFile.objects.exclude(pk=document.pk).get()
    Path(storage.path(proof.file.name)).chmod(0o600)
    Path(storage.path(proof.file.name)).write_bytes(b"%PDF-1.7 autre")
    done, archive = written(told)
    assert len(done.problems) == 2
    assert "manque" in done.problems[0]
    assert "n’est plus celui" in done.problems[1]
    told_by_it = plain(pdf_text(archive.read("index.pdf")))
    assert "À savoir avant de s’en servir" in told_by_it


def test_the_persons_it_gave_access_to_are_told(told: Convention, agent: User) -> None:
    person = Person.objects.create(
        first_name="Claude", last_name="Exemple", email="claude@creche.example"
    )
    grant(told, person, told.rules.services[0].code, agent, date(2024, 2, 1))
    _, archive = written(told)
    one = json.loads(archive.read("habilitations/001.json"))
    assert one["personne"] == "Claude Exemple"
    assert one["evenements"][0]["genre"] == "granted"


def test_signed_copies_and_avenants_are_in_it(told: Convention, agent: User) -> None:
    scan = a_pdf(lambda pdf: pdf.add_blank_page())
    said = Told(("partner",), date(2024, 1, 20), "partner")
    deposit(told.documents.get(), ContentFile(scan, "scan.pdf"), "scan.pdf", said, agent)
    signed(prepared(told), "partner", "2024-01-30")
    _, archive = written(told)
    assert archive.read("copies-signees/001-scan.pdf") == scan
    [copy] = json.loads(archive.read("copies-signees.json"))
    assert (copy["niveau"], copy["original_de"]) == ("Manuscrite, numérisée", "partner")
    [avenant] = json.loads(archive.read("avenants.json"))
    assert avenant["regles_changees"] == THREE_YEARS
    assert [(fact["nature"], fact["date_legale"]) for fact in avenant["faits"]] == [
        ("Signature", "2024-01-30")
    ]


def test_the_head_of_the_day_goes_with_it(told: Convention) -> None:
    head = heads.take(clock.today())
    assert head is not None
    _, archive = written(told)
    [name] = [name for name in archive.namelist() if name.startswith("empreintes/")]
    assert json.loads(archive.read(name))["digest"] == head.digest


def test_the_command_writes_it_once(told: Convention, tmp_path: Path) -> None:
    path = tmp_path / "dossier.zip"
    out = StringIO()
    call_command("evidence", told.number, "--out", str(path), stdout=out)
    assert str(path) in out.getvalue()
    assert zipfile.ZipFile(path).testzip() is None
    with pytest.raises(CommandError, match="existe déjà"):
        call_command("evidence", told.number, "--out", str(path))
    with pytest.raises(CommandError, match="Aucune convention"):
        call_command("evidence", "N-0", "--out", str(tmp_path / "autre.zip"))


def test_half_an_archive_is_not_left_behind(told: Convention, tmp_path: Path) -> None:
    spoilt = PublishedRulebook.objects.create(
        code="modele-illisible",
        version=1,
        content={"code": "modele-illisible"},
        digest="0" * 64,
        published_at=clock.now(),
    )
    Convention.objects.filter(pk=told.pk).update(pinned=spoilt)
    with pytest.raises(ValueError, match="Rulebook"):
        call_command("evidence", told.number, "--out", str(tmp_path / "dossier.zip"))
    assert list(tmp_path.iterdir()) == []


def test_only_those_who_commit_the_caisse_take_it_away(told: Convention) -> None:
    address = f"/conventions/{told.pk}/dossier-de-preuve/"
    given = somebody(told.caisse, "legal_officer").post(address)
    content = io.BytesIO(b"".join(given.streaming_content))  # type: ignore[attr-defined]
    assert zipfile.ZipFile(content).testzip() is None
    assert somebody(told.caisse, "back_office_agent").post(address).status_code == 403
    assert somebody(told.caisse, "director").get(address).status_code == 405
