"""The notification of habilitation: to whom, when, and what it leaves in the habilitation's life.

The temporary password is made while the one message that carries it is being sent, and is kept
nowhere: not in the queue, not in the stored copy, not here.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from access.directory.choice import directory_of
from access.models import Account, AccountState, Habilitation, HabilitationAct
from contracts.models import Contact, Person
from notifications.catalogue import NothingToSend
from notifications.services import send
from workflows import acts, clock, subjects

KIND = "habilitation_granted"
KIND_BY_HAND = "habilitation_registered"
"""Where the password is made in the directory, and handed over by an agent."""


def notify_habilitations(account: Account) -> None:
    """Ask, once each, for the messages to those whose service the account has come to open."""
    if account.state != AccountState.OPEN:
        return
    granted = account.habilitations.filter(state="granted", service__in=account.services)
    for habilitation in granted.select_related("convention__pinned", "person").order_by("pk"):
        notify(habilitation, account)


def notify(habilitation: Habilitation, account: Account) -> None:
    """Ask for the notification of one habilitation; asked again, it is the same message."""
    send(
        KIND if directory_of(account.caisse).makes_passwords else KIND_BY_HAND,
        key=f"habilitation:{habilitation.pk}:credentials",
        recipient_person=recipient(habilitation),
        subject=habilitation.convention,
        context={"habilitation": habilitation.pk, "service": habilitation.service},
    )


def recipient(habilitation: Habilitation) -> Person:
    """To whom the rulebook sends credentials: the user, or somebody who answers for the partner.

    One person only, as a password made for each would undo the one before. For the partner: the
    contact of the structure, else of the partner, else the user.
    """
    credentials = habilitation.convention.rules.habilitation.credentials
    if credentials is not None and credentials.delivery.recipient == "partner":
        contacts = Contact.objects.on(clock.today()).filter(
            partner=habilitation.convention.partner, person__erased_at=None
        )
        contacts = contacts.exclude(person__email="").select_related("person").order_by("pk")
        own = [contact for contact in contacts if contact.site_id == habilitation.site_id]
        general = [contact for contact in contacts if contact.site_id is None]
        if found := (own or general):
            return found[0].person
    return habilitation.person


def opens_its_service(habilitation: Habilitation) -> bool:
    """Whether the account of the habilitation is open to its service now."""
    account = habilitation.account
    return (
        habilitation.state in ("granted", "credentials_sent", "active")
        and account.state == AccountState.OPEN
        and habilitation.service in account.services
    )


def temporary_password(habilitation: Habilitation) -> str:
    """Make and set the password that the notification carries.

    Raises ``NothingToSend`` when the account is not open to the service any more.
    """
    if not opens_its_service(habilitation):
        raise NothingToSend(f"{habilitation} n’ouvre plus le service : rien n’est envoyé.")
    return directory_of(habilitation.account.caisse).reset(habilitation.account)


def credentials_left(habilitation: Habilitation, on: date, author: Any = None) -> HabilitationAct:
    """Record that the credentials left on that day: by the message, or by an agent's hand.

    Recorded again, it is the same act. Raises ``recording.ActRefused``.
    """
    sent = acts.CredentialsSent(
        id=f"credentials-sent-{on.isoformat()}",
        on=on,
        recorded_at=clock.now(),
        user=habilitation.user_key,
    )
    row = subjects.record(habilitation, sent, author)
    assert isinstance(row, HabilitationAct)
    return row
