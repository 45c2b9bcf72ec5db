"""The list of partners: their names in order, and what their conventions come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Min, Q, QuerySet

from contracts.models import Convention, Partner
from contracts.models.partners import PARTNER_KINDS
from contracts.services.partner_keys import matching
from desk.partners.forms import PartnersForm
from workflows.convention import IN_FORCE
from workflows.french import NO_BREAK_SPACE
from workflows.rulebook_types import PartnerKind

ROWS_A_PAGE = 25
MOST_COUNTED = 1000
"""A longer list is said to be longer than that: counting a register costs more than it tells."""


@dataclass(frozen=True, slots=True)
class Row:
    """One partner as the list shows it."""

    partner: Partner
    kind: str
    siren: str
    conventions: int
    in_force: int
    next_on: date | None
    """The first of the next changes of its conventions."""


class Page(NamedTuple):
    """Some rows of the list, and the partner after whom the next ones come."""

    rows: list[Row]
    count: int
    is_longer: bool
    """Whether the list goes past what was counted."""
    after: int | None
    is_first: bool


def narrowed(
    seen: QuerySet[Partner], conventions: QuerySet[Convention], form: PartnersForm
) -> QuerySet[Partner]:
    """The partners that answer the search; a filter that cannot be read narrows nothing."""
    form.is_valid()
    asked = form.cleaned_data
    seen = seen.filter(matching(asked.get("q") or ""))
    if asked.get("nature"):
        seen = seen.filter(kind=asked["nature"])
    if asked.get("caisse"):
        own = conventions.filter(caisse=asked["caisse"]).order_by().values("partner")
        seen = seen.filter(pk__in=own)
    return seen


def page_of(found: QuerySet[Partner], conventions: QuerySet[Convention], after: str | None) -> Page:
    """The partners that come after one of them by name; the first ones when it is unknown."""
    found = found.order_by("name", "pk")
    start = _known(after)
    wanted = found
    if start is not None:
        wanted = found.filter(Q(name__gt=start.name) | Q(name=start.name, pk__gt=start.pk))
    partners = list(wanted[: ROWS_A_PAGE + 1])
    has_more = len(partners) > ROWS_A_PAGE
    partners = partners[:ROWS_A_PAGE]
    counted = found.order_by()[: MOST_COUNTED + 1].count()
    return Page(
        _rows(partners, conventions),
        min(counted, MOST_COUNTED),
        counted > MOST_COUNTED,
        partners[-1].pk if has_more else None,
        start is None,
    )


def spaced_siren(siren: str) -> str:
    """« 214 202 798 », for reading; empty without one."""
    return NO_BREAK_SPACE.join(siren[start : start + 3] for start in range(0, len(siren), 3))


def spaced_siret(siret: str) -> str:
    """« 214 202 798 00012 », for reading; empty without one."""
    return f"{spaced_siren(siret[:9])}{NO_BREAK_SPACE}{siret[9:]}" if siret else ""


def kind_of(partner: Partner) -> str:
    """« Commune »."""
    return PARTNER_KINDS[PartnerKind(partner.kind)]


def _known(after: str | None) -> Partner | None:
    # A number that no database could hold names nobody.
    if not after or not after.isascii() or not after.isdigit() or len(after) > 18:
        return None
    return Partner.objects.filter(pk=int(after)).first()


def _rows(partners: list[Partner], conventions: QuerySet[Convention]) -> list[Row]:
    figures = {
        row["partner"]: row
        for row in conventions.filter(partner__in=partners)
        .order_by()
        .values("partner")
        .annotate(
            number=Count("*"),
            in_force=Count("pk", filter=Q(state__in=IN_FORCE)),
            next_on=Min("next_change_on"),
        )
    }
    nothing = {"number": 0, "in_force": 0, "next_on": None}
    rows = []
    for partner in partners:
        own = figures.get(partner.pk, nothing)
        siren = spaced_siren(partner.siren)
        rows.append(
            Row(partner, kind_of(partner), siren, own["number"], own["in_force"], own["next_on"])
        )
    return rows
