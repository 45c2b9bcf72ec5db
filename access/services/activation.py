"""Activation links: made as their mail is written, used once to choose a password."""

from __future__ import annotations

import secrets
from datetime import timedelta
from enum import Enum
from hashlib import sha256
from typing import NamedTuple

from django.db import transaction

from access.channels import activation_hours
from access.directory.choice import directory_of
from access.models import ActivationLink, Habilitation
from access.passwords import check_new
from access.services.notification import opens_its_service
from notifications.catalogue import NothingToSend
from workflows import clock
from workflows.subjects import locked

_READ_WITH = ("account__caisse", "habilitation__account__caisse", "habilitation__convention")


class Standing(Enum):
    """What a link can still do."""

    HOLDS = "holds"
    USED = "used"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    SHUT = "shut"
    """The access is not open, or no longer: the link waits with it."""
    UNKNOWN = "unknown"


class Found(NamedTuple):
    """A link and what it can still do; no link where nobody made it."""

    standing: Standing
    link: ActivationLink | None = None


class LinkUseless(Exception):
    """The link chooses no password."""

    def __init__(self, found: Found) -> None:
        super().__init__(found.standing.value)
        self.found = found


def new_token(habilitation: Habilitation) -> str:
    """Make the link of a mail that is being written, and return what it carries.

    The former link of the account, and its password if it had one, stop working. Raises
    ``NothingToSend`` when the account is not open to the service any more.
    """
    if not opens_its_service(habilitation):
        raise NothingToSend(f"{habilitation} n’ouvre plus le service : rien n’est envoyé.")
    account, now = habilitation.account, clock.now()
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        former = ActivationLink.objects.filter(account=account, used_at=None, superseded_at=None)
        former.update(superseded_at=now)
        directory_of(account.caisse).reset(account)
        ActivationLink.objects.create(
            account=account,
            habilitation=habilitation,
            digest=_digest(token),
            made_at=now,
            expires_at=now + timedelta(hours=activation_hours(account.caisse.settings)),
        )
    return token


def standing(token: str) -> Found:
    """What a link can still do; looking uses nothing up."""
    link = ActivationLink.objects.select_related(*_READ_WITH).filter(digest=_digest(token)).first()
    return _standing(link)


def activate(token: str, password: str) -> ActivationLink:
    """Set the chosen password and use the link up.

    Raises ``LinkUseless``, and ``ValidationError`` for a password that may not be chosen.
    """
    with transaction.atomic():
        known = ActivationLink.objects.filter(digest=_digest(token)).first()
        if known is None:
            raise LinkUseless(Found(Standing.UNKNOWN))
        link = locked(ActivationLink.objects.select_related(*_READ_WITH), known.pk)
        found = _standing(link)
        if found.standing is not Standing.HOLDS:
            raise LinkUseless(found)
        check_new(password, identifier=link.account.identifier)
        directory_of(link.account.caisse).set_password(link.account, password)
        link.used_at = clock.now()
        link.save(update_fields=["used_at"])
    return link


def _standing(link: ActivationLink | None) -> Found:
    if link is None:
        return Found(Standing.UNKNOWN)
    if link.used_at is not None:
        return Found(Standing.USED, link)
    if link.superseded_at is not None:
        return Found(Standing.SUPERSEDED, link)
    if link.expires_at <= clock.now():
        return Found(Standing.EXPIRED, link)
    if not opens_its_service(link.habilitation):
        return Found(Standing.SHUT, link)
    return Found(Standing.HOLDS, link)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
