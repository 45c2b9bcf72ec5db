"""What a request lacks before it may be sent, and before it may be accepted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from forms_annexes.models import AccessRequest, RequestedUser, Signature
from forms_annexes.models.requests import RequestChannel
from forms_annexes.reasons import ReturnReason
from templates_conventions.forms import FormBlock, FormField

USER_BLOCK = "user"
"""The block of a form that names the users: a row each."""

COLUMNS = ("first_name", "last_name", "email")
"""Answers about a named user that have a column of their own."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that a request lacks: what for the clerk's list of reasons, and in words."""

    reason: ReturnReason
    words: str
    block: str = ""
    """The block of the form to go to; empty when no answer is lacking."""


def asked_online(block: FormBlock) -> tuple[FormField, ...]:
    """The fields of a block that the partner types: signing gives the signature and its date."""
    signs = any(field.kind == "signature" for field in block.fields)
    return tuple(
        field
        for field in block.fields
        if field.filled_by == "partner"
        and field.kind != "signature"
        and not (signs and field.kind == "date")
    )


def own_name(field: FormField) -> str:
    """The last part of a field's code: ``last_name`` of ``user.last_name``."""
    return field.code.rsplit(".", 1)[-1]


def answer_of(user: RequestedUser, field: FormField) -> str:
    """What a named user's row answers to a field."""
    name = own_name(field)
    return str(getattr(user, name) if name in COLUMNS else user.answers.get(field.code, ""))


def content_digest(request: AccessRequest) -> str:
    """sha256 of all that a signature binds: the form, the convention, every answer."""
    definition = request.definition
    content = {
        "request": request.number,
        "form": definition.digest,
        "convention": request.convention.number,
        "kind": request.kind,
        "answers": request.answers,
        "quality": request.signatory_quality,
        "users": [
            [user.last_name, user.first_name, user.email, user.answers]
            for user in request.users.order_by("position")
        ],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def needs_signature(request: AccessRequest) -> bool:
    """Whether the convention's rules want the form signed."""
    return bool(request.rule.signed_by)


def is_to_sign_online(request: AccessRequest) -> bool:
    """Whether the signature is given on screen: on paper it comes with the form, or is missing."""
    return needs_signature(request) and request.channel == RequestChannel.ONLINE


def signature_of(request: AccessRequest) -> Signature | None:
    """The last signature of the request as it stands; none when it has changed since."""
    digest = content_digest(request)
    found: Signature | None = request.signatures.filter(document_sha256=digest).last()
    return found


def is_signed(request: AccessRequest) -> bool:
    """Whether the request as it stands is signed."""
    return signature_of(request) is not None


def has_wrong_signatory(request: AccessRequest) -> bool:
    """Whether the signatory's quality is not one of those the rules admit."""
    return needs_signature(request) and request.signatory_quality not in request.rule.signed_by


def unanswered(request: AccessRequest) -> Iterator[Missing]:
    """The compulsory answers still empty, in the order of the form."""
    users = list(request.users.order_by("position"))
    for block in request.definition.blocks:
        if block.code == USER_BLOCK:
            if len(users) < block.repeat.minimum:
                yield Missing(ReturnReason.INCOMPLETE, f"Indiquez : {block.label}", block.code)
            for user in users:
                yield from _empty(block, {f.code: answer_of(user, f) for f in block.fields})
        else:
            yield from _empty(block, request.answers)
    if needs_signature(request) and not request.signatory_quality:
        signs = next((b.code for b in request.definition.blocks if _signs(b)), "")
        yield Missing(ReturnReason.INCOMPLETE, "Indiquez la qualité du signataire.", signs)


def obstacles(request: AccessRequest, delegation_checked: bool = False) -> list[Missing]:
    """What keeps the caisse from accepting the request, in the order to ask for it."""
    found = list(unanswered(request))
    if needs_signature(request):
        if not is_signed(request):
            found.append(Missing(ReturnReason.UNSIGNED, "Le formulaire n’est pas signé."))
        elif has_wrong_signatory(request) and not (delegation_checked and _has_delegation(request)):
            admitted = " ou ".join(request.rule.signed_by)
            found.append(
                Missing(
                    ReturnReason.WRONG_SIGNATORY,
                    f"Le signataire n’est pas : {admitted}. Joignez la délégation de signature, "
                    "ou faites signer la personne qui convient.",
                )
            )
    return found


def _empty(block: FormBlock, answers: dict[str, str]) -> Iterable[Missing]:
    for field in asked_online(block):
        if field.required and not str(answers.get(field.code, "")).strip():
            label = field.label.rstrip(" :\N{NO-BREAK SPACE}")
            yield Missing(ReturnReason.INCOMPLETE, f"Répondez à « {label} ».", block.code)


def _signs(block: FormBlock) -> bool:
    return any(field.kind == "signature" for field in block.fields)


def _has_delegation(request: AccessRequest) -> bool:
    return request.pieces.filter(kind="delegation").exists()
