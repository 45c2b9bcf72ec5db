"""When each caisse announces its deadlines, and the deadlines that passed unannounced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contracts.models import Caisse
from contracts.rules import is_staff
from contracts.services.visibility import visible_caisses, visible_conventions
from desk.alerts.forms import OutcomeForm, RemindersForm
from notifications.ladder_settings import (
    Courtesy,
    ReminderSettingWrong,
    attestation_of,
    courtesy_of,
    decide,
    ladders,
    own_of,
    practice_of,
)
from notifications.models import UnwarnedDeadline
from notifications.unwarned import AlreadyLookedAt, settle
from workflows import clock
from workflows.french import count, typeset
from workflows.keys import LARGEST_KEY

SET = "contracts.set_reminders"
ANSWER = "contracts.answer_for_deadlines"
ROWS_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Practised:
    """When one caisse announces its deadlines."""

    caisse: Caisse
    rows: tuple[tuple[str, str], ...] = ()
    """Each kind of deadline with its rungs, in words."""
    preparation: int = 0
    courtesy: Courtesy | None = None
    attestation: str = ""
    """When the partner is asked for its attestation, in words; empty where it is not."""
    fault: str = ""
    may_change: bool = False


@require_safe
def ladders_of_caisses(request: HttpRequest) -> HttpResponse:
    """When deadlines are announced, and to whom."""
    if not is_staff(request.user):
        raise PermissionDenied
    caisses = visible_caisses(request.user, clock.today()).order_by("name", "pk")
    page = Paginator(caisses, 10).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "practised": [_practised(request, caisse) for caisse in page.object_list],
        "without": [typeset(why) for why in ladders().without.values()],
    }
    return render(request, "desk/alerts/ladders.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Other days for the alerts of one caisse."""
    caisse = get_object_or_404(visible_caisses(request.user, clock.today()), code=code)
    if not request.user.has_perm(SET, caisse):
        raise PermissionDenied
    fault, initial = "", {}
    try:
        initial = RemindersForm.from_own(own_of(caisse))
    except ReminderSettingWrong as wrong:
        fault = str(wrong)
    form = RemindersForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        decide(caisse, form.content, request.user)
        said = "C’est enregistré : les prochaines alertes en tiennent compte."
        messages.success(request, typeset(said))
        return redirect("reminder_settings")
    context = {"form": form, "caisse": caisse, "fault": fault}
    return render(request, "desk/alerts/change.html", context, status=422 if form.errors else 200)


@require_safe
def unwarned(request: HttpRequest) -> HttpResponse:
    """The deadlines that passed while no alert of them had left: those to look at come first."""
    if not is_staff(request.user):
        raise PermissionDenied
    seen = visible_conventions(request.user, clock.today())
    rows = UnwarnedDeadline.objects.filter(convention__in=seen).select_related(
        "convention__partner", "convention__caisse", "seen_by"
    )
    waiting = request.GET.get("examinees") != "oui"
    rows = rows.filter(seen_at__isnull=waiting).order_by("due_on" if waiting else "-due_on", "pk")
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, ladders().kinds[row.deadline].label) for row in page.object_list],
        "waiting": waiting,
        "query": "" if waiting else "examinees=oui",
        "today": clock.today(),
    }
    return render(request, "desk/alerts/unwarned.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: what it was, and what became of it."""
    if pk > LARGEST_KEY:
        raise Http404
    seen = visible_conventions(request.user, clock.today())
    rows = UnwarnedDeadline.objects.filter(convention__in=seen).select_related(
        "convention__partner", "convention__caisse", "convention__pinned", "seen_by"
    )
    row = get_object_or_404(rows, pk=pk)
    may = request.user.has_perm(ANSWER, row.convention)
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not may:
            raise PermissionDenied
        if form.is_valid() and _settled(request, row, form.cleaned_data["outcome"]):
            return redirect("unwarned_deadlines")
    context: dict[str, Any] = {
        "row": row,
        "kind": ladders().kinds[row.deadline],
        "form": form,
        "may": may,
        "today": clock.today(),
    }
    return render(request, "desk/alerts/look.html", context, status=422 if form.errors else 200)


def _settled(request: HttpRequest, row: UnwarnedDeadline, outcome: str) -> bool:
    try:
        settle(row, outcome, request.user)
    except AlreadyLookedAt:
        messages.warning(request, typeset("Quelqu’un d’autre l’a examinée entre-temps."))
    else:
        messages.success(request, typeset("La suite donnée est enregistrée."))
    return True


def _practised(request: HttpRequest, caisse: Caisse) -> Practised:
    may_change = request.user.has_perm(SET, caisse)
    try:
        practice, courtesy = practice_of(caisse), courtesy_of(caisse)
        asked = attestation_of(caisse)
    except ReminderSettingWrong as wrong:
        return Practised(caisse, fault=str(wrong), may_change=may_change)
    rows = tuple(
        (kind.label[:1].upper() + kind.label[1:], _in_words(practice.ladders[code].days))
        for code, kind in ladders().kinds.items()
    )
    after = _enumerated(asked.days) if asked.enabled else ""
    return Practised(caisse, rows, practice.preparation, courtesy, after, may_change=may_change)


def _in_words(days: tuple[int, ...]) -> str:
    """« 120, 60 et 15 jours avant, puis le dernier jour ouvré »."""
    if not days:
        return typeset("Le dernier jour ouvré")
    return typeset(f"{_enumerated(days)} avant, puis le dernier jour ouvré")


def _enumerated(days: tuple[int, ...]) -> str:
    """« 120, 60 et 15 jours »; one at least."""
    *first, last = days
    said = count(last, "jour")
    return typeset(f"{', '.join(map(str, first))} et {said}" if first else said)
