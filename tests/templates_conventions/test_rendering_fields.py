"""Blanks to fill in on a screen: fields that look the same everywhere, in a file that is kept."""

import io
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Name, pdfa
from pypdf import PdfReader, PdfWriter

from templates_conventions.assembly import annex_document, convention_document
from templates_conventions.document import Document, DocumentKind, FormSection, FormSpace
from templates_conventions.facts import DocumentFacts, StructureFacts
from templates_conventions.rendering import pdf as pdf_files
from tests.documents import DAY, FACTS, rules
from tests.services.programs import POPPLER
from tests.templates_conventions.files_of_all import every_document

BLANKS = {
    name: document
    for name, document in every_document().items()
    if any(isinstance(block, FormSection) for block in document.blocks)
}
FORM = annex_document(rules(), "annexe-2", FACTS, DAY)


@contextmanager
def fields_of(content: bytes) -> Iterator[dict[str, pikepdf.Dictionary]]:
    with pikepdf.open(io.BytesIO(content)) as file:
        yield {str(field.T): field for field in file.Root.AcroForm.Fields}


@pytest.mark.parametrize("name", sorted(BLANKS))
def test_every_field_has_its_look_its_name_and_is_printed(name: str) -> None:
    document = BLANKS[name]
    content = pdf_files.render_fillable(document)
    expected = {
        space.name: space
        for block in document.blocks
        if isinstance(block, FormSection)
        for space in block.spaces
        if space.kind != "signature" and not space.reserved
    }
    with fields_of(content) as fields:
        assert set(fields) == set(expected)
        for name, field in fields.items():
            space = expected[name]
            assert str(field.TU) == space.label
            assert str(field.V) == space.value
            assert field.F == 4
            assert bool(int(field.Ff) & 2) == space.required
            assert Name.Font in field.AP.N.Resources
            assert Name.A not in field
            assert Name.AA not in field


@pytest.mark.parametrize("name", sorted(BLANKS))
def test_a_blank_to_fill_in_meets_the_rules_of_the_archive(name: str) -> None:
    content = pdf_files.render_fillable(BLANKS[name])
    report = pdfa.validate_written(io.BytesIO(pdf_files.twin(content)), "3b")
    assert report.passed, report
    # The validator has no opinion on fields: it finds no fault, and says that it does not know.
    own = pdfa.validate_written(io.BytesIO(content), "3b")
    assert {finding.kind for finding in own.findings} == {"unsupported"}
    with pikepdf.open(io.BytesIO(content)) as file:
        assert Name.NeedAppearances not in file.Root.AcroForm
        assert Name.XFA not in file.Root.AcroForm
        assert file.open_metadata()["pdfaid:part"] == "3"
        (font,) = file.Root.AcroForm.DR.Font.values()
        assert Name.FontFile2 in font.FontDescriptor


@pytest.mark.skipif(POPPLER.find() is None, reason="Poppler is not installed")
def test_the_twin_shows_what_the_blank_shows(tmp_path: Path) -> None:
    content = pdf_files.render_fillable(FORM)
    drawn = []
    for one in (content, pdf_files.twin(content)):
        (tmp_path / "form.pdf").write_bytes(one)
        command = [POPPLER.find(), "-r", "60", tmp_path / "form.pdf"]
        drawn.append(subprocess.run(command, check=True, capture_output=True).stdout)
    assert len(drawn[0]) > 100_000
    assert drawn[0] == drawn[1]


def test_a_field_whose_font_is_missing_is_not_given_out() -> None:
    content = pdf_files.render_fillable(FORM)
    with pikepdf.open(io.BytesIO(content)) as file:
        font = file.Root.AcroForm.Fields[0].AP.N.Resources.Font.Dessin
        del font.DescendantFonts[0].FontDescriptor.FontFile2
        spoilt = io.BytesIO()
        file.save(spoilt)
    assert not pdfa.validate_written(io.BytesIO(pdf_files.twin(spoilt.getvalue())), "3b").passed


@pytest.mark.parametrize("spoil", ["appearances", "action"])
def test_a_field_that_acts_or_waits_to_be_drawn_is_not_given_out(spoil: str) -> None:
    with pikepdf.open(io.BytesIO(pdf_files.render_fillable(FORM))) as file:
        form = file.Root.AcroForm
        if spoil == "appearances":
            form.NeedAppearances = True
        else:
            form.Fields[0].AA = pikepdf.Dictionary()
        spoilt = io.BytesIO()
        file.save(spoilt)
    with pytest.raises(pdf_files.NotArchivable, match=r"6\.4\.1"):
        pdf_files.twin(spoilt.getvalue())


def test_what_another_program_types_is_kept() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_files.render_fillable(FORM))))
    typed = "Élise Œuvrard-Exemple"
    writer.update_page_form_field_values(None, {"user_1_user_last_name": typed})
    written = io.BytesIO()
    writer.write(written)
    assert (PdfReader(written).get_fields() or {})["user_1_user_last_name"]["/V"] == typed


@pytest.mark.parametrize("name", ["Crèche « L’Œuf » Łódź 😀", "עמותת הילדים", "mot " * 60])
def test_a_value_beyond_the_font_or_the_line_is_drawn_and_kept(name: str) -> None:
    facts = DocumentFacts(structure=StructureFacts(name=name))
    content = pdf_files.render_fillable(annex_document(rules(), "annexe-2", facts, DAY))
    with fields_of(content) as fields:
        assert str(fields["structure_1_structure_name"].V) == name.strip()


def test_choices_are_offered_on_the_screen_and_on_paper() -> None:
    space = FormSpace("profil", "Profil :", "choice", choices=("Lecture", "Écriture"))
    document = replace(FORM, blocks=(FormSection("Droits", (space,)),))
    with fields_of(pdf_files.render_fillable(document)) as fields:
        assert Name.Ch == fields["profil"].FT
        assert [str(choice) for choice in fields["profil"].Opt] == ["Lecture", "Écriture"]
    with pypdfium2.PdfDocument(pdf_files.render(document)) as file:
        assert "Au choix" in file[0].get_textpage().get_text_range()


def test_the_annexes_of_a_convention_can_be_filled_in_too() -> None:
    document: Document = convention_document(rules(), FACTS, DAY)
    assert document.kind is DocumentKind.CONVENTION
    with pikepdf.open(io.BytesIO(pdf_files.render_fillable(document))) as file:
        assert len(file.pages[-1].Annots) == len(file.Root.AcroForm.Fields) == 6
