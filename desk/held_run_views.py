"""What the breaker holds back: what it would do, why it waits, and letting it go."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contracts.services.held_runs import LONGEST_REASON, CannotConfirm, confirm_held_run
from desk.held_runs import concerned
from forms_annexes.forms import DressedForm
from workflows import breaker, clock
from workflows.breaker import NotHeld
from workflows.french import typeset
from workflows.keys import LARGEST_KEY
from workflows.models import HeldRun

CONFIRM = "contracts.confirm_held_run"
may_look = permission_required("contracts.view_held_runs", raise_exception=True)

DECIDED = 20
"""How many past ones are shown."""


class ConfirmForm(DressedForm):
    """Why the run may go on, by somebody who looked at what it would do."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST_KEY)
    reason = forms.CharField(
        label="Motif",
        max_length=LONGEST_REASON,
        help_text="Sans nom de personne. Il reste au dossier du traitement.",
        error_messages={"required": "Dites pourquoi ce traitement peut se faire."},
    )
    looked = forms.BooleanField(
        label="J’ai regardé les cas ci-dessus : c’est bien ce qui doit arriver",
        error_messages={"required": "Regardez les cas ci-dessus, puis cochez la case."},
    )


@may_look
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Every held run, and what became of the latest ones."""
    over = HeldRun.objects.filter(~Q(HeldRun.OPEN)).select_related("confirmed_by")
    context = {
        "rows": [_told(held) for held in breaker.open_runs()],
        "decided": [_told(held) for held in over.order_by("-pk")[:DECIDED]],
        "limits": breaker.limits(),
        "percent": round(breaker.limits().share * 100),
    }
    return render(request, "desk/held_runs.html", context)


@may_look
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """What one run would do; let it go, for a reason."""
    held = _held(pk)
    may_confirm = request.user.has_perm(CONFIRM)
    if request.method == "POST" and not may_confirm:
        raise PermissionDenied
    form = ConfirmForm(request.POST or None, initial={"seen": held.count})
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            confirm_held_run(held, request.user, answers["reason"], answers["seen"])
        except CannotConfirm as refused:
            form.add_error("reason", str(refused))
        except NotHeld as changed:
            messages.warning(request, typeset(str(changed)))
            return redirect("held_runs")
        else:
            messages.success(request, typeset("C’est confirmé : le traitement reprend."))
            return redirect("held_runs")
    if not breaker.open_runs().filter(pk=held.pk).exists():
        messages.info(request, "Ce traitement n’est plus retenu.")
        return redirect("held_runs")
    found = concerned(held, request.user, clock.today())
    context = _told(held) | {"found": found, "form": form, "may_confirm": may_confirm}
    status = 422 if form.is_bound else 200
    return render(request, "desk/held_run.html", context, status=status)


def _told(held: HeldRun) -> dict[str, Any]:
    measure = breaker.measure_of(held)
    return {
        "held": held,
        "measure": measure,
        "what": measure.in_words(held.count),
        "why": measure.why(held),
    }


def _held(pk: int) -> HeldRun:
    if pk > LARGEST_KEY:
        raise Http404
    return get_object_or_404(HeldRun, pk=pk)
