"""The caisse's page for a structure that was closed: annul the closing, where it was a mistake."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from forms_annexes.models import StructureChange
from forms_annexes.services import structure_corrections
from forms_annexes.services.moving import StaleRequest
from forms_annexes.space_forms import CorrectionForm
from forms_annexes.views.answers import must_have
from forms_annexes.views.structure_answers import ANSWER
from workflows import clock
from workflows.french import typeset
from workflows.keys import LARGEST_KEY
from workflows.recording import ActRefused


@require_http_methods(["GET", "HEAD", "POST"])
def closing(request: HttpRequest, pk: int) -> HttpResponse:
    """One closing: who lost an access by it, and its correction with a reason."""
    change = _closing(request, pk)
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        must_have(request, ANSWER, change.convention)
        if form.is_valid():
            try:
                structure_corrections.correct_closing(
                    change, request.user, form.cleaned_data["reason"]
                )
            except StaleRequest as stale:
                return _conflict(request, str(stale))
            except ValidationError as refused:
                form.add_error(None, refused)
            except ActRefused as refused:
                form.add_error("reason", typeset(str(refused)))
            else:
                said = (
                    f"La fermeture de « {change.site} » est annulée. Vérifiez les accès de ses "
                    "utilisateurs."
                )
                messages.success(request, typeset(said))
                return redirect("structure_closing", pk=pk)
    context = {
        "change": change,
        "form": form,
        "leavers": _names(change),
        "answers": request.user.has_perm(ANSWER, change.convention),
        "today": clock.today(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "forms_annexes/instruction/closing.html", context, status=status)


def _closing(request: HttpRequest, pk: int) -> StructureChange:
    if pk > LARGEST_KEY:
        raise Http404
    seen = structure_corrections.visible_closings(request.user, clock.today())
    return get_object_or_404(seen, pk=pk)


def _names(change: StructureChange) -> list[str]:
    """Who left by the closing, each once."""
    acts = structure_corrections.departures_of(change)
    return sorted({act.subject.person.get_full_name() for act in acts})


def _conflict(request: HttpRequest, explanation: str) -> HttpResponse:
    context = {
        "explanation": typeset(explanation),
        "back": reverse("structure_changes"),
        "reference": getattr(request, "reference", ""),
    }
    return render(request, "forms_annexes/conflict.html", context, status=HTTPStatus.CONFLICT)
