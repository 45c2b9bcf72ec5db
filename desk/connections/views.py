"""Who uses what: monthly statistics of connections, their export, and a file to take in."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from access.services.connection_figures import by_group, by_month, visible_counts
from access.services.connection_file import COLUMNS, NotACsv, import_file
from access.services.connection_retention import retention_months
from access.services.visibility import visible_habilitations
from contracts.models import Caisse, User
from contracts.rules import caisses_where, is_staff, may_somewhere
from contracts.services.visibility import visible_caisses
from desk.connections.drawing import draw
from desk.connections.forms import ConnectionFileForm, StatisticsForm
from desk.connections.statistics import exported, narrowed, rows_of, words_of
from desk.users.forms import DORMANT, DORMANT_SOON
from workflows import clock

IMPORT = "access.import_connections"

ROWS_A_PAGE = 25
FAULTS_SHOWN = 200


@require_safe
def statistics(request: HttpRequest) -> HttpResponseBase:
    """The connections of a period: month by month, then by service, convention and profile."""
    if not is_staff(request.user):
        raise PermissionDenied
    today = clock.today()
    seen = visible_counts(request.user, today)
    words = words_of(seen)
    caisses = visible_caisses(request.user, today)
    form = StatisticsForm(
        request.GET,
        today=today,
        services=words.services,
        profiles=words.profiles,
        caisses=caisses,
    )
    counts = narrowed(seen, form)
    if request.GET.get("format") == "csv":
        return _as_csv(exported(counts, words))
    first, last = form.period
    months = by_month(counts, first, last)
    page = Paginator(by_group(counts), ROWS_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "first": first,
        "last": last,
        "months": months,
        "totals": {
            name: sum(month[name] for month in months)
            for name in ("connections", "refused", "logins_seen")
        },
        "drawing": draw(months),
        "page": page,
        "rows": rows_of(page.object_list, words),
        "profiles": bool(words.profiles),
        "query": query.urlencode(),
        "is_narrowed": any(query.values()),
        "something": seen.exists(),
        "unused": _unused(request.user, today),
        "retentions": _retentions(caisses),
        "imports": may_somewhere(request.user, IMPORT),
    }
    return render(request, "desk/connections/statistics.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """A file of connections: tried or taken in, each faulty line with its reason."""
    caisses = caisses_where(request.user, IMPORT, clock.today())
    if not caisses.exists():
        raise PermissionDenied
    form = ConnectionFileForm(
        request.POST or None,
        request.FILES or None,
        caisses=caisses,
        initial={"caisse": caisses.first()},
    )
    context: dict[str, Any] = {"form": form, "columns": COLUMNS}
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        if not request.user.has_perm(IMPORT, asked["caisse"]):
            raise PermissionDenied
        try:
            report = import_file(asked["caisse"], asked["file"], dry_run=asked["trial"])
        except NotACsv as error:
            form.add_error("file", str(error))
        else:
            context |= {
                "report": report,
                "shown": report.to_say[:FAULTS_SHOWN],
                "more": max(0, len(report.to_say) - FAULTS_SHOWN),
                "trial": asked["trial"],
            }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "desk/connections/import.html", context, status=status)


def _unused(user: User, today: date) -> dict[str, int]:
    """How many accesses nobody uses any more, by the filter of the list of users that has them."""
    seen = visible_habilitations(user, today)
    proposed = seen.filter(dormant_on__lte=today)
    soon = seen.filter(dormancy_warning_on__lte=today, dormant_on__gt=today)
    return {DORMANT: proposed.count(), DORMANT_SOON: soon.count()}


def _retentions(caisses: Iterable[Caisse]) -> list[tuple[str, int | None]]:
    """Which caisses keep events for how many months: those of one length together."""
    names: dict[int | None, list[str]] = {}
    for caisse in caisses:
        names.setdefault(_retention(caisse), []).append(caisse.name)
    return [(", ".join(named), months) for months, named in names.items()]


def _retention(caisse: Caisse) -> int | None:
    """Months for which events are kept; None where the setting cannot be read."""
    try:
        return retention_months(caisse)
    except ImproperlyConfigured:
        return None


class _Lines:
    """What a CSV writer writes to, given back at once."""

    def write(self, line: str) -> str:
        return line


def _as_csv(rows: Any) -> StreamingHttpResponse:
    writer = csv.writer(_Lines(), delimiter=";")
    lines = (writer.writerow(row) for row in rows)

    def content() -> Any:
        # Without it, spreadsheets read accents wrongly.
        yield "\ufeff"
        yield from lines

    response = StreamingHttpResponse(content(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="connexions.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
