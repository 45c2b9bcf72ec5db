"""Choosing when an optional message is received, on the page or by the link of the mail itself."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.core import signing

from contracts.models import Person, User
from notifications.catalogue import MessageKind, UnknownKind, kind_of, kinds
from notifications.models import Message
from notifications.rhythms.models import Preference, Rhythm
from workflows import clock

DIGEST = "digest"
"""The kind of message that gathers others."""

_SIGNER = signing.Signer(salt="notifications.unsubscribe")


class Mandatory(ValueError):
    """Nobody may do without that message."""


class Unsubscription(NamedTuple):
    """Who would no longer receive what."""

    recipient: User | Person
    kind: MessageKind


def rhythm_of(recipient: User | Person, kind: MessageKind) -> Rhythm:
    """When the recipient receives a kind of message: what is mandatory, always at once."""
    if not kind.optional or kind.code == DIGEST:
        return Rhythm.AT_ONCE
    chosen = Preference.objects.filter(kind=choice_of(kind), **_whose(recipient)).first()
    return Rhythm(chosen.rhythm) if chosen else kind.usual


def choice_of(kind: MessageKind) -> str:
    """The code under which a choice about a kind is kept: one for a step, or for several."""
    return kind.chosen_as or kind.code


def choose(recipient: User | Person, kind: MessageKind, rhythm: Rhythm) -> None:
    """Note a choice. Raises ``Mandatory``."""
    if not kind.optional:
        raise Mandatory(kind.code)
    Preference.objects.update_or_create(
        kind=choice_of(kind),
        **_whose(recipient),
        defaults={"rhythm": rhythm, "changed_at": clock.now()},
    )


def chosen_by(user: User) -> dict[str, Rhythm]:
    """What the user chose, by the code of each kind."""
    rows = Preference.objects.filter(user=user).values_list("kind", "rhythm")
    return {kind: Rhythm(rhythm) for kind, rhythm in rows}


def choices_of(*, is_staff: bool) -> list[MessageKind]:
    """The kinds that somebody of the caisse, or of a partner, may do without."""
    return [
        kind
        for kind in kinds()
        if kind.optional
        and kind.code != DIGEST
        and choice_of(kind) == kind.code
        and any(recipient.is_staff == is_staff for recipient in kind.recipients)
    ]


def token_of(message: Message) -> str:
    """What the link of a mail proves: that its reader may do without such mails."""
    whose = "user" if message.user_id is not None else "person"
    return _SIGNER.sign_object({whose: message.recipient.pk, "kind": message.kind})


def found_by(token: str) -> Unsubscription | None:
    """Whose link it is, and about what; None for one that proves nothing."""
    try:
        said: dict[str, Any] = _SIGNER.unsign_object(token)
        kind = kind_of(said["kind"])
    except (signing.BadSignature, UnknownKind):
        return None
    if not kind.optional:
        return None
    model: Any = User if "user" in said else Person
    recipient = model.objects.filter(pk=said.get("user") or said.get("person")).first()
    return Unsubscription(recipient, kind) if recipient is not None else None


def unsubscribe(asked: Unsubscription) -> None:
    """Send no such mail any more: the site alone shows it to who signs in.

    From a digest, it is all that the digest gathered that is meant.
    """
    if asked.kind.code != DIGEST:
        choose(asked.recipient, asked.kind, Rhythm.ON_SITE)
        return
    gathered = Preference.objects.filter(
        rhythm__in=(Rhythm.DAILY, Rhythm.WEEKLY), **_whose(asked.recipient)
    )
    gathered.update(rhythm=Rhythm.ON_SITE, changed_at=clock.now())


def _whose(recipient: User | Person) -> dict[str, Any]:
    return {"user": recipient} if isinstance(recipient, User) else {"person": recipient}
