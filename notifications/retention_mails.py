"""Who answers for the keeping of files learns each month what has had, or will have, its time."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from contracts.models import Caisse, User, UserScope
from contracts.retention.due import files_due
from contracts.retention.kinds import all_due
from notifications.catalogue import MessageKind, NothingToSend, register
from notifications.models import Message
from notifications.recipients import Group, Recipient
from notifications.services import recipient_key, send
from workflows import clock
from workflows.french import count

logger = logging.getLogger(__name__)

BEFORE = timedelta(days=90)
"""How long before a file has had its time it is announced, so that it may still be held."""


def announce(today: date) -> int:
    """Ask for the messages of the month, once a caisse, reader and month; how many there are."""
    asked = 0
    for caisse in Caisse.objects.order_by("pk"):
        if not _had_their_time(caisse, today + BEFORE):
            continue
        for user in _answering(caisse, today):
            send(
                FilesDue.code,
                key=f"{FilesDue.code}:{caisse.pk}:{today:%Y-%m}:{recipient_key(user)}",
                recipient_person=user,
                caisse=caisse,
                context={"caisse": caisse.pk},
            )
            asked += 1
    return asked


def _had_their_time(caisse: Caisse, on: date) -> int:
    """How much of all that a caisse keeps has had its time on that day."""
    return files_due([caisse], on).count() + all_due(caisse, on)


def _answering(caisse: Caisse, today: date) -> list[User]:
    held = UserScope.objects.on(today).filter(caisse=caisse, role__in=("dpo", "administrator"))
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("pk"))


@register
class FilesDue(MessageKind):
    """Files have had their time, or will within three months."""

    code = "files_due"
    label = "Dossiers en fin de conservation"
    leaves = "chaque mois où des dossiers sont, ou seront bientôt, en fin de conservation"
    recipients = (Recipient.DPO, Recipient.ADMINISTRATORS)
    group = Group.SITE
    of_convention = False
    action = "Voir ces dossiers"
    why = "Vous recevez ce message parce que vous répondez de la conservation des dossiers."

    def values(self, message: Message) -> Mapping[str, Any]:
        caisse, today = Caisse.objects.get(pk=message.context["caisse"]), clock.today()
        now, soon = (_had_their_time(caisse, day) for day in (today, today + BEFORE))
        if not soon:
            raise NothingToSend("Plus aucun dossier n’est en fin de conservation.")
        return {
            "caisse": caisse.name,
            "now": count(now, "dossier") if now else "aucun dossier",
            "soon": count(soon - now, "dossier") if soon > now else "aucun autre",
            "until": today + BEFORE,
        }

    def path(self, message: Message) -> str:
        return reverse("retention")
