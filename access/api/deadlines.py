"""Reading the deadlines of many conventions between two days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from access.api.authentication import Recognised, caisse_of, caller_of
from access.api.conventions import READS, DeadlineTold, deadline_told
from access.api.fields import Day, text
from access.api.paging import Paged, cut, refuse_unknown
from access.api.problems import Problem
from access.services.reading import conventions_of
from contracts.models import Convention
from workflows import clock

router = Router(auth=Recognised("read"), tags=["échéances"])

_WITHOUT_DEADLINES = ("draft", "abandoned", "closed")
_LONGEST = timedelta(days=731)
"""Lives are projected over twenty-four months."""


class DeadlineFilters(Paged):
    """Les jours voulus, tous deux compris."""

    caisse: str = text(40, default="", description="Code d’une caisse du client.")
    from_: Day | None = Field(
        None, alias="from", description="Premier jour ; aujourd’hui sans ce paramètre."
    )
    to: Day | None = Field(
        None, description="Dernier jour, vingt-quatre mois plus tard au plus ; sinon trois mois."
    )


class DeadlineOf(DeadlineTold):
    """Une échéance, et de quelle convention."""

    convention: str
    caisse: str


class Deadlines(Schema):
    """Les échéances d’une page de conventions : il se peut qu’elle n’en ait aucune."""

    items: list[DeadlineOf]
    next: str | None = Field(description="Le `cursor` de la page suivante ; nul après la dernière.")


@router.get(
    "deadlines",
    response=Deadlines,
    summary="Les échéances entre deux jours",
    operation_id="list_deadlines",
    openapi_extra=READS,
)
def list_deadlines(request: HttpRequest, filters: Query[DeadlineFilters]) -> dict[str, Any]:
    """Convention par convention, `limit` conventions par page, chaque échéance avec son calcul."""
    refuse_unknown(request, filters)
    caller = caller_of(request)
    first, last = _days(filters)
    wanted = conventions_of(caller).exclude(state__in=_WITHOUT_DEADLINES)
    if filters.caisse:
        wanted = wanted.filter(caisse=caisse_of(caller, filters.caisse))
    found, following = cut(wanted, filters)
    caisses = {one.pk: one.caisse.code for one in found}
    rows = list(Convention.to_sweep().filter(pk__in=caisses).order_by("pk"))
    items = []
    if rows:
        for row, life in zip(rows, Convention.lives(rows, min(first, clock.today())), strict=True):
            if isinstance(life, Exception):
                # Told as an error of ours, rather than as a convention without deadlines.
                raise life
            items += [
                deadline_told(one) | {"convention": row.number, "caisse": caisses[row.pk]}
                for one in life.deadlines
                if first <= one.due_on <= last
            ]
    return {"items": items, "next": following}


def _days(filters: DeadlineFilters) -> tuple[date, date]:
    first = filters.from_ or clock.today()
    last = filters.to or first + timedelta(days=92)
    if not first <= last <= first + _LONGEST:
        raise Problem(
            "invalid", faults=[("to", "un jour des vingt-quatre mois qui suivent « from »")]
        )
    return first, last
