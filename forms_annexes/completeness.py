"""What a request lacks before it may be sent, and before it may be accepted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from forms_annexes.models import AccessRequest, RequestedUser, Signature
from forms_annexes.models.requests import RequestChannel, RequestKind
from forms_annexes.origin import is_vouched_for
from forms_annexes.reasons import ReturnReason
from forms_annexes.services import prerequisites
from templates_conventions.forms import FormBlock, FormField
from workflows import clock, signing_papers
from workflows.read_once import once

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
    """The fields of a block that the partner types.

    Signing gives the signature and its date; the quality of the signatory is chosen from those that
    the rules admit.
    """
    signs = any(field.kind == "signature" for field in block.fields)
    return tuple(
        field
        for field in block.fields
        if field.filled_by == "partner"
        and field.kind != "signature"
        and not (signs and (field.kind == "date" or is_quality(field)))
    )


def is_quality(field: FormField) -> bool:
    """Whether the field asks in what quality somebody acts."""
    return own_name(field) == "quality"


def own_name(field: FormField) -> str:
    """The last part of a field's code: ``last_name`` of ``user.last_name``."""
    return field.code.rsplit(".", 1)[-1]


def answer_of(user: RequestedUser, field: FormField) -> str:
    """What a named user's row answers to a field."""
    name = own_name(field)
    return str(getattr(user, name) if name in COLUMNS else user.answers.get(field.code, ""))


def repetition_word(block: FormBlock) -> str:
    """What one repetition of a block is called: « personne », or « ligne »."""
    return "personne" if block.code == USER_BLOCK else "ligne"


def rows_of(request: AccessRequest, block: FormBlock) -> list[dict[str, str]]:
    """The answers to a block by field code: one row a named user or a repetition, else one row."""
    if block.code == USER_BLOCK:
        users = request.named_users
        return [{f.code: answer_of(user, f) for f in block.fields} for user in users]
    if block.repeat.maximum > 1:
        return list(request.answers.get(block.code, []))
    return [{field.code: str(request.answers.get(field.code, "")) for field in block.fields}]


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
            [user.last_name, user.first_name, user.email, user.answers, *user.asked_change]
            for user in request.named_users
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
    """The last signature of the request as it stands; none when it has changed since.

    A sheet that the antivirus refused is there no more, and proves nothing.
    """
    digest = content_digest(request)
    standing = request.signatures.exclude(piece__evidence__verification__state="refused")
    found: Signature | None = once(
        ("signature", request.pk, digest),
        lambda: standing.filter(document_sha256=digest).last(),
    )
    return found


def is_signed(request: AccessRequest) -> bool:
    """Whether the request as it stands is signed."""
    return signature_of(request) is not None


def has_wrong_signatory(request: AccessRequest) -> bool:
    """Whether the signatory's quality is not one of those the rules admit."""
    return needs_signature(request) and request.signatory_quality not in request.rule.signed_by


def signature_missing(request: AccessRequest) -> str:
    """The exact paper that an unsigned form lacks."""
    return signing_papers.unsigned(request.rule.label, request.rule.signed_by)


def paper_to_sign(request: AccessRequest) -> str:
    """The exact paper that lacks when somebody signs whom the rules do not name."""
    kind = prerequisites.kind_of(request.convention)
    return signing_papers.wrong_signatory(request.signatory_quality, request.rule.signed_by, kind)


def unanswered(request: AccessRequest) -> Iterator[Missing]:
    """The compulsory answers still empty, in the order of the form."""
    for block in request.definition.blocks:
        if not asked_online(block):
            continue
        rows = rows_of(request, block)
        if len(rows) < block.repeat.minimum:
            yield Missing(ReturnReason.INCOMPLETE, f"Indiquez : {block.label}", block.code)
        for number, row in enumerate(rows, start=1):
            yield from _empty(block, row, number if len(rows) > 1 else 0)
    if needs_signature(request) and not request.signatory_quality:
        signs = next((b.code for b in request.definition.blocks if _signs(b)), "")
        yield Missing(ReturnReason.INCOMPLETE, "Indiquez la qualité du signataire.", signs)


def obstacles(request: AccessRequest, delegation_checked: bool = False) -> list[Missing]:
    """What keeps the caisse from accepting the request, in the order to ask for it."""
    found = [*unanswered(request), *_origin(request)]
    if request.pieces.filter(evidence__verification__state="pending").exists():
        found.append(
            Missing(
                ReturnReason.UNREADABLE,
                "Une pièce est en cours de vérification par l’antivirus. Attendez sa réponse.",
            )
        )
    if needs_signature(request):
        if not is_signed(request):
            found.append(Missing(ReturnReason.UNSIGNED, signature_missing(request)))
        elif has_wrong_signatory(request) and not (delegation_checked and _has_delegation(request)):
            found.append(Missing(ReturnReason.WRONG_SIGNATORY, paper_to_sign(request)))
    found += _prerequisites(request)
    return found


def _origin(request: AccessRequest) -> Iterator[Missing]:
    online = request.channel == RequestChannel.ONLINE
    if not is_vouched_for(request.rule, online=online, checked=request.origin_checked):
        yield Missing(
            ReturnReason.UNKNOWN_ORIGIN,
            "Ce formulaire n’a pas de signature, et rien ne dit de qui il vient : vérifiez qu’il "
            "a été envoyé d’une adresse connue du partenaire.",
        )


def _prerequisites(request: AccessRequest) -> Iterator[Missing]:
    """The papers wanted before any access, where the request asks for one."""
    if request.kind != RequestKind.REMOVE:
        for one in prerequisites.unmet(request.convention, clock.today()):
            yield Missing(ReturnReason.PREREQUISITE, one.words)


def _empty(block: FormBlock, answers: dict[str, str], number: int) -> Iterable[Missing]:
    """``number`` tells which of several repetitions it is; 0 when there is one."""
    which = f" ({repetition_word(block)} {number})" if number else ""
    for field in asked_online(block):
        if field.required and not str(answers.get(field.code, "")).strip():
            label = field.label.rstrip(" :\N{NO-BREAK SPACE}")
            yield Missing(ReturnReason.INCOMPLETE, f"Répondez à « {label} »{which}.", block.code)


def _signs(block: FormBlock) -> bool:
    return any(field.kind == "signature" for field in block.fields)


def _has_delegation(request: AccessRequest) -> bool:
    delegations = request.pieces.filter(kind="delegation")
    return delegations.exclude(evidence__verification__state="refused").exists()
