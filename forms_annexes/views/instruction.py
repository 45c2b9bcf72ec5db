"""The caisse's pages: what waits to be checked, one request, an annex that came on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forms_annexes.completeness import has_wrong_signatory, obstacles, signature_of
from forms_annexes.forms import PieceForm
from forms_annexes.instruction_forms import GiveBackForm, InvitationForm, RefusalForm
from forms_annexes.models import AccessRequest, RequestPiece
from forms_annexes.models.requests import RequestStatus
from forms_annexes.services import instructing, invitations
from forms_annexes.services.moving import RequestRefused, StaleRequest
from forms_annexes.services.standing import standing_of
from forms_annexes.services.visibility import caisse_requests, inbox
from forms_annexes.views.answers import (
    INSTRUCT,
    answers_of,
    convention_to_instruct,
    given_out,
    piece_of,
    request_to_instruct,
    seen_request,
    seen_revision,
    stale_is_a_conflict,
)
from workflows import clock
from workflows.french import typeset


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """The requests to check, the oldest first."""
    tasks = inbox(request.user, clock.today())
    rows = [task.process.requestprocess.request for task in tasks]
    return render(request, "forms_annexes/instruction/inbox.html", {"rows": rows})


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, with what it lacks and what may be decided."""
    return _page(request, seen_request(request, pk))


@require_POST
@stale_is_a_conflict
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept every user of the request."""
    found = request_to_instruct(request, pk)
    try:
        instructing.accept(
            found,
            request.user,
            seen_revision=seen_revision(request),
            delegation_checked=request.POST.get("delegation_checked") == "on",
        )
    except StaleRequest:
        raise
    except RequestRefused as refused:
        return _page(request, found, refusal=typeset(str(refused)))
    messages.success(request, f"La demande {found.number} est acceptée.")
    return redirect("instruction_request", pk=pk)


@require_POST
@stale_is_a_conflict
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the request back with what is missing."""
    found = request_to_instruct(request, pk)
    form = GiveBackForm(request.POST)
    if not form.is_valid():
        return _page(request, found, give_back_form=form)
    instructing.give_back(
        found,
        request.user,
        form.cleaned_data["reasons"],
        form.cleaned_data["note"],
        seen_revision=seen_revision(request),
    )
    messages.success(request, f"La demande {found.number} est rendue pour complément.")
    return redirect("instruction_request", pk=pk)


@require_POST
@stale_is_a_conflict
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse every user of the request."""
    found = request_to_instruct(request, pk)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        return _page(request, found, refusal_form=form)
    instructing.refuse(
        found,
        request.user,
        form.cleaned_data["reason"],
        form.cleaned_data["note"],
        seen_revision=seen_revision(request),
    )
    messages.success(request, f"La demande {found.number} est refusée.")
    return redirect("instruction_request", pk=pk)


@require_POST
@stale_is_a_conflict
def join_piece(request: HttpRequest, pk: int) -> HttpResponse:
    """Join a delegation received beside the request."""
    found = request_to_instruct(request, pk)
    form = PieceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, piece_form=form)
    instructing.add_piece(
        found,
        RequestPiece.Kind.DELEGATION,
        form.cleaned_data["file"],
        request.user,
        seen_revision(request),
    )
    messages.success(request, "La pièce est jointe à la demande.")
    return redirect("instruction_request", pk=pk)


@require_safe
def piece(request: HttpRequest, pk: int, piece: int) -> FileResponse:
    """A file of a request."""
    return given_out(piece_of(seen_request(request, pk), piece))


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the director of the structure a link."""
    convention = convention_to_instruct(request, pk)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            invitations.invite(convention, author=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error("email", refused)
        else:
            messages.success(request, "L’invitation est envoyée. Le lien vaut quatorze jours.")
            return redirect("convention", pk=pk)
    context = {"convention": convention, "form": form}
    return render(
        request,
        "forms_annexes/instruction/invite.html",
        context,
        status=422 if form.is_bound else 200,
    )


def _page(request: HttpRequest, found: AccessRequest, **changed: Any) -> HttpResponse:
    found = caisse_requests(request.user, clock.today()).get(pk=found.pk)
    may_instruct = request.user.has_perm(INSTRUCT, found.convention)
    to_check = found.status == RequestStatus.SUBMITTED.value
    context = {
        "access_request": found,
        "standing": standing_of(found),
        "answers": answers_of(found),
        "users": found.users.order_by("position"),
        "pieces": found.pieces.select_related("evidence"),
        "signature": signature_of(found),
        "wrong_signatory": has_wrong_signatory(found),
        "obstacles": obstacles(found, delegation_checked=True) if to_check else [],
        "history": found.transitions.select_related("author"),
        "may_decide": to_check and may_instruct,
        "may_enter_again": found.status == RequestStatus.RETURNED.value and may_instruct,
        "give_back_form": GiveBackForm(),
        "refusal_form": RefusalForm(),
        "piece_form": PieceForm(),
        "refusal": "",
    } | changed
    return render(
        request, "forms_annexes/instruction/request.html", context, status=422 if changed else 200
    )
