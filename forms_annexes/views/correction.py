"""The caisse's pages to put one answer right, and to look again at what was decided."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from forms_annexes.completeness import signature_of
from forms_annexes.decision_forms import CorrectionForm, ReopeningForm
from forms_annexes.models import AccessRequest
from forms_annexes.services import correcting, reopening
from forms_annexes.services.moving import RequestRefused, StaleRequest, last_said
from forms_annexes.services.returning import Asked, Target, asked_of
from forms_annexes.views.answers import must_have, request_to_instruct, seen_revision
from forms_annexes.views.conflicts import stale_is_a_conflict
from workflows.french import typeset

REOPEN = "forms_annexes.reopen_request"


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Put right the answer that the address names."""
    found = request_to_instruct(request, pk)
    asked = _asked(request, found)
    if not correcting.may_correct(found):
        raise StaleRequest(f"Cette demande n’est plus à instruire. {last_said(found)}")
    form = CorrectionForm(request.POST if request.method == "POST" else None, asked=asked)
    if form.is_bound and form.is_valid():
        try:
            correcting.correct(
                found,
                asked.target,
                form.value,
                form.cleaned_data["reason"],
                request.user,
                seen_revision(request),
            )
        except StaleRequest:
            raise
        except (RequestRefused, ValidationError) as refused:
            form.add_error("value", _said(refused))
        else:
            messages.success(request, typeset(f"« {asked.label} » est corrigé."))
            return redirect("instruction_request", pk=pk)
    signature = signature_of(found)
    context = {
        "access_request": found,
        "asked": asked,
        "form": form,
        "loses_signature": signature is not None and not correcting.keeps_signature(found),
    }
    return render(
        request,
        "forms_annexes/instruction/correct.html",
        context,
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Look again at what was decided."""
    found = request_to_instruct(request, pk)
    must_have(request, REOPEN, found.convention)
    if found.status not in reopening.REOPENABLE:
        raise StaleRequest(f"Cette demande n’est pas décidée. {last_said(found)}")
    form = ReopeningForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        reopening.reopen(found, request.user, form.cleaned_data["reason"], seen_revision(request))
        messages.success(request, f"La demande {found.number} est rouverte.")
        return redirect("instruction_request", pk=pk)
    again = reopening.to_decide_again(found)
    context = {
        "access_request": found,
        "form": form,
        "again": again,
        "kept": [user for user in found.users.order_by("position") if user not in again],
    }
    return render(
        request,
        "forms_annexes/instruction/reopen.html",
        context,
        status=422 if form.is_bound else 200,
    )


def _asked(request: HttpRequest, found: AccessRequest) -> Asked:
    """The answer that the address names by its field and by the number of the named user."""
    target = Target(request.GET.get("champ", ""), request.GET.get("personne", ""))
    for one in asked_of(found):
        if one.target == target:
            return one
    raise Http404


def _said(refused: RequestRefused | ValidationError) -> str | ValidationError:
    if isinstance(refused, ValidationError):
        return ValidationError(refused.messages)
    return typeset(str(refused))
