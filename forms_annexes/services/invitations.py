"""Bringing a partner's director in: a link, good once and for a time, then a place of his own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from contracts.identifiers import validate_no_nir
from contracts.models import Convention, Site, User, UserScope
from forms_annexes import links
from forms_annexes.models import Invitation
from forms_annexes.services import telling
from forms_annexes.services.membership import enrol
from workflows import clock
from workflows.subjects import locked

LASTS = timedelta(days=14)

PURPOSE = "invitation"


class InvitationUseless(Exception):
    """The invitation is guessed, expired, revoked, or somebody else's; nothing was written."""


def invite(
    convention: Convention,
    email: str,
    author: Any,
    *,
    first_name: str = "",
    last_name: str = "",
    role: str = "director",
    site: Site | None = None,
) -> Invitation:
    """Send the director a link; one sent before to the same address is worth nothing any more.

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
            user=user,
            role=role,
            nonce=links.new_nonce(),
            created_by=author,
            created_at=clock.now(),
            expires_at=clock.now() + LASTS,
        )
        telling.invited(invitation)
    return invitation


def standing(text: str) -> Invitation | None:
    """The invitation that an address names, while it may be claimed or was; None otherwise."""
    parts = links.read(PURPOSE, text)
    if parts is None:
        return None
    invitation = (
        Invitation.objects.select_related("convention__partner", "convention__caisse", "user")
        .filter(pk=parts.pk, nonce=parts.nonce, revoked_at__isnull=True)
        .first()
    )
    if invitation is None:
        return None
    if invitation.claimed_at is None and invitation.expires_at <= clock.now():
        return None
    return invitation


def claim(invitation: Invitation, user: User) -> Invitation:
    """Give the invited person, who has signed in, their place among the partner's people.

    Claimed again by the same person, it changes nothing. Raises ``InvitationUseless``.
    """
    with transaction.atomic():
        current = locked(Invitation.objects.select_related("convention__partner"), invitation.pk)
        if current.user_id != user.pk or current.revoked_at is not None:
            raise InvitationUseless
        if current.claimed_at is not None:
            return current
        if current.expires_at <= clock.now():
            raise InvitationUseless
        partner = current.convention.partner
        enrol(user, partner, current.site, current.role, clock.today())
        current.claimed_at = clock.now()
        current.save(update_fields=["claimed_at"])
    return current
