"""The caisse's side: entering what came on paper, deciding, giving back, refusing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.core.files.base import File

from access.models import Habilitation
from contracts.identifiers import validate_no_nir
from contracts.models import Person
from forms_annexes.completeness import obstacles
from forms_annexes.models import (
    AccessRequest,
    RequestedUser,
    RequestPiece,
    RequestTransition,
)
from forms_annexes.models.requests import RequestStatus
from forms_annexes.models.users import UserDecision
from forms_annexes.reasons import RefusalReason, ReturnReason
from forms_annexes.refusals import admitted_reasons
from forms_annexes.services import telling
from forms_annexes.services.carrying_out import carry_out, person_concerned
from forms_annexes.services.granting import grant_accepted, waiting
from forms_annexes.services.moving import (
    RequestRefused,
    StaleRequest,
    changing,
    finish_task,
    last_said,
    move,
    note,
    waiting_task,
    write_verdicts,
)
from forms_annexes.services.returning import Target, write_points
from forms_annexes.services.signing import join
from workflows import clock
from workflows.french import typeset

Name = RequestTransition.Name


class Decided(NamedTuple):
    """The answer for one named user."""

    accepted: bool
    reason: str = ""
    note: str = ""


class NotAcceptable(RequestRefused):
    """The request lacks something that the rules want before an acceptance."""


def add_piece(
    request: AccessRequest,
    kind: RequestPiece.Kind,
    file: File,
    author: Any,
    seen_revision: int | None = None,
) -> RequestPiece:
    """Join a piece to a request that is not decided, such as a delegation of signature.

    Raises ``ValidationError`` and ``StaleRequest``.
    """
    with changing(request, seen_revision) as current:
        if not (current.is_editable or current.status == RequestStatus.SUBMITTED.value):
            raise StaleRequest("Cette demande est décidée : elle ne prend plus de pièce.")
        return join(current, file, kind, author)


def decide(
    request: AccessRequest,
    decisions: Mapping[int, Decided],
    author: Any,
    *,
    seen_revision: int | None = None,
    delegation_checked: bool = False,
) -> AccessRequest:
    """Decide named users, by the number of their row; the last decision decides the request.

    An accepted user is granted the right as soon as the convention is in force, here or later: the
    convention never waits for it. Raises ``NotAcceptable`` when a user is accepted though the
    request lacks something, ``RequestRefused`` for a refusal without a reason that the rules admit,
    ``StaleRequest`` when somebody else decided meanwhile, or has the request in charge.
    """
    with changing(request, seen_revision) as current:
        must_be_to_check(current, author)
        if any(decided.accepted for decided in decisions.values()):
            lacking = obstacles(current, delegation_checked)
            if lacking:
                raise NotAcceptable(typeset(" ".join(one.words for one in lacking)))
        users = {user.pk: user for user in current.users.order_by("position")}
        for pk, decided in decisions.items():
            if pk not in users or users[pk].decision != UserDecision.PENDING:
                raise StaleRequest("Cette personne est déjà décidée, ou n’est plus demandée.")
            _decide_one(users[pk], decided, author)
        decided_now = [users[pk] for pk in decisions]
        outcomes = {user.decision for user in users.values()}
        if UserDecision.PENDING in outcomes:
            if decided_now:
                reasons = _reasons(users.values())
                line = note(current, Name.DECIDE, author, current.status, reasons)
                write_verdicts(line, decided_now)
            return current
        accepted = UserDecision.ACCEPTED in outcomes
        line = move(
            current,
            Name.ACCEPT if accepted else Name.REFUSE,
            author,
            _reasons(users.values()),
        )
        write_verdicts(line, decided_now)
        finish_task(current, "check", author)
        if accepted:
            grant_accepted(current.convention)
            carry_out(current, author)
        telling.decided(current)
    return current


def accept(
    request: AccessRequest,
    author: Any,
    *,
    seen_revision: int | None = None,
    delegation_checked: bool = False,
) -> AccessRequest:
    """Accept every user not yet decided. Raises what ``decide`` raises."""
    return decide(
        request,
        dict.fromkeys(_pending(request), Decided(accepted=True)),
        author,
        seen_revision=seen_revision,
        delegation_checked=delegation_checked,
    )


def refuse(
    request: AccessRequest,
    author: Any,
    reason: str,
    note: str = "",
    *,
    seen_revision: int | None = None,
) -> AccessRequest:
    """Refuse every user not yet decided, for one reason. Raises what ``decide`` raises."""
    decided = Decided(accepted=False, reason=reason, note=note)
    return decide(
        request, dict.fromkeys(_pending(request), decided), author, seen_revision=seen_revision
    )


def give_back(
    request: AccessRequest,
    author: Any,
    reasons: Iterable[str],
    words: str = "",
    *,
    points: Mapping[Target, str] | None = None,
    seen_revision: int | None = None,
) -> AccessRequest:
    """Give the request back with what is missing, or with the answers to take up again.

    ``points`` holds the answers that reopen, each with what the partner will read of it; see
    ``services.returning`` for what a return without points opens. Raises ``RequestRefused`` without
    a known reason or point, for a point without a comment, or with « autre » and nothing said.
    """
    points = points or {}
    wanted = set(reasons) | ({ReturnReason.TO_CORRECT.value} if points else set())
    given = [reason for reason in ReturnReason if reason.value in wanted]
    if any(not comment.strip() for comment in points.values()):
        raise RequestRefused("Écrivez, pour chaque réponse à reprendre, ce qui est attendu.")
    if not given:
        raise RequestRefused("Dites ce qui manque : choisissez un motif au moins.")
    if ReturnReason.OTHER in given and not words.strip():
        raise RequestRefused("Dites quelle pièce ou précision manque.")
    for text in (words, *points.values()):
        validate_no_nir(text)
    with changing(request, seen_revision) as current:
        must_be_to_check(current, author)
        current.return_reasons = [reason.value for reason in given]
        current.return_note = words.strip()
        line = move(current, Name.GIVE_BACK, author, current.return_reasons)
        write_points(current, line, points)
        finish_task(current, "check", author)
        telling.returned(current)
    return current


def _decide_one(user: RequestedUser, decided: Decided, author: Any) -> None:
    if decided.accepted:
        user.decision = UserDecision.ACCEPTED
        user.person = person_concerned(user) or _who_it_is(user)
    else:
        if decided.reason not in admitted_reasons(user.request.convention.rules.habilitation):
            raise RequestRefused("Choisissez le motif du refus.")
        if decided.reason == RefusalReason.OTHER and not decided.note.strip():
            raise RequestRefused("Dites le motif du refus.")
        validate_no_nir(decided.note)
        user.decision = UserDecision.REFUSED
        user.refusal_reason, user.refusal_note = decided.reason, decided.note.strip()
    user.decided_by, user.decided_at = author, clock.now()
    user.save()


def _who_it_is(user: RequestedUser) -> Person:
    """The person an earlier request of the partner already named, or a new one.

    Raises ``NotAcceptable`` for somebody who has that access, or is to have it.
    """
    convention, site = user.request.convention, user.request.site
    known = (
        RequestedUser.objects.filter(
            decision=UserDecision.ACCEPTED,
            request__convention__partner=convention.partner_id,
            email__iexact=user.email,
            last_name__iexact=user.last_name,
            first_name__iexact=user.first_name,
        )
        .exclude(person__isnull=True)
        .select_related("person")
        .order_by("pk")
    )
    rights = Habilitation.objects.filter(convention=convention, site=site).exclude(state="closed")
    waits = {one.person_id for one in waiting(convention) if one.request.site == site}
    for one in known:
        if one.person_id in waits or rights.filter(person=one.person_id).exists():
            raise NotAcceptable(
                f"{user.get_full_name()} a déjà cet accès. Refusez cette ligne pour ce motif, ou "
                "enregistrez d’abord la fin de l’accès en cours."
            )
    if user.person is not None and _is_same(user.person, user):
        return user.person
    first = known.first()
    if first is not None and first.person is not None:
        return first.person
    return Person.objects.create(
        first_name=user.first_name, last_name=user.last_name, email=user.email
    )


def _is_same(person: Person, user: RequestedUser) -> bool:
    """Whether the person whom an earlier decision made is still who is asked for."""
    return (person.first_name, person.last_name, person.email) == (
        user.first_name,
        user.last_name,
        user.email,
    )


def must_be_to_check(current: AccessRequest, author: Any) -> None:
    """Raise ``StaleRequest`` unless the locked request waits for the caisse, and for that agent.

    A request that nobody has in charge waits for any agent.
    """
    task = waiting_task(current)
    if (
        current.status != RequestStatus.SUBMITTED.value
        or task is None
        or task.flow_task.name != "check"
    ):
        raise StaleRequest(
            typeset(
                f"Cette demande n’est plus à instruire : {current.status_label.lower()}. "
                f"{last_said(current)}"
            )
        )
    if author is not None and task.owner is not None and task.owner != author:
        raise StaleRequest(
            typeset(
                f"{task.owner.get_full_name()} a pris cette demande en charge. "
                "Prenez le relais avant de l’instruire."
            )
        )


def _reasons(users: Iterable[RequestedUser]) -> list[str]:
    return sorted({user.refusal_reason for user in users} - {""})


def _pending(request: AccessRequest) -> list[int]:
    return list(
        request.users.filter(decision=UserDecision.PENDING)
        .order_by("position")
        .values_list("pk", flat=True)
    )
