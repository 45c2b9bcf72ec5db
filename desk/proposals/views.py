"""« À confirmer »: what others propose, weighed again, then confirmed or refused by another."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.models import EvidenceFile, Proposal, ProposalAnswer
from contracts.rules import is_staff
from contracts.services.file_verification import released
from contracts.services.proposals import (
    NotProposed,
    confirm,
    kind_of,
    may_decide,
    refuse,
    to_confirm,
    visible_proposals,
    what_changed,
    withdraw,
)
from desk.proposals.forms import AnswerForm
from desk.proposals.showing import shown_of
from forms_annexes.views.conflicts import waiting_file_is_a_conflict
from ui.attachments import attachment
from workflows import clock
from workflows.french import typeset
from workflows.keys import LARGEST_KEY

SHOWN = 50
"""How many of each list are shown."""


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for this person, what waits for others, and what became of the latest ones."""
    if not is_staff(request.user):
        raise PermissionDenied
    today, user = clock.today(), request.user
    mine = to_confirm(user, today)
    seen = visible_proposals(user, today)
    others = seen.open().exclude(pk__in=mine.values("pk"))
    answered = ProposalAnswer.objects.filter(proposal__in=seen).select_related(
        "author", "proposal__proposed_by", "proposal__convention__partner", "proposal__caisse"
    )
    context = {
        "mine": [_row(one) for one in mine[:SHOWN]],
        "others": [_row(one) for one in others[:SHOWN]],
        "answered": answered.order_by("-at", "-pk")[:SHOWN],
    }
    return render(request, "desk/proposals/waiting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """What one proposal would change; confirm it, or refuse it with the reason."""
    proposal = _visible(request, pk)
    answer = ProposalAnswer.objects.filter(proposal=proposal).select_related("author").first()
    may = may_decide(request.user, proposal)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not may:
            raise PermissionDenied
        if form.is_valid() and _answered(request, proposal, form):
            return redirect("proposals")
    changes = () if answer else what_changed(proposal)
    context: dict[str, Any] = {
        **_row(proposal),
        "answer": answer,
        "form": form,
        "changes": changes,
        "own": proposal.proposed_by_id == request.user.pk,
        "may": may,
        "kind": kind_of(proposal),
        "files": [joined.file for joined in proposal.evidence.select_related("file")],
    }
    if not answer and not changes:
        shown = shown_of(proposal)
        try:
            context |= {"shown": shown.template, **shown.context(proposal)}
        except NotProposed as refused:
            context["impossible"] = str(refused)
    status = 422 if form.is_bound else 200
    return render(request, "desk/proposals/proposal.html", context, status=status)


@require_POST
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own proposal, given up."""
    proposal = _visible(request, pk)
    if proposal.proposed_by_id != request.user.pk:
        raise PermissionDenied
    try:
        withdraw(proposal, request.user)
    except NotProposed as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, typeset("C’est retiré : rien n’a changé."))
    return redirect("proposals")


@require_safe
@waiting_file_is_a_conflict("proposal")
def evidence(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """A file that proves what is proposed."""
    joined = _visible(request, pk).evidence.values("file")
    if file > LARGEST_KEY:
        raise Http404
    row = get_object_or_404(EvidenceFile.objects.filter(pk__in=joined), pk=file)
    return attachment(released(row), row.original_name, row.content_type)


def _answered(request: HttpRequest, proposal: Proposal, form: AnswerForm) -> bool:
    refuses = "refuse" in request.POST
    try:
        if refuses:
            refuse(proposal, request.user, form.cleaned_data["reason"])
        elif "confirm" in request.POST:
            confirm(proposal, request.user)
        else:
            raise NotProposed("Confirmez la proposition, ou refusez-la.")
    except NotProposed as refused:
        form.add_error("reason" if refuses else None, str(refused))
        return False
    said = "C’est refusé : rien n’a changé." if refuses else "C’est confirmé et enregistré."
    messages.success(request, typeset(said))
    return True


def _row(proposal: Proposal) -> dict[str, Any]:
    return {"proposal": proposal, "kind": kind_of(proposal)}


def _visible(request: HttpRequest, pk: int) -> Proposal:
    """The proposal, if it exists for this user."""
    if pk > LARGEST_KEY:
        raise Http404
    seen = visible_proposals(request.user, clock.today()).select_related(
        "convention__caisse", "convention__pinned"
    )
    return get_object_or_404(seen, pk=pk)
