"""The notification of habilitation: to whom, by which channel, and what it leaves in its life.

The temporary password is made while the one message that carries it is being sent, and is kept
nowhere: not in the queue, not in the stored copy, not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from django.db import transaction

from access.channels import Channel, channel_of
from access.directory.choice import directory_of
from access.directory.port import NoPassword
from access.models import Account, AccountState, Habilitation, HabilitationAct, Renewal
from access.services.directory_health import watched
from contracts.models import Contact, Person
from notifications.catalogue import NothingToSend
from notifications.services import send
from workflows import acts, clock, effects, subjects
from workflows.effects import EffectContext

KIND = "habilitation_granted"
KIND_LINK = "habilitation_activation"
KIND_BY_HAND = "habilitation_registered"
"""Where the password is made in the directory, and handed over by an agent."""

_KINDS = {Channel.MAIL: KIND, Channel.LINK: KIND_LINK, Channel.BY_HAND: KIND_BY_HAND}
"""What leaves by itself; by the other channels an agent sends (``by_agent``)."""

FORGETTING = "access.forgetting"
"""The name of the effect by which a password stops working."""

_USABLE = ("granted", "credentials_sent", "active")


def notify_habilitations(account: Account) -> None:
    """Ask, once each, for the messages to those whose service the account has come to open."""
    if account.state != AccountState.OPEN:
        return
    granted = account.habilitations.filter(state="granted", service__in=account.services)
    for habilitation in granted.select_related("convention__pinned", "person").order_by("pk"):
        notify(habilitation, account)


def notify(habilitation: Habilitation, account: Account) -> None:
    """Ask for the notification of one habilitation; asked again, it is the same message."""
    if kind := _KINDS.get(channel_for(habilitation)):
        _ask(kind, f"habilitation:{habilitation.pk}:credentials", habilitation)


def channel_for(habilitation: Habilitation) -> Channel:
    """How the credentials of a habilitation reach their user. Raises ``ImproperlyConfigured``."""
    caisse = habilitation.account.caisse
    return channel_of(
        habilitation.convention.rules.habilitation.credentials,
        caisse.settings,
        makes_passwords=directory_of(caisse).makes_passwords,
    )


def renew_credentials(account: Account, because: str) -> Renewal | None:
    """Renew the credentials of an account, once for each cause; the former stop working.

    They go by the channel of the right granted last: by themselves, or from an agent's list. None
    when the account opens no service, or when the first credentials of a right just granted are
    still to leave: they take the place of the former ones.
    """
    with transaction.atomic():
        rights = account.habilitations.filter(state__in=_USABLE).select_related(*_READ_WITH)
        rights = [one for one in rights.order_by("-pk") if opens_its_service(one)]
        if not rights:
            return None
        if rights[0].state == "granted":
            if channel_for(rights[0]).takes_an_agent:
                forget_password(account, f"account:{account.pk}:{because}", before=rights[0])
            return None
        renewal, created = Renewal.objects.get_or_create(
            account=account,
            because=because,
            defaults={"habilitation": rights[0], "asked_at": clock.now()},
        )
        if created:
            forget_password(account, f"renewal:{renewal.pk}", renewal)
    return renewal


def forget_password(
    account: Account,
    because: str,
    renewal: Renewal | None = None,
    before: Habilitation | None = None,
) -> None:
    """Have the password of an account stop working once the transaction is over.

    In the account's own lane, so before whatever is asked of the directory later: the password of
    a notification that leaves afterwards is not undone. Nor is one that an agent sent meanwhile,
    for the ``renewal`` or as the first of the right named by ``before``.
    """
    effects.emit(
        FORGETTING,
        f"{because}:forgotten",
        f"account:{account.pk}",
        {
            "account": account.pk,
            "renewal": renewal.pk if renewal else 0,
            "before": before.pk if before else 0,
        },
    )


@effects.handler(FORGETTING)
def forget(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Replace a password by one that nobody is told; then ask for the new one, if one is due."""
    renewal = Renewal.objects.filter(pk=payload["renewal"]).first()
    sent = Habilitation.objects.filter(pk=payload["before"]).exclude(state="granted")
    if sent.exists() or (renewal is not None and renewal.done_at is not None):
        return
    account = Account.objects.select_related("caisse").get(pk=payload["account"])
    with suppress(NoPassword, LookupError), watched(account.caisse):
        # A person does it in a directory kept by hand; without entry there is none to forget.
        directory_of(account.caisse).reset(account)
    if renewal is None:
        return
    habilitation = Habilitation.objects.select_related(*_READ_WITH).get(pk=renewal.habilitation_id)
    channel = channel_for(habilitation)
    if not channel.takes_an_agent:
        _ask(_KINDS[channel], f"renewal:{renewal.pk}:credentials", habilitation)


_READ_WITH = ("account__caisse", "convention__pinned", "convention__partner", "person", "site")


def _ask(kind: str, key: str, habilitation: Habilitation) -> None:
    send(
        kind,
        key=key,
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
        today = clock.today()
        contacts = Contact.objects.on(today).filter(
            partner=habilitation.convention.party_on(today), person__erased_at=None
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
        habilitation.state in _USABLE
        and account.state == AccountState.OPEN
        and habilitation.service in account.services
    )


def temporary_password(habilitation: Habilitation) -> str:
    """Make and set the password that the notification carries.

    Raises ``NothingToSend`` when the account is not open to the service any more.
    """
    if not opens_its_service(habilitation):
        raise NothingToSend(f"{habilitation} n’ouvre plus le service : rien n’est envoyé.")
    with watched(habilitation.account.caisse):
        return directory_of(habilitation.account.caisse).reset(habilitation.account)


def credentials_left(
    habilitation: Habilitation, on: date, author: Any = None, by: str = ""
) -> HabilitationAct:
    """Record that the credentials left on that day: by the message, or by an agent's hand.

    ``by`` tells one sending from another of the same day: recorded again under it, it is the same
    act. What was to be renewed is. Raises ``recording.ActRefused``.
    """
    sent = acts.CredentialsSent(
        id=f"credentials-sent-{by or on.isoformat()}",
        on=on,
        recorded_at=clock.now(),
        user=habilitation.user_key,
    )
    row = subjects.record(habilitation, sent, author)
    assert isinstance(row, HabilitationAct)
    waiting = Renewal.objects.filter(account=habilitation.account_id, done_at=None)
    waiting.update(done_at=clock.now())
    return row
