"""The samples that people read again: all documents of all types, and the files of one."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import docx
import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from templates_conventions.avenant_types import avenant_types
from templates_conventions.catalogue import rulebook, rulebooks
from templates_conventions.document import Address, Document, DocumentKind, Heading, Pairs
from templates_conventions.letter_assembly import letter_document
from templates_conventions.letters import letter_codes
from templates_conventions.rendering import pdf
from templates_conventions.rendering.pdf_styles import BOTTOM, PAGE_HEIGHT, TOP
from templates_conventions.rendering.surroundings import contents
from templates_conventions.sample_values import sample_values
from templates_conventions.samples import NoSample, Sample, samples
from templates_conventions.wording import BLANK
from tests.documents import NURSERY, RSACG, pdf_text, plain, text_of
from tests.templates_conventions.files_of_all import page_texts

CAF, QUOTIENT = "mon-enfant-caf-pas-de-calais", "qf-msa-ardeche-drome-loire"
ALL = {code: tuple(samples(book)) for code, book in rulebooks().items()}


def documents(code: str) -> dict[str, Document]:
    return {sample.name: sample.document for sample in ALL[code] if isinstance(sample, Sample)}


def refused(code: str) -> dict[str, str]:
    return {one.label: plain(one.reason) for one in ALL[code] if isinstance(one, NoSample)}


@pytest.mark.parametrize("code", sorted(ALL))
def test_each_sample_has_a_name_of_its_own_that_any_disk_takes(code: str) -> None:
    names = [sample.name for sample in ALL[code] if isinstance(sample, Sample)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in names)


@pytest.mark.parametrize("code", sorted(ALL))
def test_every_document_of_the_type_is_there_or_says_why_not(code: str) -> None:
    book, made = rulebook(code), documents(code)
    assert {"convention", "convention-vierge", "convention-consolidee", "fiche-modele"} <= set(made)
    for annex in book.documents.annexes:
        assert {annex.code, f"{annex.code}-vierge"} <= set(made)
    for form in book.habilitation.forms:
        assert f"formulaire-{form.code}-rempli-1" in made
    letters = [name for name in made if f"courrier-{made[name].code}" == name]
    without = [one for one in ALL[code] if isinstance(one, NoSample) and one.group == "Courriers"]
    assert len(letters) + len(without) + ("lettre-familles" in made) == len(letter_codes(code)) + 1
    avenants = [one for one in made.values() if one.kind is DocumentKind.AVENANT]
    no_avenant = [one for one in ALL[code] if isinstance(one, NoSample) and one.group == "Avenants"]
    assert len(avenants) + len(no_avenant) == len(sample_values().avenants)
    assert {one.type for one in sample_values().avenants} == set(avenant_types())


@pytest.mark.parametrize("code", sorted(ALL))
def test_no_sample_shows_what_should_have_been_filled(code: str) -> None:
    for name, document in documents(code).items():
        text = f"{document.title}\n{document.subtitle}\n{text_of(document)}"
        assert not re.search(r"\{\{|\}\}|\{%|\bNone\b|\bTrue\b|\bFalse\b", text), name
        # A social-security number: 13 digits, or 15 with its key, whatever stands between them.
        assert not re.search(r"\b[12][ .-]?(?:\d[ .-]?){12,14}\b", text), name
        assert not re.search(r"« [^»]*«", text), name


def test_what_the_rules_refuse_is_told_with_its_reason() -> None:
    assert "« breach »" in refused(CAF)["Lettre pour manquement"]
    assert refused(QUOTIENT) == {
        "Annexe": "Aucune annexe de cette convention ne change par un avenant."
    }


def test_a_form_is_shown_with_as_many_persons_as_a_sheet_holds_and_one_more() -> None:
    made = documents(RSACG)
    full, beyond = (text_of(made[f"formulaire-demande-habilitation-rempli-{n}"]) for n in (8, 9))
    assert "Feuillet" not in full
    assert "personne9@" not in full
    assert "Feuillet 2 sur 2" in beyond
    assert "personne9@" in beyond


def test_an_annex_without_a_number_is_named_by_its_title_in_an_avenant() -> None:
    assert "L’annexe « Liste des personnes habilitées » est remplacée par" in text_of(
        documents(CAF)["avenant-annexe"]
    )
    assert "L’annexe 1 (Partage des données dans le domaine social) est" in text_of(
        documents(NURSERY)["avenant-annexe"]
    )


def test_several_lines_of_an_answer_are_told_apart() -> None:
    text = text_of(documents(CAF)["formulaire-demande-en-ligne-rempli-1"])
    assert "Établissement Le Premier Exemple ; Établissement Le Second Exemple" in text


def test_a_named_person_is_not_called_by_two_titles() -> None:
    made = documents(NURSERY)
    assert "Monsieur Madame" not in text_of(made["convention"])
    assert "représentée par Monsieur Madame …" in text_of(made["convention-vierge"])


def test_a_convention_without_numbers_at_its_head_has_avenants_that_can_be_drawn() -> None:
    document = documents(CAF)["avenant-duree"]
    assert not any(isinstance(block, Pairs) for block in document.blocks)
    assert "Avenant n° 1" in pdf_text(pdf.render(document))


def test_a_letter_to_somebody_nobody_named_leaves_room_for_the_name() -> None:
    values, code = sample_values(), "notification-habilitation"
    said = {"user": "Claude Exemple", "identifier": "EXT-1", "opens_on": values.dated}
    letter = letter_document(rulebook(RSACG), code, values.facts, values.dated, said)
    [receiver] = [one for one in letter.blocks if isinstance(one, Address) and one.side != "sender"]
    assert receiver.lines == (BLANK,)
    assert "EXT-1" in pdf_text(pdf.render(letter))


# The files.


def squeezed(text: str) -> str:
    return "".join(text.split())


def bodies_of_pages(document: Document) -> list[str]:
    """What each page says between its head and its foot, without spaces."""
    return [
        squeezed("".join(text for text, box in page if BOTTOM - 3 < box[1] < PAGE_HEIGHT - TOP))
        for page in page_texts(pdf.render(document))
    ]


@pytest.mark.parametrize("code", sorted(ALL))
def test_no_title_stands_at_the_foot_of_a_page_without_its_text(code: str) -> None:
    for name in ("convention", "convention-consolidee"):
        document = documents(code)[name]
        titles = [squeezed(one.text) for one in document.blocks if isinstance(one, Heading)]
        _, listed, *pages = bodies_of_pages(document)
        assert squeezed(contents(document)[-1].text) in listed, "the contents hold on one page"
        for page in pages:
            assert not page.endswith(tuple(titles)), (name, page[-60:])


def test_no_word_of_a_table_is_cut_where_another_column_has_room() -> None:
    document = documents(CAF)["liste-des-personnes"]
    [page] = page_texts(pdf.render(document))
    assert any("dominique@exemple.example" in text for text, _ in page)


class Links(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.places: list[str] = []
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.ids += filter(None, (known.get("id"),))
        if tag == "a":
            self.places.append(known["href"] or "")
        assert "src" not in known
        assert tag not in ("link", "script")


def run(folder: Path, *arguments: str) -> None:
    call_command("samples", "--out", str(folder), *arguments)


def test_the_command_writes_files_that_others_open(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "samples"
    run(folder, "--type", NURSERY)
    made, files = documents(NURSERY), {path.name for path in (folder / NURSERY).iterdir()}
    forms = {name for name, one in made.items() if one.kind is DocumentKind.FORM}
    expected = {f"{name}.{ending}" for name in made for ending in ("pdf", "docx", "html")}
    assert files == expected | {f"{name}-a-remplir.pdf" for name in forms}
    assert forms
    for name in files:
        content = (folder / NURSERY / name).read_bytes()
        if name.endswith(".pdf"):
            assert len(PdfReader(io.BytesIO(content)).pages) >= 1
        elif name.endswith(".docx"):
            assert docx.Document(io.BytesIO(content)).element.body is not None
        else:
            assert content.startswith(b"<!DOCTYPE html>")
    assert "Modèle psu-msa-picardie" in pdf_text(
        (folder / NURSERY / "fiche-modele.pdf").read_bytes()
    )

    page = (folder / "index.html").read_text(encoding="utf-8")
    links = Links(page)
    assert '<html lang="fr">' in page
    inside = [place.removeprefix("#") for place in links.places if place.startswith("#")]
    assert inside == links.ids == [NURSERY]
    outside = [place for place in links.places if not place.startswith("#")]
    assert {Path(place).name for place in outside} == files
    assert all((folder / place).is_file() for place in outside)
    assert "Cette convention ne demande pas d’attestation" in page


def test_only_the_formats_asked_are_written(tmp_path: Path) -> None:
    run(tmp_path, "--type", CAF, "--format", "html")
    assert {path.suffix for path in (tmp_path / CAF).iterdir()} == {".html"}


def test_a_folder_that_cannot_be_written_and_an_unknown_type_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(CommandError, match=r"Impossible d’écrire .*file.*droits"):
        run(file, "--type", NURSERY, "--format", "html")
    with pytest.raises(CommandError, match="inconnu"):
        run(tmp_path, "--type", "inconnu")
