"""Telling a partner's people what several of their conventions ask: one message a reader and day.

A commune with forty conventions that end on the same day reads one mail. Each thing is told once to
each of those who answer for the partner (``PartnerReminder``); what waits to leave when more comes
for the same reader goes with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from contracts.models import Caisse, User
from contracts.services.partner_people import answering, answers
from notifications.catalogue import NothingToSend
from notifications.models import Message, MessageState, PartnerReminder
from notifications.recipients import Reader
from notifications.services import Wanted, send_all, withdraw
from workflows import clock

Matter = PartnerReminder.Matter

SEVERAL = {
    Matter.COURTESY: "courtesy_reminders",
    Matter.ATTESTATION: "attestation_requests",
}
"""The kind of the message that tells of several conventions; that of one is the matter itself."""

_AT_ONCE = 500

_NO_LONGER = "Le destinataire ne répond plus pour le partenaire."


class Owed(NamedTuple):
    """One thing that those who answer for the partner of a convention are to be told."""

    convention: int
    partner: int
    on: date
    rung: int = 0


def untold(matter: Matter, owed: Sequence[Owed], today: date) -> dict[Reader, list[Owed]]:
    """What each of those who answer today was not told yet."""
    found: dict[Reader, list[Owed]] = defaultdict(list)
    for first in range(0, len(owed), _AT_ONCE):
        some = owed[first : first + _AT_ONCE]
        rows = PartnerReminder.objects.filter(
            matter=matter, convention__in=[one.convention for one in some]
        )
        told = set(rows.values_list("convention", "on", "rung", "user", "person"))
        people = answering({one.partner for one in some}, today)
        for one in some:
            for reader in map(_reader, people.get(one.partner, ())):
                if (one.convention, one.on, one.rung, *_columns(reader).values()) not in told:
                    found[reader].append(one)
    return found


def ask(caisse: Caisse, matter: Matter, owed: Sequence[Owed], today: date) -> int:
    """Ask, in the current transaction, for what was not told; return how many things to readers."""
    # Two runs at once would tell twice. Without its key: others may write of it meanwhile.
    Caisse.objects.select_for_update(no_key=True).get(pk=caisse.pk)
    found = sorted(untold(matter, owed, today).items())
    for first in range(0, len(found), _AT_ONCE):
        _ask(caisse, matter, dict(found[first : first + _AT_ONCE]))
    return sum(len(own) for _, own in found)


def _ask(caisse: Caisse, matter: Matter, owed: dict[Reader, list[Owed]]) -> None:
    """Write one message a reader, in the place of those of theirs that have not left."""
    waiting, adopted = _waiting(caisse, matter, owed)
    wanted = []
    for reader, own in owed.items():
        first = own[0]
        alone = len(own) == 1 and not adopted[reader]
        wanted.append(
            Wanted(
                matter if alone else SEVERAL[matter],
                f"{matter}:{first.convention}:{first.on.isoformat()}:{first.rung}:{reader.key}",
                reader,
                first.convention if alone else None,
                None if alone else caisse.pk,
                {"caisse": caisse.pk, **({"on": first.on.isoformat()} if alone else {})},
            )
        )
    messages = send_all(wanted)
    for one, own in zip(wanted, owed.values(), strict=True):
        message = messages[one.key]
        PartnerReminder.objects.bulk_create(
            PartnerReminder(
                convention_id=line.convention,
                matter=matter,
                on=line.on,
                rung=line.rung,
                message_id=message,
                **_columns(one.reader),
            )
            for line in own
        )
        PartnerReminder.objects.filter(pk__in=adopted[one.reader]).update(message=message)
    withdraw(Message.objects.filter(pk__in=waiting), "Un message plus récent le remplace.")


def _waiting(
    caisse: Caisse, matter: Matter, owed: dict[Reader, list[Owed]]
) -> tuple[list[int], dict[Reader, list[int]]]:
    """The messages of these readers that have not left, and the rows of each that still count."""
    users = [reader.pk for reader in owed if reader.is_user]
    persons = [reader.pk for reader in owed if not reader.is_user]
    messages = Message.objects.filter(
        Q(user__in=users) | Q(person__in=persons),
        kind__in=(matter, SEVERAL[matter]),
        state=MessageState.PENDING,
        context__caisse=caisse.pk,
    )
    # As whoever sends one does: it leaves before, or not at all.
    keys = list(
        messages.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True)
    )
    adopted: dict[Reader, list[int]] = defaultdict(list)
    for row in PartnerReminder.objects.filter(message__in=keys).order_by("pk"):
        reader = Reader(row.user_id is not None, row.user_id or row.person_id or 0)
        # A later rung takes the place of an earlier one.
        if row.convention_id not in {one.convention for one in owed[reader]}:
            adopted[reader].append(row.pk)
    return keys, adopted


def still_theirs(message: Message) -> list[PartnerReminder]:
    """What a message of several conventions tells, of those for which its reader still answers.

    Raises ``NothingToSend`` where there is none.
    """
    rows = message.partner_reminders.select_related(
        "convention__partner", "convention__caisse", "convention__pinned"
    )
    found = list(rows.order_by("on", "convention"))
    people = answering({row.convention.partner_id for row in found}, clock.today())
    own = [row for row in found if message.recipient in people.get(row.convention.partner_id, ())]
    if not own:
        raise NothingToSend(_NO_LONGER)
    return own


def check_reader(message: Message) -> None:
    """Raise ``NothingToSend`` where its reader no longer answers for the partner."""
    assert message.convention is not None
    if not answers(message.recipient, message.convention.partner_id, clock.today()):
        raise NothingToSend(_NO_LONGER)


def _reader(one: object) -> Reader:
    return Reader(isinstance(one, User), one.pk)  # type: ignore[attr-defined]


def _columns(reader: Reader) -> dict[str, int | None]:
    return {
        "user_id": reader.pk if reader.is_user else None,
        "person_id": None if reader.is_user else reader.pk,
    }
