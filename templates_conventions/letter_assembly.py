"""Letters put together: sender, addressee, subject, text and signature, from rules and values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from templates_conventions.letter_values import check_rules, check_values
from templates_conventions.letters import LetterDefinition, letter_codes, letter_definition
from templates_conventions.markup import blocks, set_in_french
from templates_conventions.sources import filled, filled_plain
from templates_conventions.wording import BLANK, clean
from workflows.french import NO_BREAK_SPACE, date_in_words
from workflows.rulebook import Rulebook

MASKED = "présent dans le seul message d’origine, jamais conservé"
"""What a stored copy shows in the place of a secret."""

_SHORT_BLANK = BLANK[:7]
"""Place and date share one line."""


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
    it is the one that is sent, and ``holds_secret`` says that it must never be stored.
    A letter of the partner's own is a model: place, date and signature are left to write, and it
    bears no reference, so that it is given out and never issued. Raises
    ``CannotAssemble`` where the rules lack what the letter rests on, and for a value that is
    missing, unknown or of another kind.
    """
    if code not in letter_codes(rulebook.code, root):
        raise CannotAssemble(
            f"Courrier inconnu : « {code} ». Courriers : "
            f"{', '.join(letter_codes(rulebook.code, root)) or 'aucun'}."
        )
    letter = letter_definition(rulebook.code, code, root)
    return document_of(
        rulebook, letter, facts, dated, values, to=to, signatory=signatory, secrets=secrets
    )


def document_of(
    rulebook: Rulebook,
    letter: LetterDefinition,
    facts: DocumentFacts,
    dated: date,
    values: Mapping[str, Any],
    *,
    to: str = "",
    signatory: tuple[str, str] = ("", ""),
    secrets: Mapping[str, str] | None = None,
) -> Document:
    """Words put on paper, whatever file they stand in: see ``letter_document``."""
    known = context(rulebook, facts)
    subject, body = letter_text(letter, known, values, secrets)
    enclosed = [filled_plain(letter.source, one, known) for one in letter.settings.enclosures]
    recipient = recipient_of(letter, rulebook)
    issuer = facts.caisse.name or rulebook.caisse
    signed_by: tuple[str, ...] = signatory
    if letter.by_partner:
        issuer, signed_by = facts.partner.name, _to_sign(facts)
    return Document(
        kind=DocumentKind.LETTER,
        code=letter.code,
        title=subject,
        reference="" if letter.by_partner else facts.convention.number,
        issuer=issuer,
        dated=dated,
        origin=origin(rulebook, [letter.digest]),
        blocks=(
            *_letter_head(recipient, facts, dated, to),
            Heading(1, f"Objet{NO_BREAK_SPACE}: {subject}"),
            *_references(facts),
            *body,
            Signatures((SignatureSpace(issuer or BLANK, signed_by, ""),)),
            *_enclosures(enclosed),
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
    check_rules(letter, known)
    expected = letter.values_under(known)
    check_values(letter, expected, known, values, secrets)
    shown = dict(values) | dict.fromkeys(letter.settings.secret, MASKED) | dict(secrets or {})
    source = letter.source
    facts = dict(known) | {"letter": {name: shown.get(name) for name in letter.settings.values}}
    subject = set_in_french(filled_plain(source, letter.settings.subject, facts))
    return subject, blocks(filled(source, source.body, facts), source.path)


def recipient_of(letter: LetterDefinition, rulebook: Rulebook) -> str:
    """To whom a letter goes under these rules: ``partner``, ``structure``, ``user``, …"""
    if letter.settings.recipient != "credentials":
        return letter.settings.recipient
    credentials = rulebook.habilitation.credentials
    to_user = credentials is not None and credentials.delivery.recipient == "user"
    return "user" if to_user else "structure"


def _letter_head(recipient: str, facts: DocumentFacts, dated: date, to: str) -> list[Block]:
    caisse = (facts.caisse.name, facts.caisse.address)
    if recipient == "caisse":
        return [
            _address((facts.partner.name, facts.partner.address), "sender"),
            _address(caisse, "recipient"),
            Paragraph((Run(f"À {_SHORT_BLANK}, le {_SHORT_BLANK}"),), role="lead"),
        ]
    receiver = {
        "partner": (facts.partner.name, to, facts.partner.address),
        "structure": (facts.structure.name, to, facts.structure.address),
        "legal_officer": (facts.caisse.name, to, ""),
        "user": ("", to, ""),
    }[recipient]
    return [
        _address(caisse, "sender"),
        _address(receiver, "recipient"),
        Paragraph((Run(f"Le {date_in_words(dated)}"),), role="lead"),
    ]


def _to_sign(facts: DocumentFacts) -> tuple[str, ...]:
    """Who signs for the partner, or room to write it, and room to sign."""
    partner = facts.partner
    known = {"Nom": partner.representative, "Qualité": partner.quality, "Signature": ""}
    lines = (f"{label}{NO_BREAK_SPACE}: {said or BLANK}" for label, said in known.items())
    return tuple(lines)


def _address(lines: Sequence[str], side: str) -> Address:
    """An address; of somebody nobody knows yet, room to write it."""
    return Address(tuple(clean(line) for line in lines if line) or (BLANK,), side)


def _references(facts: DocumentFacts) -> list[Block]:
    numbers = {"N° de convention": facts.convention.number, "N° de tiers": facts.partner.number}
    known = [
        f"{set_in_french(label)}{NO_BREAK_SPACE}: {number}"
        for label, number in numbers.items()
        if number
    ]
    found: list[Block] = [Paragraph((Run(" · ".join(known)),), role="note")] if known else []
    if facts.partner.in_the_place_of:
        said = f"{facts.partner.name}, venant aux droits de {facts.partner.in_the_place_of}"
        found.append(Paragraph((Run(set_in_french(said)),), role="note"))
    return found


def _enclosures(enclosed: Sequence[str]) -> list[Block]:
    if not enclosed:
        return []
    word = "Pièce jointe" if len(enclosed) == 1 else "Pièces jointes"
    return [Paragraph((Run(set_in_french(f"{word} : {' ; '.join(enclosed)}")),), role="note")]


def _json_values(letter: LetterDefinition, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in sorted(values.items())
        if name in letter.settings.values
    }
