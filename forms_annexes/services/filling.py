"""Opening a request, answering it page by page, sending it, giving it up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from contracts.identifiers import validate_no_nir
from contracts.models import Convention, Site
from contracts.services.documents import facts_of
from forms_annexes.completeness import (
    COLUMNS,
    USER_BLOCK,
    is_signed,
    is_to_sign_online,
    unanswered,
)
from forms_annexes.flows import RequestFlow
from forms_annexes.models import AccessRequest, RequestedUser, RequestTransition
from forms_annexes.models.requests import RequestChannel, RequestKind, RequestStatus
from forms_annexes.services import telling
from forms_annexes.services.moving import (
    RequestRefused,
    StaleRequest,
    cancel_tasks,
    changing,
    finish_task,
    move,
    note,
    open_task,
)
from forms_annexes.services.numbering import next_number
from workflows import clock
from workflows.convention import ENDED
from workflows.french import typeset
from workflows.subjects import locked

Name = RequestTransition.Name


def form_for(convention: Convention, kind: RequestKind, form_code: str = "") -> str:
    """The code of the form by which the rules have that asked.

    Raises ``RequestRefused`` when the rules have none, or not the one wanted.
    """
    for form in convention.rules.habilitation.forms:
        if kind.value in form.operations and form_code in ("", form.code):
            return form.code
    raise RequestRefused(
        typeset(f"Cette convention n’a pas de formulaire pour : {kind.label.lower()}.")
    )


def start(
    convention: Convention,
    author: Any,
    *,
    site: Site | None = None,
    form_code: str = "",
    channel: RequestChannel = RequestChannel.ONLINE,
    received_on: date | None = None,
) -> AccessRequest:
    """Open a request to give somebody access, filled with what is known; a draft already open goes
    on.

    Raises ``RequestRefused`` when the convention is over or has no such form, or for a structure
    that it does not cover.
    """
    kind = RequestKind.CREATE
    code = form_for(convention, kind, form_code)
    if convention.state in {*ENDED, "abandoned", "closed"}:
        raise RequestRefused("Cette convention a pris fin : elle n’ouvre plus d’accès.")
    if site is not None and not convention.sites.filter(pk=site.pk).exists():
        raise RequestRefused("Cette structure n’est pas couverte par la convention.")
    with transaction.atomic():
        # Two clicks at once wait for each other here, and the second finds the first one's draft.
        convention = locked(Convention.objects.select_related("caisse", "partner"), convention.pk)
        if channel is RequestChannel.ONLINE and (
            draft := AccessRequest.objects.filter(
                convention=convention,
                site=site,
                form_code=code,
                status=RequestStatus.DRAFT.value,
            ).first()
        ):
            return draft
        today = clock.today()
        request = AccessRequest(
            convention=convention,
            site=site,
            number=next_number(convention.caisse, today.year),
            kind=kind,
            form_code=code,
            channel=channel,
            received_on=received_on,
            created_by=author,
            created_at=clock.now(),
        )
        facts = facts_of(convention, site=site)
        request.answers = {
            field.code: facts.at(field.prefill)
            for block in request.definition.blocks
            for field in block.fields
            if field.prefill and block.code != USER_BLOCK
        }
        request.save(force_insert=True)
        RequestFlow.start.run(request=request)
        note(request, Name.START, author)
    return request


def answer(
    request: AccessRequest,
    block_code: str,
    answers: Mapping[str, str] | Sequence[Mapping[str, str]],
    seen_revision: int | None = None,
    signatory_quality: str | None = None,
) -> AccessRequest:
    """Write the answers to one block: by field code, or a list of them for the named users.

    Raises ``ValidationError`` for a text that must not be kept, and ``StaleRequest`` when the
    request may change no more.
    """
    with changing(request, seen_revision) as current:
        if not current.is_editable:
            raise StaleRequest(
                typeset(
                    f"La demande est maintenant : {current.status_label.lower()}. "
                    "Ses réponses ne changent plus."
                )
            )
        write_answers(current, block_code, answers)
        if signatory_quality is not None:
            validate_no_nir(signatory_quality)
            current.signatory_quality = signatory_quality.strip()
    return current


def write_answers(
    current: AccessRequest,
    block_code: str,
    answers: Mapping[str, str] | Sequence[Mapping[str, str]],
) -> None:
    """Write the answers to one block of a locked request. Raises ``ValidationError``."""
    block = next(block for block in current.definition.blocks if block.code == block_code)
    rows = [answers] if isinstance(answers, Mapping) else list(answers)
    for row in rows:
        for value in row.values():
            validate_no_nir(str(value))
    if block_code != USER_BLOCK:
        known = {field.code for field in block.fields}
        current.answers |= {code: value for code, value in rows[0].items() if code in known}
        return
    for position, row in enumerate(rows, start=1):
        user, _ = RequestedUser.objects.get_or_create(request=current, position=position)
        for field in block.fields:
            value = str(row.get(field.code, "")).strip()
            name = field.code.rsplit(".", 1)[-1]
            if name in COLUMNS:
                setattr(user, name, value)
            else:
                user.answers[field.code] = value
        user.full_clean(exclude=["request", "replaces", "person", "decided_by"])
        user.save()
    current.users.filter(position__gt=len(rows)).delete()


def send(request: AccessRequest, author: Any, seen_revision: int | None = None) -> AccessRequest:
    """Send the request: to the caisse, or first to its signature when the rules want one.

    Raises ``RequestRefused`` when an answer is missing or the person is already asked for, and
    ``StaleRequest`` for a second click.
    """
    with changing(request, seen_revision) as current:
        check_complete(current)
        if open_task(current) == "complete":
            finish_task(current, "complete", author)
        elif not is_signed(current):
            raise StaleRequest("Cette demande est déjà prête à signer.")
        if not is_to_sign_online(current) or is_signed(current):
            submit(current, author)
    return current


def submit(current: AccessRequest, author: Any) -> None:
    """Hand a locked request to the caisse, and acknowledge it."""
    if current.channel == RequestChannel.ONLINE:
        current.received_on = clock.today()
    move(current, Name.SUBMIT, author)
    if open_task(current) == "sign":
        finish_task(current, "sign", author)
    telling.received(current)


def check_complete(current: AccessRequest) -> None:
    """Raise ``RequestRefused`` unless every compulsory answer is there and nobody asked twice."""
    missing = list(unanswered(current))
    if missing:
        raise RequestRefused(typeset(" ".join(one.words for one in missing)))
    for user in current.users.all():
        twice = RequestedUser.objects.filter(
            email__iexact=user.email,
            request__convention=current.convention,
            request__site=current.site,
            request__status__in=[RequestStatus.SUBMITTED.value, RequestStatus.RETURNED.value],
        ).exclude(request=current)
        if user.email and (other := twice.select_related("request").first()):
            raise RequestRefused(
                typeset(
                    f"Cette personne est déjà dans la demande {other.request.number}, en cours. "
                    "Suivez celle-ci, ou retirez-la d’abord."
                )
            )


def withdraw(
    request: AccessRequest, author: Any, seen_revision: int | None = None
) -> AccessRequest:
    """Give the request up. Raises ``StaleRequest`` once it is decided."""
    return _give_up(request, Name.WITHDRAW, author, seen_revision)


def lapse(request: AccessRequest, author: Any, seen_revision: int | None = None) -> AccessRequest:
    """Close a request for which nothing came: always a person's act. Raises ``StaleRequest``."""
    return _give_up(request, Name.LAPSE, author, seen_revision)


def _give_up(
    request: AccessRequest, name: RequestTransition.Name, author: Any, seen_revision: int | None
) -> AccessRequest:
    with changing(request, seen_revision) as current:
        move(current, name, author)
        cancel_tasks(current)
        current.signature_links.filter(revoked_at__isnull=True).update(revoked_at=clock.now())
    return current
