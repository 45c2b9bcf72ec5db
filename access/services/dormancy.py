"""Accesses that nobody uses: the partner and the agents are warned once, and a person decides.

Nothing closes here. Where the rulebook closes by itself, the date does it (``workflows``).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import F, Q, QuerySet

from access.models import Habilitation
from access.services.contacts import agents_of, follows
from contracts.models import Caisse
from contracts.services.partner_people import partner_contact
from notifications.services import send

WARNING = "dormancy_warning"
"""To the partner: this user no longer connects."""
DIGEST = "dormancy_digest"
"""To an agent: how many to look at."""

logger = logging.getLogger(__name__)


def warned_on(day: date) -> QuerySet[Habilitation]:
    """The rights unused for so long that a closing is near, though not possible yet."""
    return Habilitation.objects.filter(dormancy_warning_on__lte=day, dormant_on__gt=day)


def proposed_on(day: date) -> QuerySet[Habilitation]:
    """The rights that a person may close for want of use on that day."""
    return Habilitation.objects.filter(dormant_on__lte=day)


def warn(today: date) -> int:
    """Tell what is new of the accesses that nobody uses; return how many rights it is about.

    Run every day, or again after days without: each right is told of once before its day and once
    on it. A login puts it off, and it may be told of again. A caisse that fails is left to the next
    run, and does not keep the others from being told.
    """
    told = 0
    for caisse in Caisse.objects.filter(
        pk__in=_untold(today).values("convention__caisse")
    ).order_by("pk"):
        try:
            with transaction.atomic():
                told += _tell(caisse, today)
        except Exception:
            logger.exception("Inactivité : caisse %s laissée au prochain essai.", caisse.code)
    return told


def _new_warnings(today: date) -> Q:
    told = Q(dormancy_warned_for__isnull=False, dormancy_warned_for=F("dormant_on"))
    return Q(dormancy_warning_on__lte=today, dormant_on__gt=today) & ~told


def _new_proposals(today: date) -> Q:
    told = Q(dormancy_proposed_for__isnull=False, dormancy_proposed_for=F("dormant_on"))
    return Q(dormant_on__lte=today) & ~told


def _untold(today: date) -> QuerySet[Habilitation]:
    return Habilitation.objects.filter(_new_warnings(today) | _new_proposals(today))


def _tell(caisse: Caisse, today: date) -> int:
    untold = list(
        _untold(today)
        .filter(convention__caisse=caisse)
        .select_related("convention__pinned", "convention__partner", "site", "person")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    near = [one for one in untold if one.dormant_on is not None and one.dormant_on > today]
    due = [one for one in untold if one.dormant_on is not None and one.dormant_on <= today]
    for one in near:
        _warn_partner(one, today)
    _tell_agents(caisse, near, due, today)
    _now_told(near, "dormancy_warned_for")
    _now_told(due, "dormancy_proposed_for")
    return len(untold)


def _now_told(habilitations: Sequence[Habilitation], column: str) -> None:
    keys = [one.pk for one in habilitations]
    Habilitation.objects.filter(pk__in=keys).update(**{column: F("dormant_on")})


def _warn_partner(habilitation: Habilitation, today: date) -> None:
    """Write to the partner's contact; to the named user where the partner gave none."""
    contact = partner_contact(habilitation.convention, today, habilitation.site)
    assert habilitation.dormant_on is not None
    day = habilitation.dormant_on.isoformat()
    send(
        WARNING,
        key=f"{WARNING}:{habilitation.pk}:{day}",
        recipient_person=contact or habilitation.person,
        subject=habilitation.convention,
        context={"habilitation": habilitation.pk, "dormant_on": day},
    )


def _tell_agents(
    caisse: Caisse, near: Sequence[Habilitation], due: Sequence[Habilitation], today: date
) -> None:
    """One message an agent, however many rights it is about."""
    for agent in agents_of(caisse, today):
        seen = {one.convention_id: follows(agent, one.convention, today) for one in (*near, *due)}
        warned = [one.pk for one in near if seen[one.convention_id]]
        proposed = [one.pk for one in due if seen[one.convention_id]]
        if warned or proposed:
            first = min([*warned, *proposed])
            send(
                DIGEST,
                key=f"{DIGEST}:{caisse.pk}:{agent.pk}:{today.isoformat()}:{first}",
                recipient_person=agent,
                caisse=caisse,
                context={"caisse": caisse.pk, "warned": warned, "proposed": proposed},
            )
