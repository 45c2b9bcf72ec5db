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
    USER_BLOCK,
    is_signed,
    is_to_sign_online,
    unanswered,
)
from forms_annexes.flows import RequestFlow
from forms_annexes.models import AccessRequest, RequestedUser, RequestTransition
from forms_annexes.models.requests import RequestChannel, RequestKind, RequestStatus
from forms_annexes.origin import refused_online
from forms_annexes.plain_forms import PLAIN_RULE
from forms_annexes.services import drafts, submissions, telling
from forms_annexes.services.asked_changes import check_asked_changes
from forms_annexes.services.checking_users import cautions_of
from forms_annexes.services.departures import take_effect
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
from forms_annexes.services.named_users import write_users
from forms_annexes.services.numbering import next_number
from forms_annexes.services.returning import refuse_closed
from forms_annexes.services.structures import ABOUT_RIGHTS, forms_for, structure_of
from workflows import clock
from workflows.convention import ENDED
from workflows.french import typeset
from workflows.rulebook_access import RequestForm
from workflows.subjects import locked

Name = RequestTransition.Name


def form_for(
    convention: Convention, kind: RequestKind, form_code: str = "", site: Site | None = None
) -> RequestForm:
    """The form by which the rules have that asked: for a structure, its own if they have one.

    A change that they have no form for is asked without. Raises ``RequestRefused`` when the rules
    have none, or not the one wanted.
    """
    forms = [form for form in forms_for(convention, kind) if form_code in ("", form.code)]
    if not forms and kind in ABOUT_RIGHTS and not form_code:
        return PLAIN_RULE
    if not forms:
        raise RequestRefused(
            typeset(f"Cette convention n’a pas de formulaire pour : {kind.label.lower()}.")
        )
    about = "partner" if site is None else "site"
    return next((form for form in forms if form.one_for == about), forms[0])


def start(
    convention: Convention,
    author: Any,
    *,
    site: Site | None = None,
    form_code: str = "",
    kind: RequestKind = RequestKind.CREATE,
    channel: RequestChannel = RequestChannel.ONLINE,
    received_on: date | None = None,
    number: str = "",
) -> AccessRequest:
    """Open a request, filled with what is known; to give somebody access, a draft already open goes
    on. ``number`` is one that was given before the convention; without it, the next is taken.

    Raises ``RequestRefused`` when the convention is over or has no such form, for a structure that
    it does not cover, or for none when the form takes one and there are several.
    """
    form = form_for(convention, kind, form_code, site)
    by_structure = form.one_for == "site"
    if convention.state in {*ENDED, "abandoned", "closed"}:
        raise RequestRefused("Cette convention a pris fin : elle n’ouvre plus d’accès.")
    if site is not None and not convention.sites.filter(pk=site.pk).exists():
        raise RequestRefused("Cette structure n’est pas couverte par la convention.")
    if site is not None and site.is_closed(clock.today()):
        raise RequestRefused("Cette structure est fermée : elle n’ouvre plus d’accès.")
    if by_structure and site is None:
        site = structure_of(convention)
    with transaction.atomic():
        # Two clicks at once wait for each other here, and the second finds the first one's draft.
        convention = locked(Convention.objects.select_related("caisse", "partner"), convention.pk)
        if (channel, kind) == (RequestChannel.ONLINE, RequestKind.CREATE) and (
            draft := AccessRequest.objects.filter(
                convention=convention,
                kind=kind,
                site=site,
                form_code=form.code,
                status=RequestStatus.DRAFT.value,
            ).first()
        ):
            return draft
        today = clock.today()
        request = AccessRequest(
            convention=convention,
            site=site,
            number=number or next_number(convention.caisse, today.year),
            kind=kind,
            form_code="" if form is PLAIN_RULE else form.code,
            channel=channel,
            received_on=received_on,
            created_by=author,
            created_at=clock.now(),
        )
        facts = facts_of(convention, site=site)
        if by_structure:
            (facts,) = facts.of_each_structure()
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
    references: Sequence[str] = (),
) -> AccessRequest:
    """Write the answers to one block: by field code, or a list of them for the named users, each of
    whom ``references`` may tell (``named_users.write_users``).

    Raises ``ValidationError`` for a text that must not be kept, ``StaleRequest`` when the request
    may change no more, and ``NotReopened`` for an answer that the caisse did not give back.
    """
    with changing(request, seen_revision) as current:
        if not current.is_editable:
            raise StaleRequest(
                typeset(
                    f"La demande est maintenant : {current.status_label.lower()}. "
                    "Ses réponses ne changent plus."
                )
            )
        refuse_closed(current, block_code, answers, signatory_quality, references=references)
        write_answers(current, block_code, answers, references)
        if signatory_quality is not None:
            validate_no_nir(signatory_quality)
            current.signatory_quality = signatory_quality.strip()
    return current


def write_answers(
    current: AccessRequest,
    block_code: str,
    answers: Mapping[str, str] | Sequence[Mapping[str, str]],
    references: Sequence[str] = (),
) -> None:
    """Write the answers to one block of a locked request. Raises ``ValidationError``.

    Users who have a right already are chosen from their list, and not by what is typed.
    """
    if block_code == USER_BLOCK and current.kind in ABOUT_RIGHTS:
        return
    block = next(block for block in current.definition.blocks if block.code == block_code)
    rows = [answers] if isinstance(answers, Mapping) else list(answers)
    for row in rows:
        for value in row.values():
            validate_no_nir(str(value))
    if block_code == USER_BLOCK:
        write_users(current, block, rows, references)
        return
    known = {field.code for field in block.fields}
    kept = [{code: value for code, value in row.items() if code in known} for row in rows]
    if block.repeat.maximum > 1:
        current.answers[block_code] = kept
    else:
        current.answers |= kept[0]


def send(request: AccessRequest, author: Any, seen_revision: int | None = None) -> AccessRequest:
    """Send the request: to the caisse, or first to its signature when the rules want one.

    Raises ``RequestRefused`` when an answer is missing or the person is already asked for, and
    ``StaleRequest`` for a second click.
    """
    with changing(request, seen_revision) as current:
        current.hold_users()
        check_complete(current)
        if current.channel == RequestChannel.ONLINE and (why := refused_online(current.rule)):
            raise RequestRefused(why)
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
    drafts.forget_all(current)
    move(current, Name.SUBMIT, author)
    submissions.keep(current)
    take_effect(current, author)
    if open_task(current) == "sign":
        finish_task(current, "sign", author)
    telling.received(current)


def check_complete(current: AccessRequest) -> None:
    """Raise ``RequestRefused`` unless every compulsory answer is there and nobody asked twice."""
    missing = list(unanswered(current))
    if missing:
        raise RequestRefused(typeset(" ".join(one.words for one in missing)))
    if refused := [one.words for one in cautions_of(current) if one.refused]:
        raise RequestRefused(" ".join(refused))
    check_asked_changes(current)
    for user in current.named_users:
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
    """Close a request for which nothing came: a person does, or the day that a reminder announced.

    ``author`` is None for the latter. Raises ``StaleRequest``.
    """
    return _give_up(request, Name.LAPSE, author, seen_revision)


def _give_up(
    request: AccessRequest, name: RequestTransition.Name, author: Any, seen_revision: int | None
) -> AccessRequest:
    with changing(request, seen_revision) as current:
        move(current, name, author)
        cancel_tasks(current)
        drafts.forget_all(current)
        current.signature_links.filter(revoked_at__isnull=True).update(revoked_at=clock.now())
    return current
