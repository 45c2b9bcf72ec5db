"""The statistics of the conventions that the user may see, and each table as a file."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contracts.rules import is_staff
from contracts.services.visibility import codes_with, visible_caisses, visible_conventions
from desk.statistics import tables
from desk.statistics.forms import StatisticsForm
from desk.users.listing import services_in
from ui.attachments import streamed
from workflows import clock
from workflows.calendar import add_months
from workflows.csv_lines import lines


@require_safe
def statistics(request: HttpRequest) -> HttpResponseBase:
    """Times from request to account, states, renewals and ends, workload: month by month."""
    if not is_staff(request.user):
        raise PermissionDenied
    today = clock.today()
    seen = visible_conventions(request.user, today)
    form = StatisticsForm(
        request.GET,
        caisses=visible_caisses(request.user, today),
        services=services_in(seen),
    )
    form.is_valid()
    asked = form.cleaned_data
    service = asked.get("service") or ""
    if asked.get("caisse"):
        seen = seen.filter(caisse=asked["caisse"])
    if service:
        seen = seen.filter(rulebook_code__in=codes_with({service}))
    this_month = today.replace(day=1)
    months = [add_months(this_month, -back) for back in range(form.number_of_months)][::-1]
    found = tables.tables_of(seen, months, today, service)
    if wanted := request.GET.get("tableau"):
        return _as_csv(found, wanted)
    query = request.GET.copy()
    context = {
        "form": form,
        "tables": found,
        "first": months[0],
        "last": months[-1],
        "query": query.urlencode(),
        "is_narrowed": any(query.values()),
        "something": any(not table.is_empty for table in found),
    }
    return render(request, "desk/statistics/statistics.html", context)


def _as_csv(found: list[tables.Table], wanted: str) -> HttpResponseBase:
    table = next((one for one in found if one.code == wanted), None)
    if table is None:
        raise Http404
    name = f"statistiques-{table.code}-{clock.today():%Y-%m-%d}.csv"
    return streamed(lines(tables.column_headings(table), table.lines()), name, "text/csv")
