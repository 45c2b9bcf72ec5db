"""Scans found by their names in a ZIP or a folder; what is missing, doubled or bad is told."""

import io
import zipfile
from pathlib import Path

import pytest

from access.imports.scan_files import BadScans, ScanFiles, in_archive, in_folder
from access.imports.source import SourceRow
from tests.forms_annexes.files import a_pdf
from tests.quarantined import daemon, infected
from tests.services.antivirus_daemon import Daemon

__all__ = ["daemon"]


def archive(**files: bytes) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out


def kinds(scans: ScanFiles, *names: str) -> list[str]:
    """The faults of some scans."""
    faults = [scans.fault(name) for name in names]
    return [one.kind for one in faults if one]


def test_a_scan_is_found_whatever_its_folder_capitals_and_system() -> None:
    pdf = a_pdf()
    files = {
        "2019/CONV-1.PDF": pdf,
        "Pieces/Cre\N{COMBINING GRAVE ACCENT}che.pdf": pdf,
        "__MACOSX/2019/._CONV-1.PDF": b"x",
        "2019/Thumbs.db": b"x",
        "oubliée.pdf": pdf,
    }
    with in_archive(archive(**files), None) as scans:
        assert kinds(scans, "conv-1.pdf", "Crèche.pdf") == []
        assert scans.has("conv-1.pdf")
        row = SourceRow(2, "conventions", {"number": "C-1", "files": "conv-1.pdf|crèche.PDF "})
        assert scans.unnamed([row]) == ["oubliée.pdf"]


def test_a_scan_is_found_under_the_folder_that_a_row_writes_before_its_name() -> None:
    with in_archive(archive(**{"2019/conv-1.pdf": a_pdf()}), None) as scans:
        for name in ("2019/conv-1.pdf", "ailleurs\\CONV-1.pdf", "../../conv-1.pdf"):
            assert scans.has(name)
            assert scans.fault(name) is None
            assert scans.unnamed([SourceRow(2, "conventions", {"files": name})]) == []
        assert not scans.has("/etc/passwd")


def test_a_missing_scan_is_looked_for_under_a_near_name() -> None:
    with in_archive(archive(**{"2019/Conv-1.jpg": b"x"}), None) as scans:
        assert scans.near("conv-1.jpeg") == "Conv-1.jpg"
        assert scans.near("statuts.pdf") == ""


def test_a_name_written_by_an_old_windows_is_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("X" * 9 + ".pdf", a_pdf())
    written = out.getvalue().replace(b"XXXXXXXXX.pdf", "À_signer_.pdf".encode("cp850"))
    with in_archive(io.BytesIO(written), None) as scans:
        assert scans.has("À_signer_.pdf")


def test_what_is_missing_doubled_or_not_what_it_says_is_told() -> None:
    files = {
        "a/deux.pdf": a_pdf(),
        "b/deux.pdf": a_pdf(),
        "faux.pdf": b"MZ programme",
        "vide.pdf": b"",
        "page.html": b"<p>",
        "2 85 05 78 006 084 41.pdf": a_pdf(),
    }
    with in_archive(archive(**files), None) as scans:
        assert not scans.has("absente.pdf")
        assert kinds(scans, "deux.pdf", "faux.pdf") == ["scan_twice", "bad_scan"]
        assert kinds(scans, "vide.pdf", "page.html") == ["bad_scan", "bad_scan"]
        [nir] = [name for name in files if name.startswith("2 85")]
        fault = scans.fault(nir)
        assert fault is not None
        assert "numéro de sécurité sociale" in fault.message


@pytest.mark.django_db
def test_a_scan_is_kept_as_any_other_file(tmp_path: Path) -> None:
    (tmp_path / "2019").mkdir()
    (tmp_path / "2019" / "conv-1.pdf").write_bytes(a_pdf())
    row = (scans := in_folder(tmp_path, None)).stored("CONV-1.pdf")
    assert scans.stored("conv-1.pdf") == row, "kept once"
    with row.file.open("rb") as stored:
        assert stored.read() == a_pdf()
    assert (row.original_name, row.content_type) == ("CONV-1.pdf", "application/pdf")


def test_an_infected_scan_is_told_before_anything_is_kept(daemon: Daemon) -> None:
    with in_archive(archive(**{"sain.pdf": a_pdf(), "malade.pdf": infected()}), None) as scans:
        assert kinds(scans, "sain.pdf", "malade.pdf") == ["infected_scan"]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04 coup\xc3\xa9"])
def test_what_is_no_archive_says_how_to_make_one(content: bytes) -> None:
    with pytest.raises(BadScans, match="ZIP"), in_archive(io.BytesIO(content), None):
        pass


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadScans, match="n’est pas un dossier"):
        in_folder(tmp_path / "ailleurs", None)
