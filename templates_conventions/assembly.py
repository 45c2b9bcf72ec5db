"""Documents put together: a convention, an annex or a form, from its rules, texts and facts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from templates_conventions.catalogue import ROOT
from templates_conventions.document import (
    Block,
    Document,
    DocumentKind,
    FormSection,
    FormSpace,
    Heading,
    NewPage,
    Origin,
    Paragraph,
    Run,
)
from templates_conventions.facts import DocumentFacts
from templates_conventions.forms import FormBlock, FormDefinition, FormField, form_definition
from templates_conventions.markup import set_in_french
from templates_conventions.texts import annex_text, convention_text
from templates_conventions.wording import clean
from workflows.french import NO_BREAK_SPACE, date_in_words, typeset
from workflows.rulebook import Rulebook
from workflows.rulebook_provisions import Annex

Answers = Mapping[str, Sequence[Mapping[str, str]]]
"""What was filled in: for each block of a form, its repetitions, field by field."""


class CannotAssemble(ValueError):
    """The document cannot be made of what was given; the message says what is missing or wrong."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


def convention_document(
    rulebook: Rulebook, facts: DocumentFacts, dated: date, root: Path = ROOT
) -> Document:
    """The convention with all its annexes, the forms pre-filled from the facts.

    Raises ``SourceFault`` when a text has a fault.
    """
    text = convention_text(rulebook, facts, root)
    written: list[Block] = [text.identifiers, *text.parties]
    written += [Heading(1, "Préambule"), *text.preamble]
    for article in text.articles:
        number = f"Article{NO_BREAK_SPACE}{article.number}"
        written += [
            Heading(article.depth, f"{number}{NO_BREAK_SPACE}: {article.title}"),
            *article.blocks,
        ]
    written += [Paragraph((Run(text.made),), role="made"), text.signatures]
    digests = [text.digest]
    for annex in rulebook.documents.annexes:
        title, subtitle, below, digest = _annex(rulebook, annex, facts, root)
        written += [NewPage(), Heading(1, f"{_number(annex)}{NO_BREAK_SPACE}: {title}")]
        if subtitle:
            written.append(Paragraph((Run(subtitle),), role="subtitle"))
        written += below
        digests.append(digest)
    return Document(
        kind=DocumentKind.CONVENTION,
        code="convention",
        title=set_in_french(text.title),
        subtitle=set_in_french(text.settings.subtitle),
        reference=facts.convention.number,
        issuer=facts.caisse.name or rulebook.caisse,
        dated=dated,
        origin=origin(rulebook, digests),
        blocks=tuple(written),
        footer=set_in_french(text.settings.footer),
        facts=facts_shown(facts),
    )


def annex_document(
    rulebook: Rulebook, code: str, facts: DocumentFacts, dated: date, root: Path = ROOT
) -> Document:
    """One annex by itself: its text, or its form pre-filled. Raises ``CannotAssemble``."""
    annexes = {annex.code: annex for annex in rulebook.documents.annexes}
    if code not in annexes:
        raise CannotAssemble(
            f"Annexe inconnue : {code}. Annexes : {', '.join(annexes) or 'aucune'}."
        )
    annex = annexes[code]
    if annex.form:
        return form_document(rulebook, annex.form, facts, dated, root=root)
    text = annex_text(rulebook, code, facts, root)
    return Document(
        kind=DocumentKind.ANNEX,
        code=code,
        label=_number(annex),
        title=text.title,
        reference=facts.convention.number,
        issuer=facts.caisse.name or rulebook.caisse,
        dated=dated,
        origin=origin(rulebook, [text.digest]),
        blocks=tuple(_raised(block) for block in text.blocks),
        facts=facts_shown(facts),
    )


def form_document(
    rulebook: Rulebook,
    code: str,
    facts: DocumentFacts,
    dated: date,
    answers: Answers | None = None,
    root: Path = ROOT,
) -> Document:
    """One form: filled with ``answers``, or without them pre-filled from the facts.

    Raises ``CannotAssemble`` for an answer to no field of the form, or too many repetitions.
    """
    form = form_definition(rulebook.code, code, root)
    return Document(
        kind=DocumentKind.FORM,
        code=code,
        label=form.annex,
        title=form.title,
        subtitle=form.subtitle,
        reference=facts.convention.number,
        issuer=facts.caisse.name or rulebook.caisse,
        dated=dated,
        origin=origin(rulebook, [form.digest]),
        blocks=tuple(_sections(form, facts, answers)),
        footer=form.footer,
        facts=facts_shown(facts) | ({"answers": _plain_answers(answers)} if answers else {}),
    )


def origin(rulebook: Rulebook, digests: Sequence[str]) -> Origin:
    """What a document of this rulebook, made of sources with these digests, comes from."""
    together = digests[0] if len(digests) == 1 else sha256("\n".join(digests).encode()).hexdigest()
    return Origin(rulebook.code, rulebook.version, rulebook.digest, together)


def facts_shown(facts: DocumentFacts) -> dict[str, Any]:
    """The facts that are known, as JSON-able values."""
    return {
        name: {key: value for key, value in part.items() if value}
        for name, part in facts.model_dump(mode="json").items()
    }


# Annexes and forms.


def _number(annex: Annex) -> str:
    """« Annexe 2 », from the code ``annexe-2``."""
    return annex.code.replace("-", NO_BREAK_SPACE).capitalize()


def _annex(
    rulebook: Rulebook, annex: Annex, facts: DocumentFacts, root: Path
) -> tuple[str, str, Sequence[Block], str]:
    if annex.form:
        form = form_definition(rulebook.code, annex.form, root)
        return form.title, form.subtitle, _sections(form, facts, None, level=2), form.digest
    text = annex_text(rulebook, annex.code, facts, root)
    return text.title, "", text.blocks, text.digest


def _raised(block: Block) -> Block:
    """A heading of an annex that stands alone, one level up."""
    return Heading(max(1, block.level - 1), block.text) if isinstance(block, Heading) else block


def _sections(
    form: FormDefinition, facts: DocumentFacts, answers: Answers | None, level: int = 1
) -> list[FormSection]:
    _check_answers(form, answers)
    sections = []
    for block in form.blocks:
        rows = (answers or {}).get(block.code) or [{}] * max(1, block.repeat.minimum)
        for number, row in enumerate(rows, start=1):
            title = block.label if len(rows) == 1 else f"{block.label} ({number})"
            spaces = tuple(
                _space(block, number, field, row, facts if answers is None else None)
                for field in block.fields
            )
            sections.append(FormSection(title, spaces, level))
    return sections


def _space(
    block: FormBlock,
    number: int,
    field: FormField,
    row: Mapping[str, str],
    prefilling: DocumentFacts | None,
) -> FormSpace:
    value = row.get(field.code, "")
    if not value and prefilling is not None and field.prefill:
        value = prefilling.at(field.prefill)
    if field.kind == "date" and value:
        value = date_in_words(_day(value, field.label))
    return FormSpace(
        name=re.sub(r"\W", "_", f"{block.code}_{number}_{field.code}"),
        label=field.label,
        kind=field.kind,
        value=clean(value),
        help=field.help,
        required=field.required,
        max_length=field.max_length,
        choices=field.choices,
    )


def _day(text: str, label: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CannotAssemble(
            f"{label} « {text} » n’est pas une date. Attendu : AAAA-MM-JJ."
        ) from error


def _check_answers(form: FormDefinition, answers: Answers | None) -> None:
    known = {block.code: block for block in form.blocks}
    for code, rows in (answers or {}).items():
        if code not in known:
            raise CannotAssemble(
                f"{form.title} n’a pas de partie « {code} ». Parties : {', '.join(known)}."
            )
        block = known[code]
        if not block.repeat.minimum <= len(rows) <= block.repeat.maximum:
            raise CannotAssemble(
                f"« {block.label} » est rempli {len(rows)} fois. Attendu : de "
                f"{block.repeat.minimum} à {block.repeat.maximum} fois."
            )
        fields = {field.code for field in block.fields}
        for row in rows:
            if strange := sorted(set(row) - fields):
                raise CannotAssemble(
                    f"« {block.label} » n’a pas de champ {', '.join(strange)}. Champs : "
                    f"{', '.join(sorted(fields))}."
                )


def _plain_answers(answers: Answers | None) -> dict[str, list[dict[str, str]]]:
    return {code: [dict(row) for row in rows] for code, rows in (answers or {}).items()}
