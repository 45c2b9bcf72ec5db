"""A request made on line, as it is read over by its sender and by the caisse."""

from __future__ import annotations

from typing import Any

from forms_annexes.completeness import USER_BLOCK
from forms_annexes.mailboxes import is_generic_mailbox
from forms_annexes.models import PublicRequest
from forms_annexes.public_blocks import public_blocks
from templates_conventions.forms import FormBlock, FormField


def answers_of(public: PublicRequest) -> list[dict[str, Any]]:
    """The answers by block; each row of a block apart, with the warnings its answers deserve."""
    return [
        {
            "code": block.code,
            "title": block.label.rstrip(" :\N{NO-BREAK SPACE}"),
            "people": _people(public, block),
        }
        for block in public_blocks(public)
    ]


def contact_of(public: PublicRequest) -> list[tuple[str, str]]:
    """Who asks, label by label; nothing before it is said."""
    if public.contact is None:
        return []
    return [
        ("Nom", public.contact.get_full_name()),
        ("Adresse électronique", public.contact.email),
    ]


def _people(public: PublicRequest, block: FormBlock) -> list[list[dict[str, Any]]]:
    rows = public.users if block.code == USER_BLOCK else [public.answers]
    return [[_row(field, str(row.get(field.code, ""))) for field in block.fields] for row in rows]


def _row(field: FormField, value: str) -> dict[str, Any]:
    return {
        "label": field.label.rstrip(" :\N{NO-BREAK SPACE}"),
        "lines": [line.strip() for line in value.splitlines() if line.strip()],
        "shared": field.kind == "email" and field.personal and is_generic_mailbox(value),
    }
