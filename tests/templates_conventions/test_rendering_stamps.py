"""What every printed page carries: the reference of the document, or the word « Projet »."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pikepdf
import pypdfium2
import pytest
import zxingcpp
from docx.oxml.ns import qn
from pikepdf import pdfa
from PIL import Image, ImageFilter
from pypdf import PdfReader

from templates_conventions.assembly import annex_document, convention_document
from templates_conventions.document import Document
from templates_conventions.letter_assembly import letter_document
from templates_conventions.rendering import docx as docx_files
from templates_conventions.rendering import html as html_pages
from templates_conventions.rendering import pdf as pdf_files
from templates_conventions.rendering.stamp import content
from tests.documents import DAY, FACTS, LETTERS, rules
from tests.templates_conventions.files_of_all import page_texts, pdf_reading

STAMP = "7K3F-9QXM-2T"

CONVENTION = convention_document(rules(), FACTS, DAY)
LETTER = letter_document(rules(), "fin-convention", FACTS, DAY, LETTERS["fin-convention"])
BLANK = annex_document(rules(), "annexe-2", FACTS, DAY)

DOCUMENTS = pytest.mark.parametrize("document", [CONVENTION, LETTER, BLANK], ids=lambda d: d.code)


def stamped(document: Document) -> Document:
    return replace(document, stamp=STAMP)


def scanned(content: bytes, dots: int, *, turned: float = 0, worn: bool = False) -> list[str]:
    """What the code of each page says, read from an image of the page as a scanner gives it."""
    read = []
    with pypdfium2.PdfDocument(content) as file:
        for page in file:
            image = page.render(scale=dots / 72, grayscale=True).to_pil().convert("L")
            if turned:
                image = image.rotate(
                    turned, fillcolor=255, expand=True, resample=Image.Resampling.BICUBIC
                )
            if worn:
                noise = Image.effect_noise(image.size, 60)
                image = Image.blend(image, noise, 0.25).filter(ImageFilter.GaussianBlur(0.6))
            found = zxingcpp.read_barcodes(image)
            assert len(found) == 1
            read.append(found[0].text)
    return read


# On paper.


@pytest.mark.parametrize("document", [LETTER, BLANK], ids=lambda d: d.code)
@pytest.mark.parametrize("dots", [150, 200])
@pytest.mark.parametrize(
    ("turned", "worn"),
    [(0, False), (2, False), (-2, True), (0, True)],
    ids=["straight", "turned", "turned and worn", "worn"],
)
def test_a_scanned_page_says_its_document_and_its_number(
    document: Document, dots: int, turned: float, worn: bool
) -> None:
    pages = scanned(pdf_files.render(stamped(document)), dots, turned=turned, worn=worn)
    assert pages == [f"TACITE:{STAMP}:1"]


def test_every_page_of_a_badly_scanned_convention_says_its_number() -> None:
    pages = scanned(pdf_files.render(stamped(CONVENTION)), 150, turned=2, worn=True)
    assert pages == [f"TACITE:{STAMP}:{number}" for number in range(1, 10)]


@DOCUMENTS
def test_every_page_says_its_reference_in_letters(document: Document) -> None:
    written = pdf_files.render(stamped(document))
    for page in PdfReader(io.BytesIO(written)).pages:
        assert page.extract_text().count(STAMP) == 1
    assert pdfa.validate_written(io.BytesIO(written), "3b").passed


def test_nothing_touches_the_code_or_its_quiet_zone() -> None:
    dots = 200
    written = pdf_files.render(stamped(CONVENTION))
    with pypdfium2.PdfDocument(written) as file:
        for page in file:
            image = page.render(scale=dots / 72, grayscale=True).to_pil().convert("L")
            (found,) = zxingcpp.read_barcodes(image)
            place = found.position
            left, top = place.top_left.x, place.top_left.y
            right, bottom = place.bottom_right.x, place.bottom_right.y
            side = right - left
            assert side / dots * 2.54 == pytest.approx(1.6, abs=0.1)
            quiet = side * 4 / 25 - 2
            around = image.crop((left - quiet, top - quiet, right + quiet, bottom + quiet))
            inside = Image.new("L", (side + 4, side + 4), 255)
            around.paste(inside, (round(quiet) - 2, round(quiet) - 2))
            assert around.getextrema() == (255, 255)
            # No printer or scanner leaves out what is a centimetre from the edge.
            assert min(image.width - right, image.height - bottom) > 0.9 / 2.54 * dots


def test_a_word_processor_file_carries_the_reference_on_every_page() -> None:
    written = docx_files.render(stamped(CONVENTION))
    file = docx.Document(io.BytesIO(written))
    (section,) = file.sections
    assert not section.different_first_page_header_footer
    assert STAMP in section.footer.paragraphs[-1].text
    pictures = section.footer._element.findall(f".//{qn('wp:docPr')}")
    assert [one.get("descr") for one in pictures] == [f"Code de la référence {STAMP}"]
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        (name,) = [one for one in archive.namelist() if one.endswith(".png")]
        (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(archive.read(name))))
    assert found.text == f"TACITE:{STAMP}" == content(STAMP)


def test_a_document_without_reference_carries_no_code() -> None:
    with pypdfium2.PdfDocument(pdf_files.render(CONVENTION)) as file:
        for page in file:
            assert not zxingcpp.read_barcodes(page.render(scale=2).to_pil())


def test_the_facts_inside_say_the_reference() -> None:
    with pikepdf.open(io.BytesIO(pdf_files.render(stamped(LETTER)))) as file:
        carried = file.attachments[pdf_files.DATA_FILE].get_file().read_bytes()
    assert f'"stamp": "{STAMP}"'.encode() in carried


@pytest.mark.parametrize("wrong", ["7k3f", "7K3F 9QXM", "7K3F/9", "É"])
def test_a_reference_that_a_code_would_not_hold_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="capitales"):
        replace(CONVENTION, stamp=wrong)


# Drafts.


def test_a_draft_carries_no_reference() -> None:
    with pytest.raises(ValueError, match="Un projet ne porte pas"):
        replace(CONVENTION, draft=True, stamp=STAMP)


@DOCUMENTS
def test_a_draft_says_so_on_every_page(document: Document) -> None:
    written = pdf_files.render(replace(document, draft=True))
    assert pdfa.validate_written(io.BytesIO(written), "3b").passed
    for page in page_texts(written):
        said = [text for text, _ in page if re.search(r"\bProjet\b", text)]
        assert len(said) == 1


def test_a_draft_is_seen_behind_its_text_and_not_read_in_it(tmp_path: Path) -> None:
    plain, draft = CONVENTION, replace(CONVENTION, draft=True)
    files = [pdf_files.render(one) for one in (plain, draft)]
    assert pdf_reading(files[0], tmp_path) == pdf_reading(files[1], tmp_path)
    drawn = []
    for file in files:
        with pypdfium2.PdfDocument(file) as opened:
            drawn.append(opened[2].render(scale=1, grayscale=True).to_pil().convert("L"))
    first, second = (image.histogram() for image in drawn)
    # The letters are pale, cover a good part of the page, and leave what is black black.
    pale = sum(second[225:240]) - sum(first[225:240])
    assert pale > 0.02 * drawn[0].width * drawn[0].height
    assert sum(second[:128]) == pytest.approx(sum(first[:128]), rel=0.1)


def test_a_draft_in_a_word_processor_says_so_on_every_page() -> None:
    file = docx.Document(io.BytesIO(docx_files.render(replace(CONVENTION, draft=True))))
    (section,) = file.sections
    assert "Projet" in section.header.paragraphs[-1].text
    (anchor,) = section.header._element.findall(f".//{qn('wp:anchor')}")
    assert anchor.get("behindDoc") == "1"
    assert "Projet" not in "".join(paragraph.text for paragraph in file.paragraphs)


def test_a_draft_on_the_screen_says_so_first() -> None:
    page = html_pages.render(replace(CONVENTION, draft=True))
    assert page.index("Projet") < page.index(CONVENTION.title, page.index("<h2"))
    assert "document-draft" not in html_pages.render(CONVENTION)


@pytest.mark.parametrize("render", [pdf_files.render, docx_files.render])
@pytest.mark.parametrize("change", [{"stamp": STAMP}, {"draft": True}], ids=["stamp", "draft"])
def test_a_marked_document_gives_the_same_bytes_again(render, change) -> None:
    assert render(replace(CONVENTION, **change)) == render(replace(CONVENTION, **change))
