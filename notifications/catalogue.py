"""The kinds of messages: one class each, in the package that knows what it is about.

A package keeps its kinds in its module ``mails``, found when the site starts. The words are those
of a letter of the type of convention, where it has one under the name the kind gives and the rules
that the letter rests on; else those of ``messages/<code>.md`` beside the class. Both are written in
the same format.
"""

from __future__ import annotations

from collections.abc import Mapping
from inspect import getfile
from pathlib import Path
from typing import Any, ClassVar

from notifications.models import Message
from notifications.recipients import Group, Recipient
from notifications.rhythms.models import Rhythm
from templates_conventions.facts import DocumentFacts, context
from templates_conventions.letters import (
    LetterDefinition,
    letter_codes,
    letter_definition,
    letter_in,
)
from workflows.french import typeset
from workflows.rulebook import Rulebook


class NothingToSend(Exception):
    """What the message was about no longer holds: it is not sent, and that is no failure."""

    def __init__(self, reason: str) -> None:
        super().__init__(typeset(reason))


class UnknownKind(LookupError):
    """No message bears that code."""


class MessageKind:
    """What a message of this kind says, computed when it leaves."""

    code: ClassVar[str]
    label: ClassVar[str]
    """What it is, in the words of those who look into the ledger."""
    why: ClassVar[str]
    """Why its reader receives it: the last line."""
    leaves: ClassVar[str]
    """When it leaves, as what follows « il part »."""
    recipients: ClassVar[tuple[Recipient, ...]]
    """The roles in which one receives it."""
    group: ClassVar[Group]
    """What it is about: its part of the catalogue."""
    optional: ClassVar[bool] = False
    """Whether its reader may do without the mail: no right and no delay of theirs rests on it."""
    usual: ClassVar[Rhythm] = Rhythm.AT_ONCE
    """When who chose nothing receives one that is optional."""
    chosen_as: ClassVar[str] = ""
    """The kind whose choice is also that of this one: the same, of one convention alone."""
    noticed: ClassVar[bool] = True
    """Whether who signs in finds it on the site too: not what serves but once, to come in."""
    of_convention: ClassVar[bool] = True
    """Whether it is about one convention, whose rules and parties its words may cite."""
    letter: ClassVar[str] = ""
    """The letter of the type of convention whose words it takes."""
    action: ClassVar[str] = ""
    """What its reader can do on the site, as the words of a link."""
    secret_link: ClassVar[str] = ""
    """The secret that is the address of that link, when whoever knows it may open the page."""
    link_made_once: ClassVar[bool] = False
    """Whether asking for that link again makes another, which takes the place of the one sent."""

    def values(self, message: Message) -> Mapping[str, Any]:
        """The values that the words ask for. May raise ``NothingToSend``."""
        return {}

    def secrets(self, message: Message) -> Mapping[str, str]:
        """Codes, passwords and links made now, for this one mail."""
        return {}

    def path(self, message: Message) -> str:
        """The page that the link leads to, unless it is secret; empty for none."""
        return ""

    def sent(self, message: Message) -> None:
        """Write what the sending means, in its transaction."""

    def words(self, message: Message) -> LetterDefinition:
        """The words of the message. Raises ``SourceFault``."""
        return self.words_under(message.convention and message.convention.rules)

    def words_under(self, rules: Rulebook | None) -> LetterDefinition:
        """The words under the rules of a convention, or without one. Raises ``SourceFault``."""
        if self.letter and rules is not None and self.letter in letter_codes(rules.code):
            letter = letter_definition(rules.code, self.letter)
            if not letter.missing_rules(context(rules, DocumentFacts())):
                return letter
        return self.own_words

    @property
    def own_words(self) -> LetterDefinition:
        """The words beside the class. Raises ``SourceFault``."""
        return letter_in(Path(getfile(type(self))).parent / "messages" / f"{self.code}.md")

    @property
    def to_whom(self) -> str:
        """« ceux qui répondent pour le partenaire ; l’interlocuteur du partenaire »."""
        return typeset(" ; ".join(recipient.label for recipient in self.recipients))

    @property
    def to_staff(self) -> bool:
        """Whether all who receive it work for the caisse."""
        return all(recipient.is_staff for recipient in self.recipients)


_kinds: dict[str, MessageKind] = {}
_TOLD = ("code", "label", "why", "leaves", "recipients", "group")


def register(kind: type[MessageKind]) -> type[MessageKind]:
    """Class decorator: make the kind known under its code, once it says all of itself."""
    if silent := [name for name in _TOLD if not getattr(kind, name, None)]:
        raise TypeError(f"{kind.__name__} does not say its {', '.join(silent)}.")
    if kind.code in _kinds:
        raise ValueError(f"Two kinds of messages bear the code {kind.code!r}.")
    _kinds[kind.code] = kind()
    return kind


def kind_of(code: str) -> MessageKind:
    """The kind of that code. Raises ``UnknownKind``."""
    try:
        return _kinds[code]
    except KeyError:
        known = ", ".join(sorted(_kinds))
        raise UnknownKind(
            typeset(f"Aucun message ne porte le code « {code} ». Codes connus : {known}.")
        ) from None


def kinds() -> tuple[MessageKind, ...]:
    """Every kind, by its code."""
    return tuple(kind for _, kind in sorted(_kinds.items()))
