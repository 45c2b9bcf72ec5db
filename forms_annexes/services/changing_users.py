"""Opening the request that replaces, changes or removes users who have a right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django.db import transaction

from access.models import Habilitation
from contracts.models import Convention, Site
from forms_annexes.completeness import COLUMNS, USER_BLOCK, own_name
from forms_annexes.models import AccessRequest, RequestedUser
from forms_annexes.models.requests import RequestKind, RequestStatus
from forms_annexes.receiving import ONLINE, Received
from forms_annexes.services.asked_changes import already_asked, requests_about
from forms_annexes.services.departures import check_day, take_effect
from forms_annexes.services.filling import form_for, start
from forms_annexes.services.granting import PROFILE, profile_asked
from forms_annexes.services.moving import RequestRefused, changing
from forms_annexes.services.user_answers import earlier_answers
from forms_annexes.services.user_words import of_name
from templates_conventions.forms import FormBlock, form_definition
from workflows.french import typeset
from workflows.scopes import Scope, scope_of
from workflows.subjects import locked


class Asked(NamedTuple):
    """What is asked about one right."""

    right: Habilitation
    leaves_on: date | None = None
    profile: str = ""
    scope: Scope | None = None
    """None: the territory stays."""


def ask_replacement(
    right: Habilitation, leaves_on: date, author: Any, received: Received = ONLINE
) -> AccessRequest:
    """Open the request for a successor, pre-filled with the place and never with the person.

    A departure past or of today takes effect at once, one to come with the decision or on its day.
    Raises ``RequestRefused``.
    """
    return _open(RequestKind.REPLACE, [Asked(right, leaves_on)], right.site, author, received)


def ask_modification(
    right: Habilitation,
    author: Any,
    *,
    profile: str = "",
    scope: Scope | None = None,
    received: Received = ONLINE,
) -> AccessRequest:
    """Open the request for another profile or territory. Raises ``RequestRefused``."""
    profile = "" if profile == right.profile else profile
    if scope is not None and scope == scope_of(right.scope):
        scope = None
    if not profile and scope is None:
        raise RequestRefused("Rien ne change : choisissez un autre profil ou un autre territoire.")
    asked = Asked(right, profile=profile, scope=scope)
    return _open(RequestKind.MODIFY, [asked], right.site, author, received)


def ask_removal(
    convention: Convention,
    rights: Iterable[Habilitation],
    leaves_on: date,
    author: Any,
    received: Received = ONLINE,
) -> list[AccessRequest]:
    """Open what removes several users from one day on: a request a structure, and a form.

    A day past or today takes effect at once. All or nothing: raises ``RequestRefused``.
    """
    chosen = sorted(rights, key=lambda one: (one.site_id or 0, one.pk))
    if not chosen:
        raise RequestRefused("Choisissez au moins une personne dans la liste.")
    opened = []
    with transaction.atomic():
        for _, group in groupby(chosen, key=lambda one: one.site_id or 0):
            of_site = list(group)
            held = _held(convention, RequestKind.REMOVE, of_site[0].site)
            for first in range(0, len(of_site), held):
                asked = [Asked(right, leaves_on) for right in of_site[first : first + held]]
                site = of_site[0].site
                opened.append(_open(RequestKind.REMOVE, asked, site, author, received))
    return opened


def ask_again(right: Habilitation, author: Any) -> AccessRequest:
    """Open the request for a new right of who had one, by the form that gives access.

    Raises ``RequestRefused`` when a draft for somebody else stands in its place.
    """
    if right.state != "closed":
        raise RequestRefused("Cet accès n’est pas fermé : il n’y en a pas d’autre à demander.")
    with transaction.atomic():
        request = start(right.convention, author, site=right.site)
        block = _user_block(request)
        person, count = right.person, request.users.count()
        if request.users.filter(email__iexact=person.email, last_name=person.last_name).exists():
            return request
        if count >= block.repeat.maximum:
            raise RequestRefused(
                typeset(
                    f"La demande {request.number} est en préparation pour une autre personne. "
                    "Envoyez-la ou retirez-la d’abord."
                )
            )
        _write(request, count + 1, block, Asked(right), linked=False)
    return request


def _open(
    kind: RequestKind, asked: Sequence[Asked], site: Site | None, author: Any, received: Received
) -> AccessRequest:
    convention = asked[0].right.convention
    with transaction.atomic():
        # Two clicks wait for each other here, and the second finds the first one's draft.
        locked(Convention.objects.all(), convention.pk)
        for one in asked:
            one.right.refresh_from_db()
        _check(kind, asked)
        # A sheet that came is another request than the draft that the partner left.
        request = (_same_draft(kind, asked) if received == ONLINE else None) or start(
            convention,
            author,
            site=site,
            kind=kind,
            channel=received.channel,
            received_on=received.on,
        )
        block = _user_block(request)
        with changing(request, None) as current:
            for position, one in enumerate(asked, start=1):
                _write(current, position, block, one)
            take_effect(current, author)
    return current


def _check(kind: RequestKind, asked: Sequence[Asked]) -> None:
    about = requests_about(one.right for one in asked)
    for one in asked:
        right, name = one.right, one.right.person.get_full_name()
        if other := about.get(right.pk):
            raise RequestRefused(already_asked(right, other))
        if right.state == "closed" and kind is not RequestKind.REPLACE:
            raise RequestRefused(typeset(f"L’accès {of_name(name)} est déjà fermé."))
        if one.leaves_on is not None and right.state != "closed":
            check_day(right, one.leaves_on)


def _same_draft(kind: RequestKind, asked: Sequence[Asked]) -> AccessRequest | None:
    """The draft already open about the very same rights."""
    drafts = AccessRequest.objects.filter(
        kind=kind,
        convention=asked[0].right.convention_id,
        status=RequestStatus.DRAFT.value,
        users__replaces=asked[0].right.pk,
    )
    wanted = {one.right.pk for one in asked}
    for draft in drafts.order_by("-pk"):
        named = draft.users.exclude(replaces=None).values_list("replaces", flat=True)
        if set(named) == wanted:
            return draft
    return None


def _write(
    request: AccessRequest, position: int, block: FormBlock, asked: Asked, *, linked: bool = True
) -> None:
    """The line of one right, with the answers already known; what was typed since is kept."""
    right = asked.right
    user = request.users.filter(replaces=right).first() if linked else None
    if user is None:
        user = RequestedUser(request=request, position=position)
        user.answers = _known_answers(request.kind, block, right)
        if request.kind != RequestKind.REPLACE:
            person = right.person
            user.first_name, user.last_name = person.first_name, person.last_name
            user.email = person.email
    if linked:
        user.replaces, user.leaves_on = right, asked.leaves_on
        user.new_profile = asked.profile
        user.new_scope = asked.scope.content if asked.scope is not None else None
    if asked.profile:
        user.answers |= _profile_answer(block, asked.profile)
    user.save()


def known_row(kind: str, block: FormBlock, right: Habilitation) -> dict[str, str]:
    """The line of one right in a form about to be filled, by field code: names are those of its
    person, unless a successor is to be named."""
    names = {own_name(field): field.code for field in block.fields if own_name(field) in COLUMNS}
    person = right.person if kind != RequestKind.REPLACE else None
    told = {code: getattr(person, name) for name, code in names.items()} if person else {}
    return _known_answers(kind, block, right) | told


def _known_answers(kind: str, block: FormBlock, right: Habilitation) -> dict[str, str]:
    """What the request of the right said, for the fields of this form: of a successor, only what
    says nothing of the person."""
    earlier = earlier_answers(right)
    successor = kind == RequestKind.REPLACE
    known = {
        field.code: earlier[field.code]
        for field in block.fields
        if field.filled_by == "partner"
        and own_name(field) not in COLUMNS
        and not (successor and field.personal)
        and field.code in earlier
    }
    return known | (_profile_answer(block, right.profile) if right.profile else {})


def _profile_answer(block: FormBlock, profile: str) -> dict[str, str]:
    """The choice of the form that names the profile; nothing where the form does not ask it."""
    field = next((field for field in block.fields if field.code == PROFILE), None)
    for choice in field.choices if field else ():
        if profile_asked(RequestedUser(answers={PROFILE: choice})) == profile:
            return {PROFILE: choice}
    return {}


def _held(convention: Convention, kind: RequestKind, site: Site | None) -> int:
    """How many users one request takes; many where there is no form."""
    form = form_for(convention, kind, site=site)
    named = [one for one in convention.rules.habilitation.forms if one.code == form.code]
    if not named:
        return 200
    definition = form_definition(convention.rulebook_code, form.code)
    return next(b.repeat.maximum for b in definition.blocks if b.code == USER_BLOCK)


def _user_block(request: AccessRequest) -> FormBlock:
    return next(block for block in request.definition.blocks if block.code == USER_BLOCK)
