"""What must hold of the texts of a type of convention, checked before the site starts.

Every text can be written under the rules, every article that a rule cites exists, every form of the
rulebook has its fields, the terms are those of the parties.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from templates_conventions.assembly import annex_document, convention_document
from templates_conventions.avenant_assembly import AvenantFacts, Writing, avenant_document
from templates_conventions.avenant_types import avenant_types
from templates_conventions.catalogue import ROOT, rulebooks
from templates_conventions.document import words
from templates_conventions.facts import DocumentFacts
from templates_conventions.family_letter import family_letter, model_annex
from templates_conventions.form_checks import form_faults
from templates_conventions.forms import form_definition
from templates_conventions.letter_checks import letter_faults
from templates_conventions.rendering.docx_reference import ReferenceFault, reference
from templates_conventions.sources import SourceFault
from templates_conventions.terms import term_faults
from templates_conventions.texts import article_numbers, convention_text, has_text
from workflows.french import typeset
from workflows.rulebook import Rulebook
from workflows.rulebook_shape import rules_of
from workflows.rulebook_types import Basis

_NUMBERED = re.compile(r"(\d+([-.]\d+)*)(/.+)?")
"""The number of an article, with the part of it that a rule may name: ``9-2/denonciation``."""
_CODE = re.compile(r"\b[a-z]+_[a-z_]+\b")
_SAMPLE_DAY = date(2026, 1, 15)


def check_texts(**_options: Any) -> list[CheckMessage]:
    """Django's system check: the texts of every type that has them, the letters of every type."""
    return [
        Error(fault, id="templates_conventions.E001", obj=rulebook.code)
        for rulebook in rulebooks().values()
        for fault in (
            *(text_faults(rulebook) if has_text(rulebook.code) else ()),
            *letter_faults(rulebook),
        )
    ]


def check_reference(**_options: Any) -> list[CheckMessage]:
    """Django's system check: the reference document that the settings name can serve."""
    chosen = settings.TACITE_DOCX_REFERENCE
    try:
        if chosen:
            reference(Path(chosen))
    except ReferenceFault as fault:
        return [Error(str(fault), id="templates_conventions.E002", obj="TACITE_DOCX_REFERENCE")]
    return []


def text_faults(rulebook: Rulebook, root: Path = ROOT) -> tuple[str, ...]:
    """All the faults of the texts of one type of convention, letters excepted, in French."""
    faults = [*_form_faults(rulebook, root), *_writing_faults(rulebook, root)]
    if not faults:
        faults = [
            *_missing_articles(rulebook, root),
            *term_faults(rulebook, convention_text(rulebook, root=root)),
        ]
    return tuple(typeset(fault) for fault in faults)


def _writing_faults(rulebook: Rulebook, root: Path) -> Iterator[str]:
    facts = DocumentFacts()
    makers = [lambda: convention_document(rulebook, facts, _SAMPLE_DAY, root)]
    makers += [
        lambda code=annex.code: annex_document(rulebook, code, facts, _SAMPLE_DAY, root)
        for annex in rulebook.documents.annexes
    ]
    if model_annex(rulebook):
        makers.append(lambda: family_letter(rulebook, facts, _SAMPLE_DAY, root))
    writing = Writing(rulebook, facts)
    makers += [
        lambda kind=kind: avenant_document(
            AvenantFacts(1, kind, _SAMPLE_DAY), writing, writing, _SAMPLE_DAY, root
        )
        for kind in avenant_types().values()
    ]
    for make in makers:
        try:
            document = make()
        except (SourceFault, ValueError) as fault:
            yield str(fault)
            continue
        for text in words(document.blocks):
            if code := _CODE.search(text):
                yield f"{document.title} : le code « {code[0]} » est écrit tel quel, sans « said »."


def _form_faults(rulebook: Rulebook, root: Path) -> Iterator[str]:
    for rule in rulebook.habilitation.forms:
        try:
            form = form_definition(rulebook.code, rule.code, root)
        except SourceFault as fault:
            yield str(fault)
            continue
        yield from form_faults(rulebook, rule, form)


def _missing_articles(rulebook: Rulebook, root: Path) -> Iterator[str]:
    written = set(article_numbers(rulebook.code, root))
    cited = {
        numbered[1]
        for rule in rules_of(rulebook)
        if rule.basis in (Basis.TEXT, Basis.INTERPRETATION)
        and (numbered := _NUMBERED.fullmatch(rule.article))
    }
    for number in sorted(cited - written):
        yield f"{rulebook.code} : une règle cite l’article {number}, absent de articles/."
