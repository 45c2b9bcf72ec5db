"""The daily head of the journals, mailed to auditors: a copy where the site's own rights end."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from contracts.models import User, UserScope
from notifications.mails import JournalHeadTaken
from notifications.services import send
from workflows import clock, effects
from workflows.effects import EffectContext
from workflows.heads import publish_by

logger = logging.getLogger(__name__)

PUBLICATION = "notifications.journal_head"
"""The name of the effect that mails a head."""


@effects.handler(PUBLICATION)
def mail_head(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Have one head mailed to each of its recipients, once."""
    for auditor in recipients():
        send(
            JournalHeadTaken.code,
            key=f"{JournalHeadTaken.code}:{payload['head']}:{auditor.pk}",
            recipient_person=auditor,
            context={"head": payload["head"]},
        )


publish_by(PUBLICATION)


def recipients() -> list[User]:
    """The auditors among the addresses of ``TACITE_HEAD_RECIPIENTS``.

    An auditor's role, as who administers the site could also rewrite what the head vouches for.
    """
    wanted = {address.lower() for address in settings.TACITE_HEAD_RECIPIENTS}
    if not wanted:
        return []
    scopes = UserScope.objects.on(clock.today()).filter(role=UserScope.Role.AUDITOR)
    auditors = User.objects.filter(pk__in=scopes.values("user"), is_active=True).order_by("pk")
    found = [user for user in auditors if user.email.lower() in wanted]
    if len(found) < len(wanted):
        logger.warning(
            "TACITE_HEAD_RECIPIENTS : %s adresses sur %s ne sont pas celles d’un auditeur en "
            "fonction ; l’empreinte ne leur est pas envoyée.",
            len(wanted) - len(found),
            len(wanted),
        )
    return found
