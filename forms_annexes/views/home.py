"""The partner's home: what is expected of whom, and where each convention stands."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contracts.convention_life import ConventionLife
from contracts.models import Convention, Site, User
from forms_annexes.models import AccessRequest
from forms_annexes.models.requests import RequestKind, RequestStatus
from forms_annexes.services.standing import Standing, standing_of
from forms_annexes.services.structures import forms_for, is_over
from forms_annexes.services.untold import Untold, lives_told
from forms_annexes.services.visibility import (
    own_sites,
    partner_conventions,
    partner_habilitations,
    partner_requests,
)
from forms_annexes.views.answers import SUBMIT
from forms_annexes.views.expected import (
    Expected,
    Seen,
    expected_of,
    names_of,
    waits_for_partner,
)
from workflows import clock
from workflows.habilitation import HabilitationStatus
from workflows.rulebook_access import RequestForm

SHOWN = 3
"""Requests told at home under each convention; the others are on its own page."""


class RequestLine(NamedTuple):
    """One request, where it stands and for whom it asks."""

    request: AccessRequest
    standing: Standing
    names: str


class AskedForm(NamedTuple):
    """A form by which an access is asked, and the structures to choose from."""

    form: RequestForm
    sites: Sequence[Site]


class Row(NamedTuple):
    """One convention at home."""

    life: ConventionLife
    expected: list[Expected]
    requests: list[RequestLine]
    """Those whose next move is the caisse's, then those it accepted last."""
    more: int
    """How many of the first are not told here."""
    users: int
    asked: list[AskedForm]
    is_over: bool


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everything that concerns the partner, what it has to do first."""
    today = clock.today()
    rows, untold = _rows(request.user, today)
    # Those over come last.
    rows.sort(key=lambda row: (row.is_over, row.life.convention.number))
    untold.sort(key=lambda one: one.convention.number)
    expected = [
        (row.life.convention.number if len(rows) + len(untold) > 1 else "", one)
        for row in rows
        for one in row.expected
    ]
    shown = [row.life.convention for row in rows] + [one.convention for one in untold]
    names = {one.partner.name for one in shown}
    context = {
        "rows": rows,
        "untold": untold,
        "are_several": len(shown) > 1,
        "expected": expected,
        "today": today,
        "partner": names.pop() if len(names) == 1 else "",
    }
    return render(request, "forms_annexes/home.html", context)


def _rows(user: User, today: date) -> tuple[list[Row], list[Untold]]:
    """The conventions of the user, apart from those whose life cannot be told."""
    own = partner_conventions(user, today)
    conventions = list(
        Convention.to_sweep()
        .filter(pk__in=own.values("pk"))
        .select_related("caisse", "partner", "pinned")
    )
    if not conventions:
        return [], []
    requests: dict[int, list[AccessRequest]] = defaultdict(list)
    for one in partner_requests(user, today).prefetch_related("users"):
        requests[one.convention_id].append(one)
    users = Counter(
        pk
        for pk, _ in set(
            partner_habilitations(user, today)
            .exclude(state=HabilitationStatus.CLOSED)
            .values_list("convention_id", "person_id")
        )
    )
    rows, untold = [], []
    for convention, timeline in lives_told(conventions, today):
        if timeline is None:
            untold.append(Untold(convention))
            continue
        life = ConventionLife(convention, timeline, today)
        rows.append(_row(user, life, requests[convention.pk], users[convention.pk]))
    return rows, untold


def _row(user: User, life: ConventionLife, requests: list[AccessRequest], users: int) -> Row:
    convention = life.convention
    sites = open_sites(user, convention, life.today)
    may_act = user.has_perm(SUBMIT, convention)
    seen = Seen(convention, requests, sites, life.today)
    waiting = [one for one in requests if is_in_hand(one) and not waits_for_partner(one)]
    accepted = [one for one in requests if one.status == RequestStatus.ACCEPTED.value]
    return Row(
        life,
        expected_of(seen) if may_act else [],
        [line_of(one) for one in [*waiting, *accepted][:SHOWN]],
        max(len(waiting) - SHOWN, 0),
        users,
        asked_forms(convention, sites) if may_act else [],
        is_over(convention),
    )


def open_sites(user: User, convention: Convention, today: date) -> list[Site]:
    """The structures of the convention that the user answers for, and that have not closed."""
    return [site for site in own_sites(user, convention, today) if not site.is_closed(today)]


def asked_forms(convention: Convention, sites: Sequence[Site]) -> list[AskedForm]:
    """The forms by which an access may be asked; none once the convention is over."""
    if is_over(convention):
        return []
    return [
        AskedForm(form, sites if form.one_for == "site" else ())
        for form in forms_for(convention, RequestKind.CREATE)
    ]


def is_in_hand(request: AccessRequest) -> bool:
    """Whether somebody still has something to do about a request."""
    return request.status in (
        RequestStatus.DRAFT.value,
        RequestStatus.SUBMITTED.value,
        RequestStatus.RETURNED.value,
    )


def line_of(request: AccessRequest) -> RequestLine:
    """A request as the pages list it."""
    return RequestLine(request, standing_of(request), names_of(request))
