"""Continuation sheets: more agents than one sheet of a form holds."""

import io
import re
from itertools import pairwise

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops
from pypdf import PdfReader

from templates_conventions.assembly import annex_document, convention_document, form_document
from templates_conventions.catalogue import rulebook
from templates_conventions.document import Block, Document, FormSection, Heading, NewPage
from templates_conventions.facts import DocumentFacts
from templates_conventions.form_sheets import CannotAssemble, sheets
from templates_conventions.forms import FormDefinition, form_definition
from templates_conventions.rendering import docx as docx_files
from templates_conventions.rendering import html as html_pages
from templates_conventions.rendering import pdf as pdf_files
from tests.documents import DAY, FACTS, RSACG, docx_text, drawn_pages, pdf_text, plain, text_of
from tests.services.programs import POPPLER

REQUEST = "demande-habilitation"
RULES = rulebook(RSACG)
AGENTS = "Coordonnées des agents à habiliter"

# Figures of the official annexes: eight agents a sheet of the request, six of the removal.
COUNTS = [(1, [1]), (8, [8]), (9, [8, 1]), (11, [8, 3]), (16, [8, 8]), (17, [8, 8, 1])]


def agent(number: int) -> dict[str, str]:
    return {
        "user.title": "Mme",
        "user.first_name": "Claude",
        "user.last_name": "Exemple",
        "user.service": "Service de l’accompagnement social et de l’insertion professionnelle",
        "user.service_address": "Bâtiment B, 3e étage, 12 boulevard des Exemples, 13999 Essai",
        "user.duties": "Assistante de service social",
        "user.profile": "Profil 1 : Travailleurs sociaux des structures conventionnées",
        "user.email": f"agent{number}@essai.example",
    }


def request_for(agents: int) -> Document:
    requester = {"requester.name": "CCAS d’Essai", "requester.dated_on": "2026-01-02"}
    answers = {"requester": [requester], "user": [agent(n + 1) for n in range(agents)]}
    return form_document(RULES, REQUEST, FACTS, DAY, answers)


FORTY = request_for(40)


def cut(blocks: tuple[Block, ...]) -> list[list[Block]]:
    """The blocks of each sheet."""
    parts: list[list[Block]] = [[]]
    for block in blocks:
        if isinstance(block, NewPage):
            parts.append([])
        else:
            parts[-1].append(block)
    return parts


def titles(blocks: list[Block]) -> list[str]:
    return [plain(block.title) for block in blocks if isinstance(block, FormSection)]


def agents_of(blocks: list[Block]) -> list[str]:
    return [title for title in titles(blocks) if title.startswith("Coordonnées des agents")]


@pytest.mark.parametrize(("agents", "expected"), COUNTS)
def test_the_ninth_agent_begins_another_sheet(agents: int, expected: list[int]) -> None:
    found = cut(request_for(agents).blocks)
    assert [len(agents_of(sheet)) for sheet in found] == expected


@pytest.mark.parametrize(
    ("annex", "label", "held"),
    [
        ("annexe-1", AGENTS, 8),
        ("annexe-2", "Coordonnées des agents à déshabiliter", 6),
    ],
)
def test_a_blank_is_one_sheet_of_numbered_blocks(annex: str, label: str, held: int) -> None:
    (sheet,) = cut(annex_document(RULES, annex, DocumentFacts(), DAY).blocks)
    assert agents_of(sheet) == [f"{label} ({number})" for number in range(1, held + 1)]


def test_the_blanks_joined_to_the_convention_are_whole() -> None:
    text = [plain(t) for t in titles(list(convention_document(RULES, FACTS, DAY).blocks))]
    assert f"{AGENTS} (8)" in text
    assert "Coordonnées des agents à déshabiliter (6)" in text
    assert not any("(9)" in title for title in text)


def test_every_sheet_says_which_it_is_and_whose() -> None:
    found = cut(FORTY.blocks)
    for number, sheet in enumerate(found, start=1):
        assert isinstance(sheet[0], Heading)
        assert plain(sheet[0].text) == f"Feuillet {number} sur 5"
        (requester,) = [
            block
            for block in sheet
            if isinstance(block, FormSection) and plain(block.title) == "Demandeur :"
        ]
        assert requester.spaces[0].value == "CCAS d’Essai"
    assert agents_of(found[4])[0] == f"{AGENTS} (33)"


def test_one_sheet_is_not_numbered() -> None:
    headings = [block.text for block in request_for(8).blocks if isinstance(block, Heading)]
    assert not any("Feuillet" in heading for heading in headings)


def test_no_two_spaces_of_the_sheets_have_one_name() -> None:
    names = [
        space.name
        for block in FORTY.blocks
        if isinstance(block, FormSection)
        for space in block.spaces
    ]
    assert len(names) == len(set(names)) > 400


def test_more_agents_than_one_request_may_hold_are_refused() -> None:
    with pytest.raises(CannotAssemble) as refused:
        request_for(201)
    assert "est rempli 201 fois. Attendu : de 1 à 200 fois." in plain(str(refused.value))


# Any form.


def form(held: int) -> FormDefinition:
    """A head, rows of which a sheet holds so many, and a signature at the foot."""
    field = {"kind": "text", "filled_by": "partner"}
    return FormDefinition.model_validate(
        {
            "code": "essai",
            "annex": "Annexe 9",
            "title": "Essai",
            "digest": "0" * 64,
            "blocks": [
                {
                    "code": "head",
                    "label": "Tête",
                    "repeat": {"maximum": 2},
                    "fields": [field | {"code": "head.name", "label": "Nom :"}],
                },
                {
                    "code": "rows",
                    "label": "Ligne",
                    "repeat": {"a_sheet": held, "maximum": 60},
                    "fields": [field | {"code": "rows.word", "label": "Mot :"}],
                },
                {
                    "code": "foot",
                    "label": "Pied",
                    "fields": [field | {"code": "foot.signed", "label": "Signature"}],
                },
            ],
        }
    )


@given(held=st.integers(1, 9), written=st.integers(1, 60), heads=st.integers(1, 2))
def test_no_row_is_lost_or_written_twice(held: int, written: int, heads: int) -> None:
    answers = {
        "head": [{"head.name": f"tête {n}"} for n in range(heads)],
        "rows": [{"rows.word": f"mot {n}"} for n in range(written)],
    }
    blocks = sheets(form(held), DocumentFacts(), answers)
    sections = [block for block in blocks if isinstance(block, FormSection)]
    rows = [block.spaces[0].value for block in sections if block.title.startswith("Ligne")]
    assert rows == [f"mot {n}" for n in range(written)]
    found = cut(blocks)
    assert [t for t in titles(found[-1]) if t == "Pied"] == ["Pied"]
    assert not any("Pied" in titles(sheet) for sheet in found[:-1])
    for sheet in found:
        assert len([t for t in titles(sheet) if t.startswith("Tête")]) == heads
        assert 1 <= len([t for t in titles(sheet) if t.startswith("Ligne")]) <= held
    names = [space.name for block in sections for space in block.spaces]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "repeat", [{"a_sheet": 8}, {"a_sheet": 0, "maximum": 9}, {"minimum": 3, "maximum": 2}]
)
def test_numbers_that_disagree_are_refused(repeat: dict[str, int]) -> None:
    field = {"kind": "text", "filled_by": "partner", "code": "a.b", "label": "B"}
    with pytest.raises(ValueError, match=r"a_sheet|minimum"):
        FormDefinition.model_validate(
            {
                "code": "essai",
                "annex": "",
                "title": "",
                "digest": "",
                "blocks": [{"code": "a", "label": "A", "repeat": repeat, "fields": [field]}],
            }
        )


# The files.


def test_in_a_pdf_each_sheet_begins_a_page_and_nobody_is_missing() -> None:
    content = pdf_files.render(FORTY)
    pages = [plain(page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages]
    first = [
        int(found[1])
        for page in pages[1:]
        if (found := re.match(r"Feuillet (\d) sur 5", page.lstrip()))
    ]
    assert "Feuillet 1 sur 5" in pages[0]
    assert first == [2, 3, 4, 5]
    read = pdf_text(content).replace(" ", "")
    assert all(f"agent{n}@essai.example" in read for n in range(1, 41))


@pytest.mark.skipif(POPPLER.find() is None, reason="Poppler is not installed")
def test_in_a_pdf_nothing_of_forty_agents_runs_into_a_margin() -> None:
    pages = drawn_pages(pdf_files.render(FORTY), 30)
    assert len(pages) > 5
    for page in pages:
        left, top, right, bottom = ink(page)
        width, height = page.size
        assert left >= round(width * 2.3 / 21)
        assert right <= width - round(width * 2.3 / 21)
        assert top >= height * 0.02
        assert bottom <= height * 0.97


@pytest.mark.skipif(POPPLER.find() is None, reason="Poppler is not installed")
def test_in_a_pdf_the_longest_answers_stay_between_the_margins() -> None:
    longest = {
        field.code: "m" * field.max_length
        for block in form_definition(RSACG, REQUEST).blocks
        for field in block.fields
        if field.code.startswith("user.") and field.filled_by == "partner"
    }
    document = form_document(RULES, REQUEST, FACTS, DAY, {"user": [longest] * 9})
    for page in drawn_pages(pdf_files.render(document), 30):
        left, _, right, bottom = ink(page)
        width, height = page.size
        assert left >= round(width * 2.3 / 21)
        assert right <= width - round(width * 2.3 / 21)
        assert bottom <= height * 0.97


def ink(page: Image.Image) -> tuple[int, int, int, int]:
    found = ImageChops.invert(page.convert("L")).getbbox()
    assert found is not None
    return found


def test_in_a_docx_each_further_sheet_follows_a_page_break() -> None:
    content = docx_files.render(FORTY)
    file = docx.Document(io.BytesIO(content))
    after_break = [
        plain(after.text)
        for before, after in pairwise(file.paragraphs)
        if before._p.find(f".//{qn('w:br')}[@{qn('w:type')}='page']") is not None
        or after._p.find(f".//{qn('w:pageBreakBefore')}") is not None
    ]
    assert after_break == [f"Feuillet {number} sur 5" for number in range(2, 6)]
    text = docx_text(content)
    assert all(f"agent{n}@essai.example" in text for n in range(1, 41))


def test_on_a_page_each_sheet_is_a_heading() -> None:
    fragment = plain(html_pages.render(FORTY))
    assert re.findall(r"<h3[^>]*>Feuillet (\d) sur 5</h3>", fragment) == list("12345")
    assert all(f"agent{n}@essai.example" in fragment for n in range(1, 41))


@pytest.mark.parametrize("document", [FORTY, convention_document(RULES, FACTS, DAY)])
def test_the_headings_of_a_page_skip_no_level(document: Document) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", html_pages.page(document))]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_blank_does_not_offer_the_profiles_again_beside_each_agent() -> None:
    blank = text_of(annex_document(RULES, "annexe-1", DocumentFacts(), DAY))
    assert blank.count("Services instructeurs") == 1
    spaces = [
        space
        for block in annex_document(RULES, "annexe-1", DocumentFacts(), DAY).blocks
        if isinstance(block, FormSection)
        for space in block.spaces
        if plain(space.label) == "Profil utilisateur :"
    ]
    assert [space.choices for space in spaces] == [()] * 8


# What is printed and never filled.


def test_a_password_is_never_written() -> None:
    with pytest.raises(CannotAssemble) as refused:
        form_document(
            RULES, REQUEST, FACTS, DAY, {"user": [agent(1) | {"user.sent_separately": "secret"}]}
        )
    assert "« Mot de passe » ne s’écrit sur aucun document" in plain(str(refused.value))
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("document", [FORTY, annex_document(RULES, "annexe-1", FACTS, DAY)])
def test_the_place_of_a_password_says_that_it_goes_another_way(document: Document) -> None:
    values = {
        space.value
        for block in document.blocks
        if isinstance(block, FormSection)
        for space in block.spaces
        if plain(space.label) == "Mot de passe :"
    }
    assert values == {"transmis séparément"}


def test_on_a_screen_the_part_of_the_caisse_has_no_field() -> None:
    blank = annex_document(RULES, "annexe-1", DocumentFacts(), DAY)
    fields = PdfReader(io.BytesIO(pdf_files.render_fillable(blank))).get_fields() or {}
    names = set(fields)
    assert {"user_1_user_email", "user_8_user_email", "requester_1_requester_name"} <= names
    assert not any("identifier" in name or "separately" in name for name in names)
    assert "recipient_1_recipient_email" not in names
