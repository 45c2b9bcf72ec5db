"""Every document of a type of convention, made of sample values, to be read again by people.

Pure: nothing is drawn or stored. The values are those of ``samples.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from templates_conventions.assembly import (
    CannotAssemble,
    annex_document,
    convention_document,
    form_document,
)
from templates_conventions.avenant_assembly import consolidated_document
from templates_conventions.avenant_types import avenant_types
from templates_conventions.document import Document
from templates_conventions.facts import DocumentFacts, context
from templates_conventions.family_letter import CODE as FAMILY_LETTER
from templates_conventions.family_letter import family_letter
from templates_conventions.forms import FormDefinition, form_definition
from templates_conventions.letter_assembly import letter_document, recipient_of
from templates_conventions.letter_checks import samples as letter_samples
from templates_conventions.letters import letter_codes, letter_definition
from templates_conventions.rulebook_document import rulebook_document
from templates_conventions.sample_avenants import amendment, avenant
from templates_conventions.sample_values import sample_answers, sample_values
from workflows.french import count
from workflows.rulebook import Rulebook

ON_NO_SHEET = 3
"""How many times a block is filled that may be repeated and that no sheet limits."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One document made of sample values."""

    name: str
    """The name of its files; unique in its type of convention."""
    group: str
    """What it is listed under, in French."""
    label: str
    """What it is called in the list, in French."""
    document: Document


@dataclass(frozen=True, slots=True)
class NoSample:
    """A document that the rules of the type refuse."""

    group: str
    label: str
    reason: str
    """Why, in French."""


CONVENTION, ANNEXES, FORMS = "Convention", "Annexes", "Formulaires"
LETTERS, AVENANTS, MODEL = "Courriers", "Avenants", "Modèle"


def samples(rulebook: Rulebook) -> Iterator[Sample | NoSample]:
    """Every document of this type, and those that its rules refuse, with the reason.

    Raises ``SourceFault`` for a fault of a text.
    """
    yield from _conventions(rulebook)
    yield from _annexes(rulebook)
    for form in rulebook.habilitation.forms:
        yield from _forms(rulebook, form_definition(rulebook.code, form.code))
    for code in letter_codes(rulebook.code):
        yield from _letters(rulebook, code)
    yield _family(rulebook)
    yield from _avenants(rulebook)
    sheet = rulebook_document(rulebook, sample_values().dated)
    yield Sample("fiche-modele", MODEL, sheet.title, sheet)


def _conventions(rulebook: Rulebook) -> Iterator[Sample]:
    values = sample_values()
    full = convention_document(rulebook, values.facts, values.dated)
    blank = convention_document(rulebook, DocumentFacts(), values.dated)
    yield Sample("convention", CONVENTION, "Convention", full)
    yield Sample("convention-vierge", CONVENTION, "Convention vierge", blank)
    yield Sample("convention-projet", CONVENTION, "Projet", replace(full, draft=True))
    stamped = replace(full, stamp=values.stamp)
    yield Sample("convention-reference", CONVENTION, "Convention avec référence", stamped)


def _annexes(rulebook: Rulebook) -> Iterator[Sample]:
    values = sample_values()
    for annex in rulebook.documents.annexes:
        for blank, facts in ((False, values.facts), (True, DocumentFacts())):
            document = annex_document(rulebook, annex.code, facts, values.dated)
            yield Sample(
                f"{annex.code}-vierge" if blank else annex.code,
                ANNEXES,
                f"{document.label or 'Annexe'}, {'vierge' if blank else 'préremplie'}",
                document,
            )


def _forms(rulebook: Rulebook, form: FormDefinition) -> Iterator[Sample]:
    values = sample_values()
    if all(annex.form != form.code for annex in rulebook.documents.annexes):
        # The blank of the others is their annex.
        blank = form_document(rulebook, form.code, DocumentFacts(), values.dated)
        yield Sample(f"formulaire-{form.code}-vierge", FORMS, f"{form.title}, vierge", blank)
    for times in _times(form):
        answers = sample_answers(rulebook, form.code, times)
        filled = form_document(rulebook, form.code, values.facts, values.dated, answers)
        persons = count(times, "personne")
        name = f"formulaire-{form.code}-rempli-{times}"
        yield Sample(name, FORMS, f"{form.title}, rempli pour {persons}", filled)


def _times(form: FormDefinition) -> tuple[int, ...]:
    """One person; where a sheet holds several, as many as it holds, and one more."""
    if form.divided is not None and form.divided.repeat.a_sheet:
        held = form.divided.repeat.a_sheet
        return tuple(sorted({1, held, held + 1}))
    several = any(block.repeat.maximum > 1 for block in form.blocks)
    return (1, ON_NO_SHEET) if several else (1,)


def _letters(rulebook: Rulebook, code: str) -> Iterator[Sample | NoSample]:
    values = sample_values()
    letter = letter_definition(rulebook.code, code)
    known = context(rulebook, values.facts)
    label = letter.settings.label or code
    made: list[Document] = []
    if letter.missing_rules(known):
        try:
            letter_document(rulebook, code, values.facts, values.dated, {})
        except CannotAssemble as refusal:
            yield NoSample(LETTERS, label, str(refusal))
        return
    for said in letter_samples(letter, known):
        document = letter_document(
            rulebook,
            code,
            values.facts,
            values.letter_day(code),
            said,
            to=values.values["user"] if recipient_of(letter, rulebook) == "user" else "",
            signatory=(values.facts.caisse.representative, values.facts.caisse.quality),
        )
        # A letter without any choice or optional value is the same each time.
        if any(document.blocks == other.blocks for other in made):
            continue
        made.append(document)
        number = len(made)
        name = f"courrier-{code}" if number == 1 else f"courrier-{code}-{number}"
        yield Sample(
            name, LETTERS, label if number == 1 else f"{label}, variante {number}", document
        )


def _family(rulebook: Rulebook) -> Sample | NoSample:
    values = sample_values()
    label = "Lettre aux familles"
    try:
        document = family_letter(rulebook, values.facts, values.dated)
    except CannotAssemble as refusal:
        return NoSample(LETTERS, label, str(refusal))
    return Sample(FAMILY_LETTER, LETTERS, label, document)


def _avenants(rulebook: Rulebook) -> Iterator[Sample | NoSample]:
    values = sample_values()
    for number, one in enumerate(values.avenants, start=1):
        try:
            document = avenant(rulebook, one, number)
        except CannotAssemble as refusal:
            yield NoSample(AVENANTS, one.name.capitalize(), str(refusal))
            continue
        kind = avenant_types()[one.type].label.lower()
        yield Sample(f"avenant-{one.name}", AVENANTS, f"{document.title} ({kind})", document)
    start, amendments = amendment(rulebook)
    document = consolidated_document(start, amendments, values.consolidated_on)
    yield Sample("convention-consolidee", AVENANTS, "Convention consolidée", document)
