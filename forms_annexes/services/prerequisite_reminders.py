"""Saying in time that a paper ends under which accesses were given, and that it has ended."""

from __future__ import annotations

import logging
from datetime import date, timedelta

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from access.models import Habilitation
from access.services.contacts import agents_of, follows
from contracts.models import Caisse, Convention
from contracts.services.partner_people import answering_for
from forms_annexes.services.prerequisite_flags import in_force_with_papers
from notifications.services import recipient_key, send
from workflows.french import typeset
from workflows.prerequisites import Prerequisite

SETTING = "prerequisite_reminder_days"
REMINDER_DAYS = 30
"""Before the last day of the paper, where the caisse has no setting of its own."""

logger = logging.getLogger(__name__)


def remind(today: date) -> int:
    """Ask for the messages about papers that end soon, or have ended; return how many there are.

    Run every day, or again after days without: one message a paper, an end and a recipient. A
    convention that fails is left to the next run, and does not keep the others from being told.
    """
    asked = 0
    for convention, told in in_force_with_papers(today):
        try:
            with transaction.atomic():
                asked += sum(_tell(convention, one, today) for one in told)
        except Exception:
            logger.exception("Pièces : convention %s laissée au prochain essai.", convention.pk)
    return asked


def _tell(convention: Convention, one: Prerequisite, today: date) -> int:
    if one.last_day is None:
        return 0
    if one.standing == "held":
        if today < one.last_day - timedelta(days=days_before(convention.caisse)):
            return 0
        kind = "prerequisite_ending"
    elif one.standing == "ended" and _open_accesses(convention):
        kind = "prerequisite_ended"
    else:
        return 0
    about = f"{convention.pk}:{one.condition.document}:{one.service}:{one.last_day.isoformat()}"
    context = {
        "document": one.condition.document,
        "service": one.service,
        "last_day": one.last_day.isoformat(),
    }
    for person in (told := answering_for(convention, today)):
        send(
            kind,
            key=f"{kind}:{about}:{recipient_key(person)}",
            recipient_person=person,
            subject=convention,
            context=context,
        )
    agents = [
        agent for agent in agents_of(convention.caisse, today) if follows(agent, convention, today)
    ]
    for agent in agents:
        send(
            "prerequisite_to_renew",
            key=f"{kind}:{about}:agent:{agent.pk}",
            recipient_person=agent,
            subject=convention,
            context=context,
        )
    return len(told) + len(agents)


def days_before(caisse: Caisse) -> int:
    """How many days before its last day a paper's end is announced.

    Raises ``ImproperlyConfigured`` when the caisse's setting is no number of days.
    """
    days = caisse.settings.get(SETTING, REMINDER_DAYS)
    if not isinstance(days, int) or isinstance(days, bool) or days < 0:
        raise ImproperlyConfigured(
            typeset(
                f"Réglage « {SETTING} » illisible ({caisse.code}). Attendu : un nombre de jours."
            )
        )
    return days


def _open_accesses(convention: Convention) -> bool:
    return Habilitation.objects.filter(convention=convention).exclude(state="closed").exists()
