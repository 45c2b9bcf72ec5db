"""Letters put together: sender, addressee, subject, text and signature, from rules and values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from templates_conventions.assembly import CannotAssemble, facts_shown, origin
from templates_conventions.catalogue import ROOT
from templates_conventions.document import (
    Address,
    Block,
    Document,
    DocumentKind,
    Heading,
    Paragraph,
    Run,
    Signatures,
    SignatureSpace,
)
from templates_conventions.facts import DocumentFacts, context
from templates_conventions.letters import LetterDefinition, letter_definition
from templates_conventions.markup import blocks, set_in_french
from templates_conventions.sources import filled, filled_plain
from templates_conventions.wording import clean
from workflows.french import NO_BREAK_SPACE, date_in_words
from workflows.rulebook import Rulebook

MASKED = "présent dans le seul message d’origine, jamais conservé"
"""What a stored copy shows in the place of a secret."""


def letter_document(
    rulebook: Rulebook,
    code: str,
    facts: DocumentFacts,
    dated: date,
    values: Mapping[str, Any],
    *,
    to: str = "",
    signatory: tuple[str, str] = ("", ""),
    secrets: Mapping[str, str] | None = None,
    root: Path = ROOT,
) -> Document:
    """One letter. ``to`` is the person it is addressed to, ``signatory`` a name and a quality.

    Without ``secrets`` the letter is the copy that may be stored: each secret is masked. With them
    it is the one that is sent, and ``holds_secret`` says that it must never be stored. Raises
    ``CannotAssemble`` for a value that is missing, unknown or of another kind.
    """
    letter = letter_definition(rulebook.code, code, root)
    subject, body = letter_text(letter, context(rulebook, facts), values, secrets)
    return Document(
        kind=DocumentKind.LETTER,
        code=code,
        title=subject,
        reference=facts.convention.number,
        issuer=facts.caisse.name or rulebook.caisse,
        dated=dated,
        origin=origin(rulebook, [letter.source.digest]),
        blocks=(
            *_letter_head(letter, facts, dated, to),
            Heading(1, f"Objet{NO_BREAK_SPACE}: {subject}"),
            *_references(facts),
            *body,
            Signatures((SignatureSpace(facts.caisse.name or rulebook.caisse, signatory, ""),)),
        ),
        facts=facts_shown(facts) | {"values": _json_values(letter, values)},
        holds_secret=bool(secrets),
    )


def letter_text(
    letter: LetterDefinition,
    known: Mapping[str, Any],
    values: Mapping[str, Any],
    secrets: Mapping[str, str] | None = None,
) -> tuple[str, tuple[Block, ...]]:
    """The subject of a letter and its text, without the head and foot that paper wants.

    ``known`` are the rules and facts. Without ``secrets`` each secret is masked. Raises
    ``CannotAssemble`` and ``SourceFault``.
    """
    shown = dict(values) | dict.fromkeys(letter.settings.secret, MASKED) | dict(secrets or {})
    _check_values(letter, values, secrets)
    source = letter.source
    facts = dict(known) | {"letter": {name: shown.get(name) for name in letter.settings.values}}
    subject = set_in_french(filled_plain(source, letter.settings.subject, facts))
    return subject, blocks(filled(source, source.body, facts), source.path)


def _letter_head(
    letter: LetterDefinition, facts: DocumentFacts, dated: date, to: str
) -> list[Block]:
    receiver = {
        "partner": (facts.partner.name, to, facts.partner.address),
        "structure": (facts.structure.name, to, facts.structure.address),
        "legal_officer": (facts.caisse.name, to, ""),
        "user": ("", to, ""),
    }[letter.settings.recipient]
    return [
        Address(tuple(filter(None, (facts.caisse.name, facts.caisse.address))), "sender"),
        Address(tuple(clean(line) for line in receiver if line), "recipient"),
        Paragraph((Run(f"Le {date_in_words(dated)}"),), role="lead"),
    ]


def _references(facts: DocumentFacts) -> list[Block]:
    numbers = {"N° de convention": facts.convention.number, "N° de tiers": facts.partner.number}
    known = [
        f"{set_in_french(label)}{NO_BREAK_SPACE}: {number}"
        for label, number in numbers.items()
        if number
    ]
    return [Paragraph((Run(" · ".join(known)),), role="note")] if known else []


def _check_values(
    letter: LetterDefinition, values: Mapping[str, Any], secrets: Mapping[str, str] | None
) -> None:
    settings = letter.settings
    expected = set(settings.values) - set(settings.secret)
    kinds = {"text": str, "date": date, "list": (list, tuple)}
    faults = [f"« {name} » n’est pas une valeur de ce courrier" for name in set(values) - expected]
    for name in sorted(expected):
        value = values.get(name)
        if value in (None, "", (), []):
            if name not in settings.optional:
                faults.append(f"« {name} » manque")
        elif not isinstance(value, kinds[settings.values[name]]):
            faults.append(f"« {name} » n’est pas de genre {settings.values[name]}")
    if secrets is not None and set(secrets) != set(settings.secret):
        faults.append(f"secrets attendus : {', '.join(settings.secret) or 'aucun'}")
    if faults:
        raise CannotAssemble(
            f"Courrier « {letter.code} » : {'; '.join(sorted(faults))}. Valeurs attendues : "
            f"{', '.join(sorted(expected)) or 'aucune'}."
        )


def _json_values(letter: LetterDefinition, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in sorted(values.items())
        if name in letter.settings.values
    }
