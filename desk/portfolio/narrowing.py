"""The conventions that answer a search and its facets, told from cached columns only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Exists, OuterRef, QuerySet

from contracts.models import Convention, SignedCopy
from contracts.services.searching import answering
from desk.awaiting import awaiting_cnil
from desk.forms import SET_ASIDE, WITH_QUESTION, WITHOUT_CNIL
from desk.portfolio.forms import MINE, NONE, WITHOUT_COPY
from desk.portfolio.types import Types
from workflows.convention import IN_FORCE, ConventionStatus

_SIGNED = sorted(
    {*IN_FORCE, ConventionStatus.SIGNED.value, ConventionStatus.CNIL_TRANSMITTED.value}
)


def narrowed(
    found: QuerySet[Convention],
    asked: Mapping[str, Any],
    types: Types,
    user: AbstractBaseUser,
    today: date,
) -> QuerySet[Convention]:
    """Those of ``found`` that answer; what could not be read is not in ``asked``."""
    if words := asked.get("q"):
        found = answering(found, words)
    found = _in_state(found, asked.get("etat") or "")
    if service := asked.get("service"):
        found = found.filter(rulebook_code__in=sorted(types.with_service(service)))
    if asked.get("caisse"):
        found = found.filter(caisse=asked["caisse"])
    found = _within(found, "next_change_on", asked.get("prochain") or "", today)
    found = _within(found, "term_last_day", asked.get("terme") or "", today)
    if asked.get("version") == NONE:
        found = found.filter(pinned=None)
    elif asked.get("version"):
        found = found.filter(pinned=types.version(asked["version"]))
    if asked.get("suivi"):
        found = found.filter(assignee=user.pk if asked["suivi"] == MINE else None)
    if asked.get("piece") == WITHOUT_CNIL:
        found = awaiting_cnil(found)
    elif asked.get("piece") == WITHOUT_COPY:
        found = _without_signed_copy(found)
    return found


def _in_state(found: QuerySet[Convention], state: str) -> QuerySet[Convention]:
    if state == WITH_QUESTION:
        return found.filter(open_questions__gt=0)
    if state == WITHOUT_CNIL:
        return awaiting_cnil(found)
    if state == SET_ASIDE:
        return found.exclude(sweep_error="")
    return found.filter(state=state) if state else found


def _within(
    found: QuerySet[Convention], column: str, wanted: str, today: date
) -> QuerySet[Convention]:
    if wanted == NONE:
        return found.filter(**{f"{column}__isnull": True})
    if wanted:
        days = (today, today + timedelta(days=int(wanted)))
        return found.filter(**{f"{column}__range": days})
    return found


def _without_signed_copy(found: QuerySet[Convention]) -> QuerySet[Convention]:
    """Signed or in force, and no copy that still counts was deposited."""
    copies = SignedCopy.objects.filter(issued__convention=OuterRef("pk"), voided=None)
    return found.filter(~Exists(copies), state__in=_SIGNED)
