"""Versions of a document to sign: which documents are the same, and which take another's place."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.db.models import QuerySet

from contracts.models import Convention, IssuedDocument, SignedCopy, User, VoidedCopy
from contracts.stamps import draw_stamp
from templates_conventions.document import Document
from workflows import clock
from workflows.french import typeset

SIGNED_KINDS = ("convention", "avenant")
"""Kinds of documents that the parties sign, and of which a new version voids the signatures."""

_NOT_SAID = {"dated", "facts", "stamp", "draft", "holds_secret"}
"""Fields that say nothing on the pages: the day a file was made, and what travels inside it."""


def content_digest(document: Document) -> str:
    """sha256 of all that a document says and of the rules it says it under.

    Neither the stamp, nor the day it was made, nor its format: the same document, issued again on
    another day, is the same.
    """
    said = {
        field.name: _plain(getattr(document, field.name))
        for field in fields(document)
        if field.name not in _NOT_SAID
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return sha256(text.encode()).hexdigest()


def new_stamp() -> str:
    """A stamp that no document has."""
    while True:
        stamp = draw_stamp()
        if not IssuedDocument.objects.filter(stamp=stamp).exists():
            return stamp


def superseded(convention: Convention, kind: str, code: str, digest: str) -> bool:
    """Whether another version of a document to sign was issued after the one of this content."""
    if kind not in SIGNED_KINDS:
        return False
    latest = convention.documents.filter(kind=kind, code=code).last()
    return latest is not None and latest.content_digest != digest


def would_void(convention: Convention, document: Document) -> QuerySet[SignedCopy]:
    """The signed copies that still count, of other versions of the document."""
    if document.kind.value not in SIGNED_KINDS:
        return SignedCopy.objects.none()
    return (
        SignedCopy.objects.filter(
            issued__convention=convention,
            issued__kind=document.kind.value,
            issued__code=document.code,
            voided__isnull=True,
        )
        .exclude(issued__content_digest=content_digest(document))
        .order_by("recorded_at", "pk")
    )


def void(copies: QuerySet[SignedCopy], because: IssuedDocument, author: User | None) -> None:
    """Mark signed copies as void: a text changed after the first signature binds nobody."""
    for copy in copies:
        VoidedCopy.objects.create(
            copy=copy,
            because=because,
            reason=typeset(
                "Le texte a changé après la première signature : une nouvelle version "
                f"({because.file.original_name}, repère {because.stamp or 'absent'}) est à signer."
            ),
            author=author,
            voided_at=clock.now(),
        )


def _plain(value: Any) -> Any:
    """A block as what JSON can write, each under the name of its kind."""
    if is_dataclass(value) and not isinstance(value, type):
        own = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {"": type(value).__name__, **own}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
