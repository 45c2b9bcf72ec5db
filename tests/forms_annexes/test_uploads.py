"""What may be uploaded, and what is refused."""

from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from pikepdf import Array, Dictionary, Name, String

from forms_annexes.mailboxes import is_generic_mailbox
from forms_annexes.uploads import LARGEST, checked_upload
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


@pytest.mark.parametrize(
    "change", [at_opening, in_names, on_the_page, launching, with_a_file], ids=lambda f: f.__name__
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
