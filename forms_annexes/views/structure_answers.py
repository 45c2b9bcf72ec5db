"""The caisse's pages for the structures that partners add in the life of a convention."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from forms_annexes.models import StructureChange
from forms_annexes.services import structure_changes
from forms_annexes.services.moving import RequestRefused, StaleRequest
from forms_annexes.services.structure_corrections import visible_closings
from forms_annexes.space_forms import StructureRefusalForm
from forms_annexes.views.answers import must_have
from forms_annexes.views.conflicts import conflict
from workflows import clock
from workflows.french import typeset
from workflows.keys import LARGEST_KEY

ANSWER = "forms_annexes.answer_structure"
MOST_CLOSINGS = 50
"""The last closings that the page lists: a mistake is seen soon."""


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """The structures declared that wait for an answer, the oldest first; those closed below."""
    today = clock.today()
    context = {
        "rows": structure_changes.to_answer(request.user, today),
        "closings": visible_closings(request.user, today)[:MOST_CLOSINGS],
    }
    return render(request, "forms_annexes/instruction/structures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One structure declared: confirmed in one step, or refused with a reason."""
    change = _change(request, pk)
    form = StructureRefusalForm(request.POST if "refuse" in request.POST else None)
    refusal, status = "", HTTPStatus.OK
    if request.method == "POST":
        must_have(request, ANSWER, change.convention)
        try:
            if "confirm" in request.POST:
                structure_changes.confirm(change, request.user)
                messages.success(
                    request,
                    typeset(
                        f"La convention {change.convention.number} couvre « {change.name} ». "
                        "Sa fiche est attendue du partenaire."
                    ),
                )
                return redirect("structure_changes")
            if form.is_valid():
                structure_changes.refuse(change, request.user, form.cleaned_data["reason"])
                messages.success(request, "La déclaration est refusée, avec son motif.")
                return redirect("structure_changes")
        except StaleRequest as stale:
            return conflict(request, str(stale), reverse("structure_changes"))
        except (RequestRefused, ValidationError) as refused:
            messages_of = getattr(refused, "messages", [str(refused)])
            refusal = typeset(" ".join(messages_of))
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {
        "change": change,
        "form": form,
        "refusal": refusal,
        "answers": request.user.has_perm(ANSWER, change.convention),
    }
    return render(request, "forms_annexes/instruction/structure.html", context, status=status)


def _change(request: HttpRequest, pk: int) -> StructureChange:
    if pk > LARGEST_KEY:
        raise Http404
    seen = structure_changes.visible_changes(request.user, clock.today())
    return get_object_or_404(seen, pk=pk)
