"""Each kind of message on made-up facts: what its readers would see, and nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from notifications.catalogue import MessageKind
from notifications.writing import Written, known_under, laid_out, site_address
from templates_conventions.document import Document
from templates_conventions.letter_assembly import document_of, letter_text
from templates_conventions.letter_checks import samples
from templates_conventions.letters import LetterDefinition
from templates_conventions.sample_values import sample_values
from workflows.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Preview:
    """One kind of message under the rules of one type of convention."""

    mail: Written
    letter: Document | None
    """The same words on paper, for a partner that reads no mail; None where they are about no
    convention, carry a secret, or are for one person at the screen."""


def preview(kind: MessageKind, rules: Rulebook) -> Preview:
    """What a message of this kind says. Raises ``CannotAssemble`` and ``SourceFault``."""
    said = sample_values()
    words = kind.words_under(rules if kind.of_convention else None)
    known = known_under(rules, said.facts) if kind.of_convention else {}
    own = kind.own_words.settings.samples
    secrets = {name: own[name] for name in words.settings.secret}
    values = _values(words, known, own)
    address = site_address("/…/") if kind.action else ""
    if kind.secret_link:
        address = secrets[kind.secret_link]
    mail = laid_out(kind, letter_text(words, known, values, secrets or None), address)
    to_body = words.settings.recipient in ("partner", "structure")
    if secrets or not kind.of_convention or not to_body:
        return Preview(mail, None)
    signatory = (said.facts.caisse.representative, said.facts.caisse.quality)
    letter = document_of(rules, words, said.facts, said.dated, values, signatory=signatory)
    return Preview(mail, letter)


def _values(
    words: LetterDefinition, known: Mapping[str, Any], own: Mapping[str, Any]
) -> dict[str, Any]:
    """All the values, the optional ones too; those of the mail itself before the letter's."""
    values = next(samples(words, known))
    return values | {name: value for name, value in own.items() if name in values}
