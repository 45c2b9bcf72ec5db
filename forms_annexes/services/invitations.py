"""Bringing a partner's director in: a link, good once and for a time, then a place of his own."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from contracts.identifiers import compact, validate_no_nir
from contracts.models import Convention, Site, User, UserScope
from forms_annexes import links
from forms_annexes.models import AccessRequest, Invitation
from forms_annexes.services import telling
from forms_annexes.services.membership import enrol
from workflows import clock
from workflows.subjects import locked

LASTS = timedelta(days=14)

PURPOSE = "invitation"


class InvitationUseless(Exception):
    """The invitation is guessed, expired, revoked, or somebody else's; nothing was written."""


class WrongSiret(Exception):
    """The SIRET typed is none of the partner's; nothing was written, and no right one is told."""


class Why(StrEnum):
    """Why a link opens nothing."""

    UNKNOWN = "unknown"
    """It was not made here, or not whole: nothing more is told of it."""
    EXPIRED = "expired"
    REPLACED = "replaced"
    USED = "used"


class Read(NamedTuple):
    """What a link leads to: an invitation that may be claimed, or why it may not."""

    invitation: Invitation | None
    why: Why | None


def invite(
    convention: Convention,
    email: str,
    author: Any,
    *,
    first_name: str = "",
    last_name: str = "",
    role: str = "director",
    site: Site | None = None,
    request: AccessRequest | None = None,
) -> Invitation:
    """Send the director a link; one sent before to the same address is worth nothing any more.

    ``request`` is the annex opened with it, on which whoever claims it lands.

    Raises ``ValidationError`` for a bad address, or that of a member of a caisse's staff.
    """
    email = email.strip().lower()
    validate_email(email)
    for text in (email, first_name, last_name):
        validate_no_nir(text)
    if UserScope.objects.on(clock.today()).filter(user__email=email).exists():
        raise ValidationError(
            "Cette adresse est celle d’un agent d’une caisse. "
            "Indiquez l’adresse du directeur de la structure.",
            code="staff_address",
        )
    with transaction.atomic():
        locked(Convention.objects.all(), convention.pk)
        user = User.objects.filter(email=email).first() or User.objects.create_user(
            email, first_name=first_name.strip(), last_name=last_name.strip()
        )
        Invitation.objects.filter(
            convention=convention, user=user, claimed_at__isnull=True, revoked_at__isnull=True
        ).update(revoked_at=clock.now())
        invitation = Invitation.objects.create(
            convention=convention,
            site=site,
            request=request,
            user=user,
            role=role,
            nonce=links.new_nonce(),
            created_by=author,
            created_at=clock.now(),
            expires_at=clock.now() + LASTS,
        )
        telling.invited(invitation)
    return invitation


def read(text: str) -> Read:
    """What the address of a link leads to today."""
    parts = links.read(PURPOSE, text)
    found = None
    if parts is not None:
        found = (
            Invitation.objects.select_related(
                "convention__partner", "convention__caisse", "user", "site", "request"
            )
            .filter(pk=parts.pk, nonce=parts.nonce)
            .first()
        )
    if found is None:
        return Read(None, Why.UNKNOWN)
    if found.revoked_at is not None:
        return Read(found, Why.REPLACED)
    if found.claimed_at is not None:
        return Read(found, Why.USED)
    return Read(found, Why.EXPIRED if found.expires_at <= clock.now() else None)


def standing(text: str) -> Invitation | None:
    """The invitation that an address names, while it may be claimed or was; None otherwise."""
    invitation, why = read(text)
    return invitation if why in (None, Why.USED) else None


def asks_siret(invitation: Invitation) -> bool:
    """Whether the caisse knows a SIRET by which to check who claims the invitation."""
    return bool(_known_sirets(invitation))


def claim(invitation: Invitation, user: User, siret: str = "") -> Invitation:
    """Give the invited person, who has signed in, their place among the partner's people.

    ``siret`` is that of the partner or of a structure of the convention, where the caisse knows
    one. Claimed again by the same person, it changes nothing. Raises ``InvitationUseless``, and
    ``WrongSiret``.
    """
    with transaction.atomic():
        current = locked(Invitation.objects.select_related("convention__partner"), invitation.pk)
        if current.user_id != user.pk or current.revoked_at is not None:
            raise InvitationUseless
        if current.claimed_at is not None:
            return current
        if current.expires_at <= clock.now():
            raise InvitationUseless
        known = _known_sirets(current)
        if known and compact(siret) not in known:
            raise WrongSiret
        partner = current.convention.party_on(clock.today())
        enrol(user, partner, current.site, current.role, clock.today())
        current.claimed_at = clock.now()
        current.save(update_fields=["claimed_at"])
    return current


def _known_sirets(invitation: Invitation) -> set[str]:
    convention = invitation.convention
    known = {convention.partner.siret, *convention.sites.values_list("siret", flat=True)}
    return known - {""}
