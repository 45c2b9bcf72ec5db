"""Keeping what is typed in a page before it is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from contracts.identifiers import validate_no_nir
from forms_annexes.block_pages import BlockPage, Typed
from forms_annexes.models import AccessRequest, AnswerDraft
from workflows import clock

LONGEST = 10_000
"""Signs in one answer: more than any form asks for."""


def kept(request: AccessRequest, block: str, author: Any) -> AnswerDraft | None:
    """What this person left on that page; none when it was sent, or never touched."""
    return AnswerDraft.objects.filter(request=request, block=block, author=author).first()


def restored(draft: AnswerDraft, page: BlockPage) -> Typed:
    """What a draft holds, with the persons that somebody else has added to the page since."""
    typed = Typed.from_json(draft.content)
    since = [key for key in page.typed.keys if key not in {*draft.content["among"], *typed.keys}]
    return typed.with_those(page.typed, since) if since else typed


def unsent(request: AccessRequest, author: Any) -> set[str]:
    """The blocks whose page this person left without sending it."""
    drafts = AnswerDraft.objects.filter(request=request, author=author)
    return set(drafts.values_list("block", flat=True))


def keep(request: AccessRequest, page: BlockPage, typed: Typed, author: Any) -> datetime:
    """Keep what is typed, unchecked but for what must never be kept; say when it was.

    What says no more than the answers already there is not kept beside them. Raises
    ``ValidationError`` for a social security number, or an answer that no column could hold.
    """
    for text in typed.values.values():
        validate_no_nir(text)
        if len(text) > LONGEST or "\0" in text:
            raise ValidationError("Ce texte est trop long, ou illisible.", code="unkeepable")
    now = clock.now()
    found = {"request": request, "block": page.block.code, "author": author}
    if typed.same_as(page.typed):
        AnswerDraft.objects.filter(**found).delete()
    else:
        # Whom the page showed, so as not to lose who is added by somebody else meanwhile.
        content = typed.as_json() | {"among": list(page.typed.keys)}
        AnswerDraft.objects.update_or_create(
            **found, defaults={"content": content, "saved_at": now}
        )
    return now


def forget(request: AccessRequest, block: str, author: Any) -> None:
    """Let go of what this person left on a page: it is sent, or given up."""
    AnswerDraft.objects.filter(request=request, block=block, author=author).delete()


def forget_all(request: AccessRequest) -> None:
    """Let go of every draft of a request that was sent or has ended."""
    AnswerDraft.objects.filter(request=request).delete()
