"""A proof written with a word processor: kept when it is a text, refused when it does something."""

import zipfile
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from docx import Document

from contracts.services.upload_checks import MOST_UNPACKED, check_content

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def a_docx(*more: tuple[str, bytes]) -> bytes:
    """A document as python-docx writes it, with parts added."""
    out = BytesIO()
    document = Document()
    document.add_paragraph("Le courrier")
    document.save(out)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in more:
            archive.writestr(name, content)
    return out.getvalue()


def relation(kind: str, target: str, mode: str = 'TargetMode="External"') -> bytes:
    """A part that refers to something, elsewhere or in the document."""
    one = f'<Relationship Id="r1" Type="{RELATIONS}/{kind}" Target="{target}" {mode}/>'
    return f"<Relationships>{one}</Relationships>".encode()


def refusal(content: bytes, media_type: str = DOCX) -> str:
    with pytest.raises(ValidationError) as raised:
        check_content(ContentFile(content), media_type)
    return str(raised.value.code)


@pytest.mark.parametrize(
    "more",
    [
        (),
        (("word/_rels/x.rels", relation("hyperlink", "https://caisse.example/")),),
        (("word/_rels/x.rels", relation("image", "media/image1.png", "")),),
        (("word/embeddings/tableau.xlsx", b"PK"),),
    ],
    ids=["plain", "with a link to follow", "with its own picture", "with a sheet"],
)
def test_a_text_is_kept(more: tuple[tuple[str, bytes], ...]) -> None:
    content = ContentFile(a_docx(*more))
    check_content(content, DOCX)
    assert content.tell() == 0


@pytest.mark.parametrize(
    "part",
    [
        ("word/vbaProject.bin", b"a macro"),
        ("word/activeX/activeX1.xml", b"<ax:ocx/>"),
        ("word/embeddings/oleObject1.bin", b"an object"),
        ("word/_rels/settings.xml.rels", relation("attachedTemplate", "https://ailleurs.example")),
        ("word/_rels/x.rels", relation("image", "https://ailleurs.example/suivi.png")),
        ("word/_rels/x.rels", relation("oleObject", "file://serveur/partage")),
        ("word/_rels/x.rels", b"<!DOCTYPE a [<!ENTITY b 'c'>]><Relationships/>"),
    ],
    ids=lambda part: part[0],
)
def test_what_runs_or_calls_home_is_refused(part: tuple[str, bytes]) -> None:
    assert refusal(a_docx(part)) == "upload_active"


def test_a_text_that_unpacks_without_end_is_refused() -> None:
    assert refusal(a_docx(("word/media/image1.bmp", bytes(MOST_UNPACKED)))) == "upload_size"


def test_an_open_document_with_a_macro_is_refused() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", "<a/>")
        archive.writestr("Basic/Standard/Module1.xml", "<a/>")
    assert refusal(out.getvalue(), ODT) == "upload_active"


def test_a_damaged_archive_is_no_text() -> None:
    whole = a_docx()
    assert refusal(whole[: len(whole) // 2]) == "upload_damaged"
