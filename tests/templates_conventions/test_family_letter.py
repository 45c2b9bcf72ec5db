"""The letter to the families: the model of an annex, as a page of the structure's own."""

import io
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from templates_conventions.assembly import CannotAssemble
from templates_conventions.catalogue import rulebook, rulebooks
from templates_conventions.checks import text_faults
from templates_conventions.document import Document, DocumentKind
from templates_conventions.facts import DocumentFacts, PartyFacts, StructureFacts
from templates_conventions.family_letter import family_letter, model_annex
from templates_conventions.rendering import docx, html, pdf
from templates_conventions.texts import has_text
from tests.documents import (
    DAY,
    FACTS,
    NURSERY,
    docx_text,
    own_texts,
    pdf_text,
    plain,
    rules,
    text_of,
)
from tests.templates_conventions.matrix import CAF, RSA

WITH_MODEL = [code for code, book in rulebooks().items() if has_text(code) and model_annex(book)]

STRUCTURE = StructureFacts(
    name="Multi-accueil Le Premier Exemple", address="3 allée de l’Essai\n80000 Essai"
)


def letter(code: str = NURSERY, structure: StructureFacts = STRUCTURE) -> Document:
    facts = FACTS.model_copy(update={"structure": structure})
    return family_letter(rulebook(code), facts, DAY)


def test_the_nursery_convention_has_a_model() -> None:
    assert NURSERY in WITH_MODEL


@pytest.mark.parametrize("code", WITH_MODEL)
def test_a_page_is_the_structures_own(code: str) -> None:
    document = letter(code)
    written = text_of(document)
    assert document.kind is DocumentKind.LETTER
    assert written.startswith("Multi-accueil Le Premier Exemple\n3 allée de l’Essai, 80000 Essai\n")
    assert "Aux familles\nÀ ……" in written
    assert "Madame, Monsieur," in written
    for stranger in ("Caisse d’essai", "CAISSE1", "Alix", "Camille", "T-EXEMPLE-01", "2026"):
        assert stranger not in written
    assert document.issuer == STRUCTURE.name


@pytest.mark.parametrize("code", WITH_MODEL)
def test_a_letter_is_one_page_in_every_format(code: str) -> None:
    document = letter(code)
    printed = pdf.render(document)
    assert len(PdfReader(io.BytesIO(printed)).pages) == 1
    page = plain(re.sub(r"<[^>]+>", " ", html.page(document)))
    for read in (pdf_text(printed), docx_text(docx.render(document)), page):
        for words in (STRUCTURE.name, "Aux familles", "Madame, Monsieur,", "opposer"):
            assert words in read


def test_a_file_given_to_families_carries_the_structure_alone() -> None:
    assert letter().facts == {
        "structure": {"name": STRUCTURE.name, "address": "3 allée de l’Essai, 80000 Essai"}
    }


def test_the_partner_is_the_structure_where_no_other_is_named() -> None:
    written = text_of(letter(structure=StructureFacts()))
    assert written.startswith("Crèche Les Premiers Exemples\n2 rue de l’Essai, 80000 Essai\n")


def test_a_structure_that_nobody_named_yet_is_left_to_write() -> None:
    document = family_letter(rulebook(NURSERY), DocumentFacts(), DAY)
    assert text_of(document).startswith("……")
    assert document.facts == {"structure": {}}
    assert "Madame, Monsieur," in pdf_text(pdf.render(document))


def test_the_letter_says_what_the_annex_says(tmp_path: Path) -> None:
    root = own_texts(tmp_path)
    annex = root / NURSERY / "annexes" / "annexe-1.md"
    annex.write_text(
        annex.read_text(encoding="utf-8") + "> \n> Une phrase d’essai.\n", encoding="utf-8"
    )
    document = family_letter(rules(), FACTS, DAY, root)
    assert "Une phrase d’essai." in text_of(document)
    assert document.origin.template_digest != letter().origin.template_digest


@pytest.mark.parametrize("code", [RSA, CAF])
def test_a_type_without_a_model_is_refused(code: str) -> None:
    with pytest.raises(CannotAssemble, match="n’a pas de modèle de lettre aux familles"):
        family_letter(rulebook(code), DocumentFacts(partner=PartyFacts(name="Essai")), DAY)


@pytest.mark.parametrize(
    ("before", "after", "counted"),
    [("> ", "", "0 citation"), ("\n>\n", "\n\nCoupée.\n\n", "3 citations")],
)
def test_an_annex_that_gives_no_single_letter_is_a_fault(
    tmp_path: Path, before: str, after: str, counted: str
) -> None:
    root = own_texts(tmp_path)
    annex = root / NURSERY / "annexes" / "annexe-1.md"
    content = annex.read_text(encoding="utf-8").replace(before, after)
    annex.write_text(content.replace("\n>\n", "\n\n") if not after else content, encoding="utf-8")
    with pytest.raises(CannotAssemble, match="une lettre et une seule"):
        family_letter(rules(), FACTS, DAY, root)
    assert any(counted in plain(fault) for fault in text_faults(rules(), root))
