"""The page on which the demonstration's day moves forward."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from desk.demonstration import shifted_clock
from desk.demonstration.forms import DayForm
from workflows import clock
from workflows.effect_worker import drain
from workflows.french import count, date_in_words, typeset
from workflows.scheduler import run_day
from workflows.subjects import registered


@require_http_methods(["GET", "HEAD", "POST"])
def move_the_clock(request: HttpRequest) -> HttpResponse:
    """Move to a day, or to the next step of any life; then play what those days bring."""
    if shifted_clock.file() is None:
        raise Http404
    upcoming = next_step_on(clock.today())
    form = DayForm()
    if request.method == "POST":
        if request.POST.get("until") == "next" and upcoming is not None:
            return _moved(request, upcoming)
        form = DayForm(request.POST)
        if form.is_valid():
            return _moved(request, form.cleaned_data["day"])
    context = {"form": form, "today": clock.today(), "upcoming": upcoming}
    status = 422 if form.is_bound else 200
    return render(request, "desk/demonstration/clock.html", context, status=status)


def next_step_on(today: date) -> date | None:
    """The next day on which something changes by its date alone; None when nothing is to come."""
    days = [
        model._default_manager.filter(
            next_change_on__gt=today, next_change_on__lte=today + shifted_clock.LONGEST
        ).aggregate(first=Min("next_change_on"))["first"]
        for _, model in registered()
    ]
    return min((day for day in days if day is not None), default=None)


def _moved(request: HttpRequest, day: date) -> HttpResponse:
    shifted_clock.move_to(day)
    result = run_day(clock.today())
    drain()
    done = count(result.steps, "étape franchie", "étapes franchies")
    messages.success(request, typeset(f"Nous sommes le {date_in_words(day)} : {done}."))
    return redirect("demonstration_clock")
