"""The deadlines of the portfolio: as a list, a month, a line of time, and the work week by week."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contracts.rules import is_staff, may_somewhere
from contracts.services.deadline_portfolio import counted, number_up_to
from contracts.services.visibility import visible_caisses, visible_conventions
from desk.deadlines import course as courses
from desk.deadlines import workload as workloads
from desk.deadlines.forms import MONTHS, DeadlinesForm, ListForm, MonthForm, last_day_of
from desk.deadlines.listing import COLUMNS, exported, page_of, place_of
from desk.deadlines.month import weeks_of
from desk.most_counted import MOST_COUNTED, in_words
from notifications.calendars.addresses import SUBSCRIBE
from workflows import clock, csv_lines
from workflows.calendar import add_months

_SHARED = ("nature", "service", "caisse", "selon", "suivi")
"""What stays when one goes from one drawing to another."""

_Form = TypeVar("_Form", bound=DeadlinesForm)


@require_safe
def listed(request: HttpRequest) -> HttpResponseBase:
    """One page of the deadlines, the nearest first; or all of them as CSV."""
    today = clock.today()
    form = _form(request, ListForm, today)
    conventions, asked = _conventions(request, form, today), form.asked(*form.period)
    if request.GET.get("format") == "csv":
        return _as_csv(csv_lines.lines(COLUMNS, exported(conventions, asked)))
    place = place_of(request.GET.get("apres", ""))
    why = request.GET.get("pourquoi", "")
    total = number_up_to(conventions, asked, MOST_COUNTED + 1)
    context = {
        "page": page_of(conventions, asked, place, why, today),
        "total": total,
        "total_in_words": in_words(total, "échéance", MOST_COUNTED),
        "is_first": place is None,
        "first": asked.first,
        "last": asked.last,
        "by_working_day": asked.by == "last_working_day",
        "query": _query(request, *_SHARED, "du", "au"),
        "here": _query(request, *_SHARED, "du", "au", "apres"),
    }
    return _drawn(request, form, today, context, "desk/deadlines/deadlines.html")


@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """What falls on each day of a month."""
    today = clock.today()
    form = _form(request, MonthForm, today)
    asked = form.asked(form.month, last_day_of(form.month))
    counts = counted(_conventions(request, form, today), asked)
    before, after = form.neighbours
    context = {
        "month": form.month,
        "weeks": weeks_of(form.month, counts, today),
        "total": sum(one.number for one in counts),
        "before": before,
        "after": after,
        "query": _query(request, *_SHARED),
        "of_days": _query(request, "service", "caisse", "selon", "suivi"),
    }
    return _drawn(request, form, today, context, "desk/deadlines/deadlines_month.html")


@require_safe
def course(request: HttpRequest) -> HttpResponse:
    """The two years to come, a lane a kind."""
    today = clock.today()
    form = _form(request, DeadlinesForm, today)
    months = courses.months_from(today, MONTHS)
    counts = counted(_conventions(request, form, today), form.asked(today, last_day_of(months[-1])))
    context = {
        "drawing": courses.draw(months, counts),
        "rows": courses.rows_of(months, counts, today),
        "total": sum(one.number for one in counts),
        "last_month": months[-1],
        "query": _query(request, "service", "caisse", "selon", "suivi"),
    }
    return _drawn(request, form, today, context, "desk/deadlines/deadlines_course.html")


@require_safe
def workload(request: HttpRequest) -> HttpResponse:
    """How many dates each of the weeks to come must not miss."""
    today = clock.today()
    form = _form(request, DeadlinesForm, today)
    asked = form.asked(today, add_months(today, MONTHS))
    counts = counted(_conventions(request, form, today), asked)
    weeks = workloads.weeks_from(today, MONTHS, counts)
    context = {
        "drawing": workloads.draw(weeks),
        "weeks": [week for week in weeks if week.number],
        "total": sum(week.number for week in weeks),
        "query": _query(request, *_SHARED),
    }
    return _drawn(request, form, today, context, "desk/deadlines/deadlines_workload.html")


def _form(request: HttpRequest, kind: type[_Form], today: date) -> _Form:
    if not is_staff(request.user):
        raise PermissionDenied
    caisses = visible_caisses(request.user, today)
    return kind(request.GET, today=today, caisses=caisses, user=request.user)


def _conventions(request: HttpRequest, form: DeadlinesForm, today: date) -> Any:
    return form.narrowed(visible_conventions(request.user, today))


def _drawn(
    request: HttpRequest, form: DeadlinesForm, today: date, context: dict[str, Any], template: str
) -> HttpResponse:
    common = {
        "form": form,
        "today": today,
        "here_name": request.resolver_match.url_name if request.resolver_match else "deadlines",
        "shared": _query(request, *_SHARED),
        "subscribes": may_somewhere(request.user, SUBSCRIBE),
        "is_narrowed": any(request.GET.get(name) for name in form.fields),
        "something": bool(context["total"])
        or visible_conventions(request.user, today).filter(deadline_set__isnull=False).exists(),
    }
    return render(request, template, common | context)


def _query(request: HttpRequest, *names: str) -> str:
    """The part of the address that says these, for a link that keeps them."""
    kept = request.GET.copy()
    for name in list(kept):
        if name not in names or not kept[name]:
            del kept[name]
    return kept.urlencode()


def _as_csv(lines: Any) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="echeances.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
