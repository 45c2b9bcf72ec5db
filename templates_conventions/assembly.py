"""Documents put together: a convention, an annex or a form, from its rules, texts and facts."""

from __future__ import annotations

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
    Heading,
    NewPage,
    Origin,
    Paragraph,
    Run,
)
from templates_conventions.facts import DocumentFacts, StructureFacts
from templates_conventions.form_sheets import Answers as Answers
from templates_conventions.form_sheets import CannotAssemble as CannotAssemble
from templates_conventions.form_sheets import sheets
from templates_conventions.forms import form_definition
from templates_conventions.markup import set_in_french
from templates_conventions.texts import AnnexText, annex_text, convention_text
from workflows.french import NO_BREAK_SPACE
from workflows.rulebook import Rulebook
from workflows.rulebook_provisions import Annex


def convention_document(
    rulebook: Rulebook,
    facts: DocumentFacts,
    dated: date,
    root: Path = ROOT,
    *,
    notes: Mapping[str, Sequence[str]] | None = None,
    annexes: Mapping[str, AnnexText] | None = None,
) -> Document:
    """The convention with all its annexes, the forms pre-filled from the facts.

    In a consolidated text ``notes`` say, under the number of an article, the code of an annex,
    ``parties`` or ``preamble``, which avenants changed it, and ``annexes`` are the texts that took
    the place of annexes. Raises ``SourceFault`` when a text has a fault.
    """
    notes, annexes = notes or {}, annexes or {}
    text = convention_text(rulebook, facts, root)
    written: list[Block] = [text.identifiers] if text.identifiers.rows else []
    written += [*_noted(notes, "parties"), *text.parties]
    written += [Heading(1, "Préambule"), *_noted(notes, "preamble"), *text.preamble]
    for article in text.articles:
        number = f"Article{NO_BREAK_SPACE}{article.number}"
        written += [
            Heading(article.depth, f"{number}{NO_BREAK_SPACE}: {article.title}"),
            *_noted(notes, article.number),
            *article.blocks,
        ]
    written += [Paragraph((Run(text.made),), role="made"), text.signatures]
    digests = [text.digest]
    for annex in rulebook.documents.annexes:
        for sheet in _facts_by_sheet(rulebook, annex.form, facts):
            title, subtitle, below, digest = _annex(rulebook, annex, sheet, root, annexes)
            written += [NewPage(), Heading(1, f"{_number(annex)}{NO_BREAK_SPACE}: {title}")]
            written += _noted(notes, annex.code)
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
        blocks=sheets(
            form,
            _facts_of_one_sheet(rulebook, code, facts),
            answers,
            withheld=_withheld(rulebook, code),
        ),
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
        name: _known(part) if isinstance(part, dict) else [_known(one) for one in part]
        for name, part in facts.model_dump(mode="json").items()
        if part or isinstance(part, dict)
    }


def _known(part: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in part.items() if value}


def _noted(notes: Mapping[str, Sequence[str]], part: str) -> list[Block]:
    return [Paragraph((Run(note),), role="note") for note in notes.get(part, ())]


# Annexes and forms.


def _facts_by_sheet(
    rulebook: Rulebook, form_code: str, facts: DocumentFacts
) -> tuple[DocumentFacts, ...]:
    """The facts of each sheet of an annex: one a structure where the rules of its form say so."""
    rules = {form.code: form for form in rulebook.habilitation.forms}
    by_structure = form_code in rules and rules[form_code].one_for == "site"
    return facts.of_each_structure() if by_structure else (facts,)


def _facts_of_one_sheet(rulebook: Rulebook, form_code: str, facts: DocumentFacts) -> DocumentFacts:
    """The facts of a form that stands alone: of several structures, it names none."""
    sheets = _facts_by_sheet(rulebook, form_code, facts)
    if len(sheets) == 1:
        return sheets[0]
    return facts.model_copy(update={"structure": StructureFacts()})


def _number(annex: Annex) -> str:
    """« Annexe 2 », from the code ``annexe-2``; « Annexe » for one that has a name, no number."""
    if not annex.code.rpartition("-")[2].isdigit():
        return "Annexe"
    return annex.code.replace("-", NO_BREAK_SPACE).capitalize()


def _annex(
    rulebook: Rulebook,
    annex: Annex,
    facts: DocumentFacts,
    root: Path,
    replaced: Mapping[str, AnnexText],
) -> tuple[str, str, Sequence[Block], str]:
    if annex.code in replaced:
        text = replaced[annex.code]
        return text.title, "", text.blocks, text.digest
    if annex.form:
        form = form_definition(rulebook.code, annex.form, root)
        withheld = _withheld(rulebook, annex.form)
        below = sheets(form, facts, None, level=2, withheld=withheld)
        return form.title, form.subtitle, below, form.digest
    text = annex_text(rulebook, annex.code, facts, root)
    return text.title, "", text.blocks, text.digest


def _withheld(rulebook: Rulebook, form_code: str) -> tuple[str, ...]:
    """The labels of a form that its rule wants printed and never filled."""
    rules = {form.code: form for form in rulebook.habilitation.forms}
    return rules[form_code].withheld_fields if form_code in rules else ()


def _raised(block: Block) -> Block:
    """A heading of an annex that stands alone, one level up."""
    return Heading(max(1, block.level - 1), block.text) if isinstance(block, Heading) else block


def _plain_answers(answers: Answers | None) -> dict[str, list[dict[str, str]]]:
    return {code: [dict(row) for row in rows] for code, rows in (answers or {}).items()}
