"""The files themselves, opened again with other hands than those that wrote them."""

import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import docx
import pikepdf
import pytest
from docx.oxml.ns import qn
from pikepdf import pdfa
from PIL import Image, ImageChops
from pypdf import PdfReader

from templates_conventions.assembly import annex_document, convention_document, form_document
from templates_conventions.catalogue import rulebook
from templates_conventions.document import Document, FormSection, words
from templates_conventions.facts import (
    ConventionFacts,
    DocumentFacts,
    PartyFacts,
    PersonFacts,
    StructureFacts,
)
from templates_conventions.family_letter import family_letter
from templates_conventions.letter_assembly import letter_document
from templates_conventions.rendering import docx as docx_files
from templates_conventions.rendering import html as html_pages
from templates_conventions.rendering import pdf as pdf_files
from tests.documents import ANSWERS, DAY, FACTS, LETTERS, docx_text, pdf_text, plain, rules
from tests.services.programs import POPPLER
from tests.templates_conventions.matrix import CAF


def made() -> dict[str, Document]:
    """Every kind of document: of the nursery convention, or of one that has what it lacks."""
    documents = {
        "convention": convention_document(rules(), FACTS, DAY),
        "blank convention": convention_document(rules(), DocumentFacts(), DAY),
        "annex": annex_document(rules(), "annexe-1", FACTS, DAY),
        "blank form": annex_document(rules(), "annexe-2", FACTS, DAY),
        "filled form": form_document(rules(), "demande-acces", FACTS, DAY, ANSWERS),
    }
    publication = rulebook(CAF)
    persons = FACTS.model_copy(update={"persons": (PersonFacts(last_name="Exemple"),)})
    documents |= {
        "publication": convention_document(publication, DocumentFacts(), DAY),
        "persons": annex_document(publication, "liste-des-personnes", persons, DAY),
        "unsigned form": form_document(publication, "demande-en-ligne", FACTS, DAY),
        "family letter": family_letter(rules(), FACTS, DAY),
    }
    for code, values in LETTERS.items():
        documents[code] = letter_document(rules(), code, FACTS, DAY, values)
    return documents


DOCUMENTS = made()


def of_each(name: str = "name") -> pytest.MarkDecorator:
    return pytest.mark.parametrize(name, sorted(DOCUMENTS))


def squeezed(text: str) -> str:
    return re.sub(r"[\s…]+", "", plain(text))


@of_each()
def test_a_pdf_says_all_that_the_document_says(name: str) -> None:
    document = DOCUMENTS[name]
    read = squeezed(pdf_text(pdf_files.render(document)))
    for text in words(document.blocks):
        # A paragraph may run over two pages, with the foot of the first in between.
        for part in re.split(r"(?<=[.:;,])\s", text):
            assert squeezed(part) in read


@of_each()
def test_a_docx_says_all_that_the_document_says(name: str) -> None:
    document = DOCUMENTS[name]
    read = squeezed(docx_text(docx_files.render(document)))
    for text in words(document.blocks):
        if text not in form_helps(document):
            assert squeezed(text) in read


def form_helps(document: Document) -> set[str]:
    """Advice beside a field: the screen and the PDF give it, the DOCX table does not."""
    return {
        space.help
        for block in document.blocks
        if isinstance(block, FormSection)
        for space in block.spaces
    }


@of_each()
def test_a_page_says_all_that_the_document_says(name: str) -> None:
    document = DOCUMENTS[name]
    fragment = html_pages.render(document)
    text = squeezed(re.sub(r"<[^>]+>", "", fragment).replace("&amp;", "&"))
    for part in words(document.blocks):
        assert squeezed(part) in text


# PDF/A-3b.


@of_each()
def test_a_pdf_is_a_valid_archive(name: str) -> None:
    report = pdfa.validate_written(io.BytesIO(pdf_files.render(DOCUMENTS[name])), "3b")
    assert report.passed, report


def test_a_pdf_carries_its_facts_and_what_it_was_made_from() -> None:
    document = DOCUMENTS["filled form"]
    with pikepdf.open(io.BytesIO(pdf_files.render(document))) as file:
        attached = file.attachments[pdf_files.DATA_FILE]
        carried = json.loads(attached.get_file().read_bytes())
        assert file.Root.AF[0].AFRelationship == pikepdf.Name.Data
        assert file.Root.Lang == "fr-FR"
        assert str(file.docinfo.Title) == document.title
        fonts = {
            str(font.BaseFont).split("+")[-1]
            for page in file.pages
            for font in page.Resources.Font.values()
        }
    assert carried["convention"] == "CAISSE1-PSU-2026-00042"
    assert carried["rulebook"] == {
        "code": rules().code,
        "version": rules().version,
        "digest": rules().digest,
    }
    assert carried["facts"]["answers"]["user"][0]["user.email"] == "claude@creche.example"
    assert carried["document"]["dated"] == "2026-01-02"
    assert fonts <= {"SourceSans3-Regular", "SourceSans3-Bold", "SourceSans3-It"}


def test_the_articles_are_the_outline_of_the_file() -> None:
    reader = PdfReader(io.BytesIO(pdf_files.render(DOCUMENTS["convention"])))
    outline: list[object] = [
        [plain(e.title) for e in entry] if isinstance(entry, list) else plain(entry.title)
        for entry in reader.outline
    ]
    assert outline[0] == "Préambule"
    place = outline.index("Article 9 : Gestion de la convention")
    assert outline[place + 1] == [
        "Article 9-1 : Durée et date d’effet",
        "Article 9-2 : Résiliation pour inexécution",
        "Article 9-3 : Modification",
    ]


@pytest.mark.parametrize("name", ["Crèche Łódź", "Crèche 😀 日本", "Crèche\x00 \ufffe\ud800"])
def test_a_name_beyond_the_font_stops_nothing(name: str) -> None:
    facts = DocumentFacts(partner=PartyFacts(name=name))
    document = convention_document(rules(), facts, DAY)
    assert "Crèche" in pdf_text(pdf_files.render(document))
    assert "Crèche" in docx_text(docx_files.render(document))
    assert "Crèche" in html_pages.render(document)


# The blank to fill in on a screen.


def test_a_blank_can_be_filled_in_on_a_screen() -> None:
    reader = PdfReader(io.BytesIO(pdf_files.render_fillable(DOCUMENTS["blank form"])))
    fields = reader.get_fields() or {}
    labels = {name: plain(field["/TU"]) for name, field in fields.items()}
    assert labels == {
        "structure_1_structure_name": "Nom de la structure d’AJE :",
        "user_1_user_last_name": "Nom :",
        "user_1_user_first_name": "Prénom :",
        "user_1_user_email": "Adresse email :",
        "signatory_1_signatory_name": "Nom du représentant (Directeur de la structure d’AJE) :",
        "signatory_1_signatory_signed_on": "Date :",
    }
    assert fields["structure_1_structure_name"]["/V"] == "Multi-accueil Le Premier Exemple"


def test_a_blank_is_prefilled_with_any_name() -> None:
    name = "Crèche « L’Œuf » Łódź 😀"
    facts = DocumentFacts(structure=StructureFacts(name=name))
    document = annex_document(rules(), "annexe-2", facts, DAY)
    reader = PdfReader(io.BytesIO(pdf_files.render_fillable(document)))
    assert (reader.get_fields() or {})["structure_1_structure_name"]["/V"] == name


# The same document, the same bytes.


@pytest.mark.parametrize("name", ["convention", "blank form", "notification-habilitation"])
@pytest.mark.parametrize(
    "render", [pdf_files.render, pdf_files.render_fillable, docx_files.render, html_pages.render]
)
def test_the_same_document_gives_the_same_bytes(
    name: str, render: Callable[[Document], object]
) -> None:
    assert render(made()[name]) == render(DOCUMENTS[name])


def test_every_date_inside_a_pdf_is_that_of_the_document() -> None:
    with pikepdf.open(io.BytesIO(pdf_files.render(DOCUMENTS["convention"]))) as file:
        metadata = file.Root.Metadata.read_bytes().decode()
        of_the_file = {str(file.docinfo[key]) for key in ("/CreationDate", "/ModDate")}
        attached = file.attachments[pdf_files.DATA_FILE].get_file()
    dates = re.findall(r"<xmp:(?:Create|Modify|Metadata)Date>([^<]+)<", metadata)
    assert len(dates) == 3
    assert {date[:10] for date in dates} == {"2026-01-02"}
    assert {date[:10] for date in of_the_file} == {"D:20260102"}
    assert attached.creation_date.date() == attached.mod_date.date() == DAY


# DOCX.


def opened(name: str) -> docx.document.Document:
    return docx.Document(io.BytesIO(docx_files.render(DOCUMENTS[name])))


@of_each()
def test_a_docx_is_in_french_and_says_what_it_is(name: str) -> None:
    file = opened(name)
    language = file.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    assert language.get(qn("w:val")) == "fr-FR"
    assert file.core_properties.title == DOCUMENTS[name].title
    assert file.core_properties.language == "fr-FR"
    assert file.core_properties.created.date() == DAY


def test_the_articles_of_a_docx_are_headings() -> None:
    headings = [
        (paragraph.style.name, plain(paragraph.text))
        for paragraph in opened("convention").paragraphs
        if paragraph.style.name.startswith("Heading")
    ]
    assert ("Heading 1", "Article 9 : Gestion de la convention") in headings
    assert ("Heading 2", "Article 9-1 : Durée et date d’effet") in headings
    assert headings[0] == ("Heading 1", "Préambule")


def test_a_table_with_a_header_row_repeats_it_on_each_page() -> None:
    (table, *_) = opened("rappel-limite-denonciation").tables
    assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
    assert [cell.text for cell in table.rows[0].cells] == ["Jour", "Ce qu’il est"]
    assert table._tbl.tblPr.find(qn("w:tblLook")).get(qn("w:firstRow")) == "1"


def test_every_date_inside_a_docx_is_fixed() -> None:
    with zipfile.ZipFile(io.BytesIO(docx_files.render(DOCUMENTS["convention"]))) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# HTML.


def test_a_page_lets_nothing_of_a_name_through() -> None:
    facts = DocumentFacts(
        convention=ConventionFacts(number="<img src=x>"),
        partner=PartyFacts(name="<script>alert(1)</script>"),
    )
    fragment = html_pages.page(convention_document(rules(), facts, DAY))
    assert "<script" not in fragment
    assert "<img" not in fragment
    assert "&lt;script&gt;" in fragment


@of_each()
def test_the_headings_of_a_page_skip_no_level(name: str) -> None:
    levels = [
        int(level) for level in re.findall(r"<h([1-6])[ >]", html_pages.page(DOCUMENTS[name]))
    ]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


# Pages, looked at.


@pytest.mark.skipif(POPPLER.find() is None, reason="Poppler is not installed")
@pytest.mark.parametrize(
    ("name", "expected"),
    [("convention", 9), ("blank form", 1), ("filled form", 1), *((code, 1) for code in LETTERS)],
)
def test_no_page_is_blank_and_nothing_runs_into_a_margin(
    tmp_path: Path, name: str, expected: int
) -> None:
    pages = drawn(tmp_path, pdf_files.render(DOCUMENTS[name]))
    assert len(pages) == expected
    for page in pages:
        ink = ImageChops.invert(page.convert("L")).getbbox()
        assert ink is not None
        width, height = page.size
        margin = round(width * 2.4 / 21)
        left, top, right, bottom = ink
        assert left >= margin
        assert right <= width - margin
        assert top >= height * 0.03
        assert bottom <= height * 0.97


def drawn(folder: Path, content: bytes) -> list[Image.Image]:
    """The pages of a PDF as images, 60 dots an inch."""
    file = folder / "document.pdf"
    file.write_bytes(content)
    program = POPPLER.find()
    assert program is not None
    subprocess.run([program, "-r", "60", "-png", file, folder / "page"], check=True)
    return [Image.open(page) for page in sorted(folder.glob("page-*.png"))]
