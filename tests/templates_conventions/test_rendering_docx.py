"""What a word processor finds in a DOCX beyond its words: styles, contents, header cells."""

import io
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt
from pypdf import PdfReader

from templates_conventions.assembly import annex_document, convention_document
from templates_conventions.document import Heading, Quotation, Table
from templates_conventions.rendering import docx as docx_files
from templates_conventions.rendering import pdf as pdf_files
from templates_conventions.rendering.docx_reference import REFERENCE, STYLES, ReferenceFault
from templates_conventions.rendering.reference_making import make
from templates_conventions.rendering.surroundings import contents
from tests.documents import DAY, FACTS, plain, rules

CONVENTION = convention_document(rules(), FACTS, DAY)


def opened(reference: Path = REFERENCE) -> docx.document.Document:
    return docx.Document(io.BytesIO(docx_files.render(CONVENTION, reference)))


def test_the_convention_opens_on_its_title_page() -> None:
    file = opened()
    assert [(paragraph.style.name, plain(paragraph.text)) for paragraph in file.paragraphs[:3]] == [
        ("Émetteur", "Caisse d’essai"),
        (
            "Title",
            "Convention de service : consultation des ressources pour la prestation de service "
            "unique",
        ),
        ("Subtitle", "Structures d’accueil du jeune enfant (AJE)"),
    ]
    assert plain(file.tables[0].rows[0].cells[1].text) == "CAISSE1-PSU-2026-00042"


def test_the_contents_are_a_field_that_shows_every_heading_already() -> None:
    file = opened()
    instructions = [plain(one.text) for one in file.element.body.iter(qn("w:instrText"))]
    assert [one.split()[0] for one in instructions] == ["TOC"]
    kinds = [one.get(qn("w:fldCharType")) for one in file.element.body.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]
    listed = [
        (paragraph.style.name[-1], paragraph.text)
        for paragraph in file.paragraphs
        if paragraph.style.name.startswith("toc")
    ]
    headings = [
        (paragraph.style.name[-1], paragraph.text)
        for paragraph in file.paragraphs
        if paragraph.style.name in ("Heading 1", "Heading 2")
    ]
    # The two headings of the form are headings of the file too, as those of any other part.
    assert [one for one in headings if one in listed] == listed
    assert ("2", "Article\xa09-1\xa0: Durée et date d’effet") in listed
    assert len(listed) > 20


def test_each_line_of_the_contents_leads_to_its_heading() -> None:
    body = opened().element.body
    places = {
        one.get(qn("w:name")): "".join(text.text for text in one.getparent().iter(qn("w:t")))
        for one in body.iter(qn("w:bookmarkStart"))
    }
    links = list(body.iter(qn("w:hyperlink")))
    for link in links:
        text = "".join(text.text for text in link.iter(qn("w:t")))
        assert places[link.get(qn("w:anchor"))] == text
    assert len(links) > 20


def test_a_form_between_two_annexes_misleads_no_line_of_the_contents() -> None:
    last = Heading(1, "Annexe 3 : le reste")
    quoted = Quotation((Heading(2, "Un titre cité"),))
    document = replace(CONVENTION, blocks=(*CONVENTION.blocks, quoted, last))
    body = docx.Document(io.BytesIO(docx_files.render(document))).element.body
    (link,) = [one for one in body.iter(qn("w:hyperlink")) if "le reste" in texts_in(one)]
    (place,) = [
        one
        for one in body.iter(qn("w:bookmarkStart"))
        if one.get(qn("w:name")) == link.get(qn("w:anchor"))
    ]
    assert texts_in(place.getparent()) == last.text
    reader = PdfReader(io.BytesIO(pdf_files.render(document)))
    # The numbers are written after the lines they stand beside, in the same order.
    after = reader.pages[1].extract_text().split("le reste")[1].split()
    numbers = [int(word) for word in after[: len(contents(document))]]
    assert numbers == sorted(numbers)
    assert numbers[-1] == len(reader.pages)


def texts_in(element) -> str:
    return "".join(text.text for text in element.iter(qn("w:t")))


def test_the_head_says_the_convention_and_its_text_and_the_foot_the_page() -> None:
    (section,) = opened().sections
    head = plain(section.header.paragraphs[-1].text)
    digest = CONVENTION.origin.template_digest[:8]
    assert head == f"Convention n° CAISSE1-PSU-2026-00042\tTexte, version 1 · {digest}"
    fields = [one.text.strip() for one in section.footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_no_row_is_cut_and_header_cells_are_said() -> None:
    form = annex_document(rules(), "annexe-2", FACTS, DAY)
    file = docx.Document(io.BytesIO(docx_files.render(form)))
    assert file.tables
    for table in file.tables:
        assert table._tbl.tblPr.find(qn("w:tblLook")).get(qn("w:firstColumn")) == "1"
        for row in table.rows:
            assert row._tr.trPr.find(qn("w:cantSplit")) is not None


def test_a_caption_is_written_over_its_table() -> None:
    table = Table("Les jours", ("Jour", "Heure"), (("lundi", "9 h"),))
    content = docx_files.render(replace(CONVENTION, blocks=(*CONVENTION.blocks, table)))
    file = docx.Document(io.BytesIO(content))
    (caption,) = [one for one in file.paragraphs if one.text == "Les jours"]
    assert caption.paragraph_format.keep_with_next


# The reference document.


def test_the_committed_reference_document_is_what_the_script_makes() -> None:
    assert make() == REFERENCE.read_bytes()


def test_it_shows_each_style_to_whoever_edits_it() -> None:
    shown = {paragraph.style.name for paragraph in docx.Document(REFERENCE).paragraphs}
    assert shown >= set(STYLES.values()) - {"Header", "Footer", "Table Grid"}


def edited(folder: Path, edit: Callable[[docx.document.Document], None]) -> Path:
    """A reference document of a caisse's own, saved under another name."""
    file = docx.Document(REFERENCE)
    edit(file)
    path = folder / "charte.docx"
    file.save(path)
    return path


def test_a_style_edited_in_the_reference_document_changes_the_files(tmp_path: Path) -> None:
    def larger(file: docx.document.Document) -> None:
        file.styles["Heading 1"].font.size = Pt(30)
        file.sections[0].header.paragraphs[0].text = "Logo de la caisse"

    file = opened(edited(tmp_path, larger))
    assert file.styles["Heading 1"].font.size == Pt(30)
    heads = [plain(paragraph.text) for paragraph in file.sections[0].header.paragraphs]
    assert heads[0] == "Logo de la caisse"
    assert heads[1].startswith("Convention n° CAISSE1")
    assert opened().styles["Heading 1"].font.size != Pt(30)
    assert [one.text for one in file.paragraphs] == [one.text for one in opened().paragraphs]


def test_a_reference_document_saved_again_is_read_again(tmp_path: Path) -> None:
    path = edited(tmp_path, lambda file: None)
    assert opened(path).styles["Title"].font.size != Pt(40)

    def larger(file: docx.document.Document) -> None:
        file.styles["Title"].font.size = Pt(40)

    edited(tmp_path, larger)
    os.utime(path, ns=(1, 1))
    assert opened(path).styles["Title"].font.size == Pt(40)


def test_a_reference_document_that_cannot_serve_says_why(tmp_path: Path) -> None:
    with pytest.raises(ReferenceFault, match="introuvable"):
        opened(tmp_path / "absent.docx")
    (tmp_path / "texte.docx").write_text("pas un DOCX")
    with pytest.raises(ReferenceFault, match="pas un fichier DOCX"):
        opened(tmp_path / "texte.docx")

    def without(file: docx.document.Document) -> None:
        file.styles["Émetteur"].delete()

    with pytest.raises(ReferenceFault, match="n’a pas le style Émetteur"):
        opened(edited(tmp_path, without))
