"""Names, numbers and forms that nobody drew the pages for: all holds, and no signature is cut."""

import io
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from pikepdf import pdfa

from templates_conventions.assembly import annex_document, convention_document, form_document
from templates_conventions.document import (
    Document,
    FormSection,
    Paragraph,
    Run,
    Signatures,
    SignatureSpace,
    Table,
)
from templates_conventions.facts import ConventionFacts, DocumentFacts, PartyFacts, StructureFacts
from templates_conventions.rendering import docx as docx_files
from templates_conventions.rendering import html as html_pages
from templates_conventions.rendering import pdf as pdf_files
from templates_conventions.rendering.pdf_styles import MARGIN, PAGE_HEIGHT, PAGE_WIDTH
from tests.documents import DAY, FACTS, plain, rules
from tests.services.programs import WORD_PROCESSOR
from tests.templates_conventions.files_of_all import docx_reading, every_document, page_texts

WITHOUT_SPACE = "Multiaccueil" * 25
LONG = "Association départementale d’accueil, d’éveil et d’accompagnement de l’enfance " * 4
NAMES = {
    "300 characters without a space": WITHOUT_SPACE,
    "a very long name": LONG,
    "Hebrew and Arabic": "עמותת הילדים, جمعية الأطفال",
    "accents and apostrophes": "L’Œuf d’Étéocle — « Çà & Là », n° 3 <Ÿ>",
}


def facts_with(name: str) -> DocumentFacts:
    party = PartyFacts(name=name, address=name, representative=name, quality=name, number=name[:40])
    return DocumentFacts(
        convention=ConventionFacts(number="C" * 60),
        caisse=party,
        partner=party,
        structure=StructureFacts(name=name, address=name),
    )


def hard_documents() -> dict[str, Document]:
    """Documents that strain the pages."""
    made = {}
    for case, name in NAMES.items():
        facts = facts_with(name)
        made[f"convention, {case}"] = convention_document(rules(), facts, DAY)
        made[f"form, {case}"] = annex_document(rules(), "annexe-2", facts, DAY)
    blank = annex_document(rules(), "annexe-2", FACTS, DAY)
    users = next(part for part in blank.blocks if isinstance(part, FormSection))
    many = tuple(
        replace(
            users,
            title=f"Utilisateur {number}",
            spaces=tuple(
                replace(space, name=f"u{number}_{space.name}", value=f"{space.label} {LONG}")
                for space in users.spaces
            ),
        )
        for number in range(1, 41)
    )
    made["form of 40 users"] = replace(blank, blocks=many)
    convention = convention_document(rules(), FACTS, DAY)
    for parties in (1, 3, 5):
        made[f"{parties} parties"] = replace(convention, blocks=signed_by(convention, parties))
    cell = "mot " * 900
    wide = Table("Un tableau", ("Clé", "Valeur"), (("a", WITHOUT_SPACE), ("b", cell)))
    made["a cell longer than a page"] = replace(convention, blocks=(*convention.blocks, wide))
    return made


def signed_by(document: Document, parties: int) -> tuple:
    """The blocks of a convention whose text fills its pages to varied heights before they sign."""
    spaces = tuple(
        SignatureSpace(f"Pour la partie {number}", ("Nom et qualité", f"Signataire {number}"))
        for number in range(1, parties + 1)
    )
    filling = tuple(Paragraph((Run(f"Ligne {number}."),)) for number in range(parties * 9))
    written: list = []
    for block in document.blocks:
        if is_made(block):
            written += filling
        written.append(Signatures(spaces) if isinstance(block, Signatures) else block)
    return tuple(written)


def is_made(block: object) -> bool:
    return isinstance(block, Paragraph) and block.role == "made"


HARD = hard_documents()
ALL = {**HARD, **every_document()}


@pytest.mark.parametrize("name", sorted(ALL))
def test_all_that_is_written_holds_within_the_margins(name: str) -> None:
    written = pdf_files.render(replace(ALL[name], stamp="7K3F-9QXM-2T"))
    assert pdfa.validate_written(io.BytesIO(written), "3b").passed
    for number, page in enumerate(page_texts(written), start=1):
        assert page, number
        for text, (left, bottom, right, top) in page:
            assert left >= MARGIN - 1, (number, text)
            assert right <= PAGE_WIDTH - MARGIN + 1, (number, text)
            assert bottom >= 0.9 / 2.54 * 72, (number, text)
            assert top <= PAGE_HEIGHT - 0.9 / 2.54 * 72, (number, text)


@pytest.mark.parametrize("name", sorted(ALL))
def test_no_text_is_written_over_another(name: str) -> None:
    written = pdf_files.render(replace(ALL[name], stamp="7K3F-9QXM-2T"))
    for page in page_texts(written):
        boxes = [(text, box) for text, box in page if text.strip()]
        for place, (text, box) in enumerate(boxes):
            for other, beside in boxes[place + 1 :]:
                wide = min(box[2], beside[2]) - max(box[0], beside[0])
                high = min(box[3], beside[3]) - max(box[1], beside[1])
                assert wide <= 1.5 or high <= 3.5, (text, other)


SIGNED = sorted(name for name in ALL if any(isinstance(b, Signatures) for b in ALL[name].blocks))


@pytest.mark.parametrize("name", SIGNED)
def test_no_signature_is_cut(name: str) -> None:
    document = ALL[name]
    (block,) = [one for one in document.blocks if isinstance(one, Signatures)]
    parts = [
        squeezed(line)
        for space in block.spaces
        for line in (space.heading, *space.lines, space.signed)
        if line
    ]
    parts += [squeezed(one.runs[0].text) for one in document.blocks if is_made(one)]
    pages = [
        squeezed("".join(text for text, _ in p)) for p in page_texts(pdf_files.render(document))
    ]
    assert any(all(part in page for part in parts) for page in pages)


@pytest.mark.parametrize("name", SIGNED)
def test_no_signature_is_cut_in_a_word_processor(name: str) -> None:
    document = ALL[name]
    if document.letter:
        return
    file = docx.Document(io.BytesIO(docx_files.render(document)))
    (block,) = [one for one in document.blocks if isinstance(one, Signatures)]
    (table,) = [
        one for one in file.tables if one.cell(0, 0).text.startswith(block.spaces[0].heading)
    ]
    *first, _ = table.rows
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    held = [p for row in first for cell in row.cells for p in cell.paragraphs if p.text]
    assert all(paragraph.paragraph_format.keep_with_next for paragraph in held)
    made = [p for p in file.paragraphs if p.text.startswith("Fait à")]
    assert all(paragraph.paragraph_format.keep_with_next for paragraph in made)


def squeezed(text: str) -> str:
    """Without spaces nor what the PDF's font does not have."""
    return re.sub(r"\W|[\u0590-\u07ff]", "", plain(text))


@pytest.mark.parametrize("name", sorted(HARD))
def test_the_other_files_keep_every_letter(name: str) -> None:
    document = HARD[name]
    for text in NAMES.values():
        if text in str(document.blocks):
            assert text.strip() in docx_reading(docx_files.render(document))
    assert html_pages.page(document).count("<article") == 1


@pytest.mark.skipif(WORD_PROCESSOR.find() is None, reason="LibreOffice is not installed")
def test_a_word_processor_opens_the_files_and_cuts_no_signature(tmp_path: Path) -> None:
    names = [
        "5 parties",
        "convention, 300 characters without a space",
        "convention, Hebrew and Arabic",
    ]
    for number, name in enumerate(names):
        content = docx_files.render(replace(ALL[name], stamp="7K3F-9QXM-2T"))
        (tmp_path / f"{number}.docx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    files = sorted(tmp_path.glob("*.docx"))
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        tmp_path,
        *files,
    ]
    subprocess.run(command, check=True, capture_output=True)
    for number, name in enumerate(names):
        pages = page_texts((tmp_path / f"{number}.pdf").read_bytes())
        (block,) = [one for one in ALL[name].blocks if isinstance(one, Signatures)]
        headings = [squeezed(space.heading) for space in block.spaces]
        headings += [squeezed(one.runs[0].text) for one in ALL[name].blocks if is_made(one)]
        texts = [squeezed("".join(text for text, _ in page)) for page in pages]
        assert any(all(heading in text for heading in headings) for text in texts)
        for page, text in zip(pages, texts, strict=True):
            assert "7K3F9QXM2T" in text
            assert len(text) > 100, "a page on which only its head and its foot stand"
            assert all(right <= PAGE_WIDTH - MARGIN + 3 for _, (_, _, right, _) in page)


@pytest.mark.parametrize("missing", ["caisse", "partner", "structure", "convention"])
def test_what_nobody_knows_yet_is_room_to_write(missing: str) -> None:
    facts = FACTS.model_copy(update={missing: type(getattr(FACTS, missing))()})
    documents = [
        convention_document(rules(), facts, DAY),
        annex_document(rules(), "annexe-2", facts, DAY),
        form_document(rules(), "demande-acces", facts, DAY, {}),
    ]
    for document in documents:
        assert pdf_files.render(document)
        assert "None" not in docx_reading(docx_files.render(document))
