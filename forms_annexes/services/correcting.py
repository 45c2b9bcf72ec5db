"""Putting a typing error right at the caisse: one answer, one reason, before the decision.

A sheet that the caisse copied is right on paper: what its signature binds is the sheet, and the
signature is written again for the corrected copy. What was signed on screen, or printed from it,
was another text: the signature no longer counts, and the request has to be signed again.
"""

from __future__ import annotations

from typing import Any

from contracts.identifiers import validate_no_nir
from forms_annexes.completeness import COLUMNS, USER_BLOCK, own_name, signature_of
from forms_annexes.models import (
    AccessRequest,
    CorrectedAnswer,
    RequestTransition,
    Signature,
    TransitionNote,
)
from forms_annexes.models.requests import RequestStatus
from forms_annexes.models.users import UserDecision
from forms_annexes.services.filling import check_complete
from forms_annexes.services.instructing import must_be_to_check
from forms_annexes.services.moving import RequestRefused, StaleRequest, changing, note
from forms_annexes.services.returning import Asked, Target, asked_of, came_on_paper
from forms_annexes.services.signing import write_signature
from workflows.french import typeset


def correct(
    request: AccessRequest,
    target: Target,
    value: str,
    reason: str,
    author: Any,
    seen_revision: int | None = None,
) -> AccessRequest:
    """Put one answer right.

    Raises ``RequestRefused`` without a reason, for an answer that stays as it was, and for one of
    somebody already decided; ``ValidationError`` for a text that must not be kept; ``StaleRequest``
    once nothing is to check.
    """
    if not reason.strip():
        raise RequestRefused("Dites quelle faute est corrigée, et d’après quoi.")
    for text in (value, reason):
        validate_no_nir(text)
    value = value.strip()
    with changing(request, seen_revision) as current:
        must_be_to_check(current, author)
        asked = found(current, target)
        if asked.user is not None and asked.user.decision != UserDecision.PENDING:
            raise RequestRefused(typeset(f"{asked.words} : cette personne est déjà décidée."))
        if value == asked.value:
            raise RequestRefused("La réponse est restée la même : rien n’est corrigé.")
        signature = signature_of(current)
        _write(current, asked, value)
        check_complete(current)
        line = note(current, RequestTransition.Name.CORRECT, author, current.status)
        TransitionNote.objects.create(transition=line, text=reason.strip())
        CorrectedAnswer.objects.create(
            transition=line,
            field=target.field,
            user_reference=target.user_reference,
            before=asked.value,
            after=value,
        )
        if signature is not None and keeps_signature(current):
            write_signature(
                current, Signature.Method.HAND, signature.signed_on, author, signature.piece
            )
    return current


def found(request: AccessRequest, target: Target) -> Asked:
    """The answer that a target names. Raises ``StaleRequest`` when the form asks no such thing."""
    for one in asked_of(request):
        if one.target == target:
            return one
    raise StaleRequest("Cette réponse n’est pas, ou n’est plus, dans la demande.")


def may_correct(request: AccessRequest) -> bool:
    """Whether a typing error may still be put right."""
    return request.status == RequestStatus.SUBMITTED.value


def keeps_signature(request: AccessRequest) -> bool:
    """Whether a signature outlives a correction: on a sheet that the caisse copied."""
    return came_on_paper(request)


def _write(current: AccessRequest, asked: Asked, value: str) -> None:
    if asked.block.code != USER_BLOCK or asked.user is None:
        current.answers |= {asked.target.field: value}
        return
    user, name = asked.user, own_name(asked.field)
    if name in COLUMNS:
        setattr(user, name, value)
    else:
        user.answers = user.answers | {asked.target.field: value}
    user.full_clean(exclude=["request", "replaces", "person", "decided_by"])
    user.save()
