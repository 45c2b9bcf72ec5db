"""The caisse's side of a request made on line before any convention: refuse it, or draft."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from contracts.identifiers import validate_no_nir
from contracts.models import Convention, Partner, Site, User
from contracts.rules import scopes_where
from contracts.services.conventions import CannotDraft, draft_convention
from contracts.services.drafting import same_conventions
from contracts.services.partners import NewSite, add_site, create_partner, found, sought
from contracts.services.visibility import codes_with
from forms_annexes.completeness import USER_BLOCK, is_to_sign_online, own_name
from forms_annexes.models import AccessRequest, PublicRequest, RequestTransition
from forms_annexes.models.public_requests import PublicRefusal, PublicStatus
from forms_annexes.models.requests import RequestStatus
from forms_annexes.services import public_telling as telling
from forms_annexes.services.filling import check_complete, start, write_answers
from forms_annexes.services.invitations import invite
from forms_annexes.services.listed import ESTABLISHMENTS
from forms_annexes.services.moving import (
    RequestRefused,
    StaleRequest,
    changing,
    finish_task,
    move,
)
from workflows import acts, clock, subjects
from workflows.french import typeset
from workflows.recording import ActRefused
from workflows.subjects import locked

PRIOR_REQUEST = "prior_request"
VIEW = "forms_annexes.view_public_requests"
"""What one must be allowed to do to read them."""


class AlreadyConcluded(RequestRefused):
    """A convention of that type already covers these establishments."""


def waiting_for(user: User, on: date) -> QuerySet[PublicRequest]:
    """The requests received that the agent may decide, the oldest first."""
    return seen_by(user, on).filter(status=PublicStatus.RECEIVED.value)


def seen_by(user: User, on: date) -> QuerySet[PublicRequest]:
    """The requests that count, of the caisses and types of which the user may read them."""
    mine = Q(pk__in=())
    for scope in scopes_where(user, VIEW, on):
        of_caisse = Q(caisse=scope.caisse_id)
        if scope.services:
            of_caisse &= Q(rulebook_code__in=codes_with(set(scope.services)))
        mine |= of_caisse
    counted = PublicRequest.objects.filter(mine).exclude(status=PublicStatus.UNCONFIRMED.value)
    return counted.select_related("caisse", "contact", "convention", "closed_by").order_by(
        "received_on", "pk"
    )


def establishments_of(public: PublicRequest) -> list[str]:
    """The establishments it names, each once, in the order in which they were typed."""
    named: dict[str, str] = {}
    for block in public.definition.blocks:
        if block.code == USER_BLOCK:
            continue
        for field in block.fields:
            if own_name(field) == ESTABLISHMENTS:
                for line in str(public.answers.get(field.code, "")).splitlines():
                    if line.strip():
                        named.setdefault(line.strip().casefold(), line.strip())
    return list(named.values())


def possible_partners(public: PublicRequest) -> list[Partner]:
    """The partners already known that may be whoever asks: by number, or else by name.

    A number that is known leaves no other choice; a name may be another's.
    """
    if public.siret and (by_number := list(found(sought(public.siret)))):
        return by_number
    named = Partner.objects.filter(name__iexact=public.organisation)
    return [one for one in named if not (public.siret and one.siren)]


def is_known_by_number(public: PublicRequest) -> bool:
    """Whether the number given is that of a partner already known."""
    return bool(public.siret) and found(sought(public.siret)).exists()


def conventions_alive(public: PublicRequest, partner: Partner) -> list[Convention]:
    """The conventions of the same type, not over, that already cover one of the establishments."""
    names = {name.casefold() for name in establishments_of(public)}
    sites = [site for site in partner.sites.all() if site.name.casefold() in names]
    if names and not sites:
        return []
    return same_conventions(public.caisse, partner, public.rulebook_code, sites)


def refuse(public: PublicRequest, author: User, reason: str, note: str = "") -> PublicRequest:
    """Say no, and why; its sender is told.

    Raises ``ValidationError`` for an unknown reason or a text that must not be kept, and
    ``StaleRequest`` once it is decided.
    """
    if reason not in PublicRefusal.values:
        raise ValidationError("Choisissez le motif du refus.", code="reason")
    validate_no_nir(note)
    if reason == PublicRefusal.OTHER and not note.strip():
        raise ValidationError("Dites le motif du refus.", code="note")
    with transaction.atomic():
        current = _to_decide(public)
        current.refuse(reason, note.strip())
        _closed(current, author)
        telling.refused(current)
    return current


def prepare(
    public: PublicRequest,
    author: User,
    *,
    partner: Partner | None = None,
    again: bool = False,
) -> Convention:
    """Draft the convention asked for, with its structures and the named persons, and invite.

    ``partner`` is the one that the agent recognised, None to enter it. All in one transaction; done
    already, it is the same draft. Raises ``AlreadyConcluded`` unless ``again``, ``RequestRefused``
    and ``ValidationError`` for what cannot be kept, ``StaleRequest`` when it was decided otherwise.
    """
    with transaction.atomic():
        current = locked(PublicRequest.objects.all(), public.pk)
        if current.status == PublicStatus.PREPARED.value:
            assert current.convention is not None
            return current.convention
        _check_received(current)
        partner = _partner(current, partner)
        if not again and (alive := conventions_alive(current, partner)):
            raise AlreadyConcluded(
                typeset(
                    "Une convention de ce type, qui n’a pas pris fin, couvre déjà ces "
                    f"établissements : {', '.join(one.number for one in alive)}."
                )
            )
        sites = _sites(current, partner)
        try:
            convention = draft_convention(
                caisse=current.caisse,
                partner=partner,
                rulebook_code=current.rulebook_code,
                author=author,
                sites=sites,
                form_token=current.reference,
            )
            _prior_request(current, convention, author)
        except (CannotDraft, ActRefused) as refused:
            raise RequestRefused(typeset(str(refused))) from refused
        request = _carried_over(current, convention, sites, author)
        contact = current.contact
        assert contact is not None
        invite(
            convention,
            contact.email,
            author,
            first_name=contact.first_name,
            last_name=contact.last_name,
            role="manager",
            request=request,
        )
        current.prepare(convention, request)
        _closed(current, author)
        telling.prepared(current)
    return convention


def _partner(current: PublicRequest, chosen: Partner | None) -> Partner:
    possible = possible_partners(current)
    if chosen is not None:
        if chosen not in possible:
            raise RequestRefused("Ce partenaire n’est pas de ceux que la demande peut désigner.")
        return chosen
    if is_known_by_number(current):
        raise RequestRefused(
            "Le numéro SIRET donné est celui d’un partenaire déjà connu : choisissez-le."
        )
    return create_partner(
        name=current.organisation,
        kind=current.partner_kind,
        siret=current.siret,
        address=current.answer_to("partner.address"),
        form_token=current.reference,
    )


def _sites(current: PublicRequest, partner: Partner) -> list[Site]:
    known = {site.name.casefold(): site for site in partner.sites.all()}
    return [
        known.get(name.casefold()) or add_site(partner, NewSite(name))
        for name in establishments_of(current)
    ]


def _prior_request(current: PublicRequest, convention: Convention, author: User) -> None:
    """Record the request itself, where it is a condition of the convention."""
    if any(one.kind == PRIOR_REQUEST for one in convention.rules.effect.conditions):
        assert current.received_on is not None
        act = acts.PriorRequest(
            id=f"prior-request-{current.reference}",
            on=current.received_on,
            recorded_at=clock.now(),
        )
        subjects.record(convention, act, author)


def _carried_over(
    current: PublicRequest, convention: Convention, sites: Iterable[Site], author: User
) -> AccessRequest:
    """The annex, with what was answered; it has reached the caisse unless it must be signed."""
    opened = start(
        convention,
        author,
        form_code=current.form_code,
        received_on=current.received_on,
        number=current.number,
    )
    with changing(opened, None) as request:
        answers: dict[str, Any] = {
            code: text for code, text in current.answers.items() if code != "organisation"
        }
        for block in request.definition.blocks:
            if block.code == USER_BLOCK:
                write_answers(request, USER_BLOCK, current.users)
            else:
                own = {f.code: answers[f.code] for f in block.fields if f.code in answers}
                write_answers(request, block.code, own)
        request.save()
        if not is_to_sign_online(request):
            check_complete(request)
            finish_task(request, "complete", author)
            # Received on the day of the request, and acknowledged then.
            move(request, RequestTransition.Name.SUBMIT, author)
    assert request.status in (RequestStatus.DRAFT.value, RequestStatus.SUBMITTED.value)
    return request


def _to_decide(public: PublicRequest) -> PublicRequest:
    current = locked(PublicRequest.objects.all(), public.pk)
    _check_received(current)
    return current


def _check_received(current: PublicRequest) -> None:
    if current.status != PublicStatus.RECEIVED.value:
        raise StaleRequest(typeset(f"La demande est maintenant : {current.status_label.lower()}."))


def _closed(current: PublicRequest, author: User) -> None:
    current.closed_at, current.closed_by = clock.now(), author
    current.save()
