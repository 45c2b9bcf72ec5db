"""Who had access on a day: the page, and its file."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access.models import Habilitation
from access.register_lines import COLUMNS, line_of
from access.services.register import After, who_had_access
from access.services.visibility import visible_habilitations
from contracts.rules import is_staff
from contracts.services.visibility import visible_caisses, visible_conventions
from desk.users import listing
from desk.users.forms import AccessOnForm
from ui.attachments import streamed
from workflows import clock
from workflows.csv_lines import lines

ROWS_A_PAGE = 50


@require_safe
def access_on(request: HttpRequest) -> HttpResponse:
    """Who could enter which service on a day, as it is known now or as it was known then."""
    form, seen = _asked(request)
    context: dict[str, Any] = {"form": form, "today": clock.today()}
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        found = who_had_access(seen, asked["le"], asked["connu"], _after(request))
        entries = list(islice(found, ROWS_A_PAGE + 1))
        query = request.GET.copy()
        query.pop("apres", None)
        shown = entries[:ROWS_A_PAGE]
        context |= {
            "day": asked["le"],
            "known_at": asked["connu"],
            "entries": shown,
            "query": query.urlencode(),
            "is_first": "apres" not in request.GET,
            "next": "-".join(map(str, shown[-1].place)) if len(entries) > len(shown) else "",
        }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "desk/users/access_on.html", context, status=status)


@require_safe
def access_on_csv(request: HttpRequest) -> HttpResponseBase:
    """The whole register of the day as a file."""
    form, seen = _asked(request)
    if not (form.is_bound and form.is_valid()):
        context = {"form": form, "today": clock.today()}
        return render(request, "desk/users/access_on.html", context, status=422)
    day, known_at = form.cleaned_data["le"], form.cleaned_data["connu"]
    known: datetime = known_at or clock.now()
    rows = (line_of(entry, day, known) for entry in who_had_access(seen, day, known_at))
    return streamed(lines(COLUMNS, rows), f"acces-au-{day:%Y-%m-%d}.csv", "text/csv")


def _asked(request: HttpRequest) -> tuple[AccessOnForm, QuerySet[Habilitation]]:
    if not is_staff(request.user):
        raise PermissionDenied
    today = clock.today()
    seen = visible_habilitations(request.user, today)
    form = AccessOnForm(
        request.GET or None,
        initial={"le": today},
        caisses=visible_caisses(request.user, today),
        services=listing.services_in(visible_conventions(request.user, today)),
    )
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        if asked["service"]:
            seen = seen.filter(service=asked["service"])
        if asked["caisse"]:
            seen = seen.filter(convention__caisse=asked["caisse"])
        if asked["partenaire"]:
            seen = seen.filter(convention__partner__name__icontains=asked["partenaire"])
    return form, seen


def _after(request: HttpRequest) -> After | None:
    """Where the page goes on from; a place that cannot be read is the beginning."""
    convention, _, habilitation = request.GET.get("apres", "").partition("-")
    if not (convention.isdecimal() and habilitation.isdecimal()):
        return None
    if max(len(convention), len(habilitation)) > 18:
        return None
    return After(int(convention), int(habilitation))
