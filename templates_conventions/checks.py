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

from django.core.checks import CheckMessage, Error

from templates_conventions.assembly import annex_document, convention_document
from templates_conventions.catalogue import ROOT, rulebooks
from templates_conventions.document import words
from templates_conventions.facts import DocumentFacts
from templates_conventions.forms import form_definition
from templates_conventions.letter_assembly import letter_document
from templates_conventions.letters import LetterSettings, letter_codes, letter_definition
from templates_conventions.sources import SourceFault
from templates_conventions.terms import term_faults
from templates_conventions.texts import article_numbers, convention_text, has_text
from workflows.french import typeset
from workflows.rulebook import Rulebook
from workflows.rulebook_types import Basis, Frozen, Rule

_NUMBERED = re.compile(r"\d+(-\d+)*")
_CODE = re.compile(r"\b[a-z]+_[a-z_]+\b")
_SAMPLE_DAY = date(2026, 1, 15)


def check_texts(**_options: Any) -> list[CheckMessage]:
    """Django's system check over every type of convention whose texts are written."""
    return [
        Error(fault, id="templates_conventions.E001", obj=rulebook.code)
        for rulebook in rulebooks().values()
        if has_text(rulebook.code)
        for fault in text_faults(rulebook)
    ]


def text_faults(rulebook: Rulebook, root: Path = ROOT) -> tuple[str, ...]:
    """All the faults of the texts of one type of convention, in French."""
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
    makers += [
        lambda code=code: letter_document(
            rulebook, code, facts, _SAMPLE_DAY, _sample_values(rulebook, code, root), root=root
        )
        for code in letter_codes(rulebook.code, root)
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


def _sample_values(rulebook: Rulebook, code: str, root: Path) -> dict[str, Any]:
    settings: LetterSettings = letter_definition(rulebook.code, code, root).settings
    samples = {"text": "exemple", "date": _SAMPLE_DAY, "list": ("exemple",)}
    return {
        name: samples[kind] for name, kind in settings.values.items() if name not in settings.secret
    }


def _form_faults(rulebook: Rulebook, root: Path) -> Iterator[str]:
    for rule in rulebook.habilitation.forms:
        try:
            form = form_definition(rulebook.code, rule.code, root)
        except SourceFault as fault:
            yield str(fault)
            continue
        if _plain(form.title) != _plain(rule.label):
            yield f"{form.annex} : titre « {form.title} », au modèle « {rule.label} »."
        if _plain(form.annex) != _plain(rule.annex):
            yield f"{form.title} : annexe « {form.annex} », au modèle « {rule.annex} »."
        signed = any(field.kind == "signature" for block in form.blocks for field in block.fields)
        if signed != bool(rule.signed_by):
            yield f"{form.annex} : le modèle et le formulaire ne s’accordent pas sur la signature."


def _missing_articles(rulebook: Rulebook, root: Path) -> Iterator[str]:
    written = set(article_numbers(rulebook.code, root))
    cited = {
        rule.article
        for rule in _rules(rulebook)
        if rule.basis in (Basis.TEXT, Basis.INTERPRETATION) and _NUMBERED.fullmatch(rule.article)
    }
    for number in sorted(cited - written):
        yield f"{rulebook.code} : une règle cite l’article {number}, absent de articles/."


def _rules(model: Frozen) -> Iterator[Rule]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Rule):
                yield item
            if isinstance(item, Frozen):
                yield from _rules(item)


def _plain(text: str) -> str:
    return re.sub(r"\s", " ", text)
