"""A message written out: subject, text and page, from the one source of its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from contracts.services.documents import names_of
from notifications.catalogue import MessageKind
from notifications.models import Message
from templates_conventions.document import Block, Heading, Items, Paragraph, Table, plain
from templates_conventions.facts import DocumentFacts, context
from templates_conventions.letter_assembly import letter_text
from templates_conventions.markup import set_in_french
from templates_conventions.rendering.html import fragment
from workflows.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Written:
    """What one recipient reads."""

    subject: str
    text: str
    html: str


def write(
    kind: MessageKind,
    message: Message,
    values: Mapping[str, Any],
    secrets: Mapping[str, str],
    way_out: str = "",
) -> tuple[Written, Written]:
    """Write a message out: as it leaves, and as the copy that may be kept.

    The copy shows neither what is secret nor ``way_out``, the page on which its reader says to want
    no more of such mails. Raises ``CannotAssemble`` or ``SourceFault`` for words that lack a value.
    """
    words, known = kind.words(message), known_of(message)
    said = letter_text(words, known, values, secrets or None)
    mail = laid_out(kind, said, _address(kind, message, secrets), way_out)
    if not secrets and not way_out:
        return mail, mail
    if secrets:
        said = letter_text(words, known, values)
    return mail, laid_out(kind, said, _address(kind, message, {}))


def laid_out(
    kind: MessageKind, said: tuple[str, tuple[Block, ...]], address: str, way_out: str = ""
) -> Written:
    """A subject and its text, with the page that they lead to, as text and as a page."""
    subject, body = said
    action, why = set_in_french(kind.action), set_in_french(kind.why)
    lines = [_text(block) for block in body]
    if address and not any(address in line for line in lines):
        lines.append(set_in_french(f"{action} :\n{address}"))
    html = render_to_string(
        "notifications/mail.html",
        {
            "subject": subject,
            "body": mark_safe(fragment(body, 1)),  # noqa: S308 — every text of it was escaped
            "action": action,
            "address": address,
            "why": why,
            "way_out": way_out,
        },
    )
    foot = f"-- \n{why}"
    if way_out:
        foot += set_in_french("\nNe plus recevoir ce courriel :") + f"\n{way_out}"
    return Written(subject, "\n\n".join([*lines, foot]) + "\n", html)


def site_address(path: str) -> str:
    """The whole address of a page, as a mail needs it."""
    return str(settings.TACITE_SITE_URL).rstrip("/") + path


def known_of(message: Message) -> dict[str, Any]:
    """The rules and facts that the words of a message may cite."""
    convention = message.convention
    return known_under(convention.rules, names_of(convention)) if convention else {}


def known_under(rules: Rulebook, facts: DocumentFacts) -> dict[str, Any]:
    """The rules, the convention and the names of its parties.

    Addresses, representatives and structures are for paper: words of a mail that cite one are at
    fault, so that a mail asks the database for none of them.
    """
    known = context(rules, facts)
    for paper in ("structure", "structures", "persons"):
        del known[paper]
    return known | {name: {"name": known[name]["name"]} for name in ("caisse", "partner")}


def _address(kind: MessageKind, message: Message, secrets: Mapping[str, str]) -> str:
    if kind.secret_link:
        return secrets.get(kind.secret_link, "")
    path = kind.path(message)
    return site_address(path) if path else ""


def _text(block: Block) -> str:
    """One block as plain text."""
    match block:
        case Paragraph():
            return plain(block.runs)
        case Heading():
            return block.text
        case Items():
            return "\n".join(_items(block))
        case Table():
            return "\n".join(set_in_french(" : ".join(row)) for row in block.rows)
    raise TypeError(f"Un message ne contient pas de {type(block).__name__}.")


def _items(block: Items) -> Iterator[str]:
    for number, item in enumerate(block.items, 1):
        mark = f"{number}." if block.ordered else "-"
        yield f"{mark} " + "\n  ".join(_text(part) for part in item)
