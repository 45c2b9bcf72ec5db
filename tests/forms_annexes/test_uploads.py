"""What may be uploaded, and what is refused."""

import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from contracts.services.file_names import check_file_name
from forms_annexes.mailboxes import is_generic_mailbox
from forms_annexes.uploads import LARGEST, MOST_PAGES, checked_upload
from tests.forms_annexes.files import a_pdf, an_image


def check(content: bytes, name: str) -> str:
    return checked_upload(SimpleUploadedFile(name, content))


def refusal(content: bytes, name: str) -> str:
    with pytest.raises(ValidationError) as raised:
        check(content, name)
    return str(raised.value.code)


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (a_pdf(), "Annexe.PDF", "application/pdf"),
        (an_image("PNG"), "annexe.png", "image/png"),
        (an_image("JPEG"), "annexe.jpeg", "image/jpeg"),
    ],
)
def test_scans_are_accepted(content: bytes, name: str, media_type: str) -> None:
    assert check(content, name) == media_type


def javascript(pdf: pikepdf.Pdf) -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def at_opening(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = javascript(pdf)


def in_names(pdf: pikepdf.Pdf) -> None:
    names = Array([String("a"), pdf.make_indirect(javascript(pdf))])
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=names))


def on_the_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.AA = Dictionary(O=javascript(pdf))


def launching(pdf: pikepdf.Pdf) -> None:
    launch = Dictionary(S=Name.Launch, F=String("calc.exe"))
    pdf.pages[0].obj.Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=launch)]
    )


def with_a_file(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["programme.exe"] = b"MZ"


def with_xfa(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))


def hidden_name(pdf: pikepdf.Pdf) -> None:
    """A field's action three levels down, reached by nothing but the table of objects."""
    pdf.make_indirect(Dictionary(Kids=Array([Dictionary(A=javascript(pdf))])))
    pdf.Root.Deep = pdf.make_indirect(Dictionary(Kids=Array([Dictionary(A=javascript(pdf))])))


@pytest.mark.parametrize(
    "change",
    [at_opening, in_names, on_the_page, launching, with_a_file, with_xfa, hidden_name],
    ids=lambda f: f.__name__,
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "in object streams"])
def test_a_pdf_that_acts_or_carries_a_file_is_refused(
    change: Callable[[pikepdf.Pdf], None], packed: bool
) -> None:
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    assert refusal(a_pdf(change, object_stream_mode=mode), "annexe.pdf") == "upload_active"


def test_a_pdf_that_only_says_where_to_open_is_accepted() -> None:
    def first_page(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])

    assert check(a_pdf(first_page), "annexe.pdf") == "application/pdf"


def encrypted() -> dict[str, Any]:
    return {"encryption": pikepdf.Encryption(owner="a", user="b")}


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "annexe.pdf", "upload_empty"),
        (b"<script>alert(1)</script>%PDF-1.7", "annexe.pdf", "upload_type"),
        (b"%PDF-1.7 and then nothing", "annexe.pdf", "upload_damaged"),
        (a_pdf(None, **encrypted()), "annexe.pdf", "upload_locked"),
        (a_pdf(), "annexe.png", "upload_name"),
        (a_pdf(), "annexe.pdf.exe", "upload_name"),
        (a_pdf(), "annexe.pdf.png", "upload_name"),
        (b"MZ\x90\x00", "annexe.pdf", "upload_type"),
        (an_image("PNG")[:60], "annexe.png", "upload_damaged"),
        (an_image("GIF"), "annexe.png", "upload_type"),
        (an_image("JPEG")[:-200], "annexe.jpg", "upload_damaged"),
        (a_pdf() + b"0" * LARGEST, "annexe.pdf", "upload_size"),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else value,
)
def test_other_files_are_refused(content: bytes, name: str, code: str) -> None:
    assert refusal(content, name) == code


def test_a_picture_too_large_to_be_a_sheet_is_refused() -> None:
    assert refusal(an_image("PNG", (9000, 9000)), "annexe.png") == "upload_size"


@pytest.mark.parametrize(
    ("address", "generic"),
    [
        ("creche@commune.example", True),
        ("Accueil@commune.example", True),
        ("direction-lesexemples@commune.example", True),
        ("petite-enfance@commune.example", True),
        ("camille.essai@commune.example", False),
        ("infante.camille@commune.example", False),
        ("c.creche@commune.example", False),
    ],
)
def test_a_shared_mailbox_is_known_by_its_name(address: str, generic: bool) -> None:
    assert is_generic_mailbox(address) is generic


def packed_bomb(filters: Any = None) -> bytes:
    """A PDF whose packed objects unfold into 300 MB."""
    deflate = zlib.compressobj(9)
    packed = b"".join(deflate.compress(bytes(1024**2)) for _ in range(300)) + deflate.flush()
    return (
        b"%PDF-1.5\n1 0 obj\n<< /Type /Obj#53tm /N 1 /First 4 /Filter /FlateDecode /Length "
        + str(len(packed)).encode()
        + b" >>\nstream\n"
        + packed
        + b"\nendstream\nendobj\n%%EOF\n"
    )


def twice_packed() -> bytes:
    return packed_bomb().replace(b"/FlateDecode", b"[ /FlateDecode /FlateDecode ]")


def zipped(name: str = "a.txt") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "a")
    return out.getvalue()


def animated(pictures: int) -> bytes:
    out = BytesIO()
    frames = [Image.new("L", (20, 20), shade) for shade in range(pictures)]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (a_pdf() + zipped(), "annexe.pdf", "upload_double"),
        (an_image("PNG") + zipped("a.class"), "annexe.png", "upload_double"),
        (an_image("JPEG") + zipped("a.class"), "annexe.jpg", "upload_double"),
        (an_image("JPEG") + b"Rar!\x1a\x07\x00 and more", "annexe.jpg", "upload_double"),
        (an_image("JPEG") + b"MZ\x90\x00", "annexe.jpg", "upload_double"),
        (an_image("PNG") + b"<script>alert(1)</script>", "annexe.png", "upload_double"),
        (an_image("JPEG") + a_pdf(), "annexe.jpg", "upload_double"),
        (a_pdf() + b"<html><script>alert(1)</script>", "annexe.pdf", "upload_double"),
        (b"%PDF-1.7\n<HTML><body>" + a_pdf(), "annexe.pdf", "upload_double"),
        (b"<html>" + a_pdf(), "annexe.html", "upload_type"),
        (packed_bomb(), "annexe.pdf", "upload_size"),
        (twice_packed(), "annexe.pdf", "upload_size"),
        (animated(5), "annexe.png", "upload_pages"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_a_file_that_is_two_things_or_unfolds_without_end_is_refused(
    content: bytes, name: str, code: str
) -> None:
    assert refusal(content, name) == code


def test_a_long_pdf_is_refused_and_a_deliberation_is_not() -> None:
    def of_pages(wanted: int) -> bytes:
        def more(pdf: pikepdf.Pdf) -> None:
            for _ in range(wanted - 1):
                pdf.add_blank_page()

        return a_pdf(more)

    assert check(of_pages(MOST_PAGES), "annexe.pdf") == "application/pdf"
    assert refusal(of_pages(MOST_PAGES + 1), "annexe.pdf") == "upload_pages"


def test_a_pdf_changed_after_it_was_made_is_accepted() -> None:
    """Word processors and signatures add to the end of a PDF, after which nothing stands."""
    assert check(a_pdf() + b"\r\n\x00\x00", "annexe.pdf") == "application/pdf"


@pytest.mark.parametrize(
    "name",
    [
        "annexe.exe.pdf",
        "annexe.js.pdf",
        "annexe.html .pdf",
        ".pdf",
        "annexe\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe.pdf",
        "annexe\x07.pdf",
        "a" * 300 + ".pdf",
    ],
)
def test_a_name_that_hides_something_is_refused(name: str) -> None:
    assert refusal(a_pdf(), name) == "upload_name"


@pytest.mark.parametrize("name", ["../annexe.pdf", "C:\\scans\\annexe.pdf", "a/b.pdf"])
def test_a_name_with_a_path_is_refused_when_nothing_took_the_path_away(name: str) -> None:
    with pytest.raises(ValidationError) as raised:
        check_file_name(name)
    assert raised.value.code == "upload_name"


def test_a_name_with_a_social_security_number_is_refused() -> None:
    assert refusal(a_pdf(), "attestation 2 95 10 99 126 111 93.pdf") == "nir"
    assert refusal(a_pdf(), "2951099126111.pdf") == "nir"


@pytest.mark.parametrize(
    "name", ["Annexe v1.2.pdf", "M. Essai, été 2026.pdf", "D\u00e9lib\u0301.pdf"]
)
def test_an_ordinary_name_is_accepted(name: str) -> None:
    assert check(a_pdf(), name) == "application/pdf"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (zipped("word/document.xml"), "annexe.docx"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "annexe.svg"),
        (zipped(), "annexe.zip"),
    ],
)
def test_other_kinds_of_documents_are_not_taken(content: bytes, name: str) -> None:
    assert refusal(content, name) == "upload_type"
