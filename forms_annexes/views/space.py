"""The partner's space: where things stand, and the requests page by page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from access.models import Habilitation
from contracts.models import Convention, Site
from forms_annexes.completeness import has_wrong_signatory
from forms_annexes.forms import PieceForm
from forms_annexes.models import AccessRequest, RequestPiece, Side
from forms_annexes.models.requests import RequestStatus
from forms_annexes.reasons import ReturnReason
from forms_annexes.services import filling
from forms_annexes.services.chronicle import history_of
from forms_annexes.services.instructing import add_piece
from forms_annexes.services.moving import RequestRefused, StaleRequest
from forms_annexes.services.returning import first_open_block
from forms_annexes.services.sheets import Format
from forms_annexes.services.standing import standing_of
from forms_annexes.views.answers import (
    SUBMIT,
    answers_of,
    given_out,
    must_have,
    own_convention,
    own_request,
    piece_of,
    seen_revision,
    sheet_given_out,
    steps_of,
)
from forms_annexes.views.conflicts import stale_is_a_conflict
from forms_annexes.views.exchanges import exchange_context
from templates_conventions.assembly import CannotAssemble
from workflows.french import typeset


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a request, or go on with the one that is a draft."""
    convention = own_convention(request, pk)
    must_have(request, SUBMIT, convention)
    try:
        opened = filling.start(
            convention,
            request.user,
            site=_site(request, convention),
            form_code=request.POST.get("form", ""),
        )
    except RequestRefused as refused:
        messages.error(request, typeset(str(refused)))
        return redirect("space")
    return redirect("space_step", pk=opened.pk, number=1)


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: where it is, what is expected of whom, when access should open."""
    access_request = own_request(request, pk)
    status = access_request.status
    context = {
        "access_request": access_request,
        "standing": standing_of(access_request),
        "answers": answers_of(access_request),
        "users": access_request.users.order_by("position"),
        "pieces": access_request.pieces.select_related("evidence"),
        "habilitations": Habilitation.objects.filter(
            request_reference__in=access_request.users.values("reference")
        ),
        "may_act": request.user.has_perm(SUBMIT, access_request.convention),
        "may_withdraw": access_request.is_editable or status == RequestStatus.SUBMITTED.value,
        "first_step": _first_step(access_request),
        "history": history_of(access_request, for_staff=False),
        "piece_form": _piece_form(access_request),
    }
    context |= exchange_context(request, access_request, Side.PARTNER)
    return render(request, "forms_annexes/request.html", context)


@require_POST
@stale_is_a_conflict
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the request up."""
    access_request = own_request(request, pk)
    must_have(request, SUBMIT, access_request.convention)
    filling.withdraw(access_request, request.user, seen_revision(request))
    messages.success(request, f"La demande {access_request.number} est retirée.")
    return redirect("space")


@require_POST
@stale_is_a_conflict
def join_piece(request: HttpRequest, pk: int) -> HttpResponse:
    """Join the piece that the caisse waits for."""
    access_request = own_request(request, pk)
    must_have(request, SUBMIT, access_request.convention)
    form = _piece_form(access_request, request.POST, request.FILES)
    if form is None:
        raise StaleRequest("La caisse n’attend pas de pièce pour cette demande.")
    if form.is_valid():
        add_piece(
            access_request,
            _piece_awaited(access_request) or RequestPiece.Kind.OTHER,
            form.cleaned_data["file"],
            request.user,
            seen_revision(request),
        )
        messages.success(request, "La pièce est jointe à la demande.")
        return redirect("space_request", pk=pk)
    return render(
        request,
        "forms_annexes/piece.html",
        {"access_request": access_request, "form": form},
        status=422,
    )


@require_safe
@stale_is_a_conflict
def piece(request: HttpRequest, pk: int, piece: int) -> HttpResponseBase:
    """A file of one of the partner's requests."""
    return given_out(piece_of(own_request(request, pk), piece))


@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The form filled with the answers: a PDF to print, or a text to work on (``format=docx``)."""
    access_request = own_request(request, pk)
    asked = request.GET.get("format", Format.PDF.value)
    if asked not in set(Format) or not access_request.form_code:
        raise Http404
    try:
        return sheet_given_out(access_request, Format(asked))
    except CannotAssemble:
        # Nobody is named yet, where the form has lines for one person at least.
        messages.error(
            request, "Répondez d’abord aux questions : la feuille se remplit avec elles."
        )
        return redirect("space_request", pk=pk)


def _first_step(access_request: AccessRequest) -> int:
    """The page of the form to go to: the first with something to take up again."""
    wanted = first_open_block(access_request) if access_request.is_editable else ""
    codes = [block.code for block in steps_of(access_request)]
    return codes.index(wanted) + 1 if wanted in codes else 1


def _piece_awaited(access_request: AccessRequest) -> RequestPiece.Kind | None:
    """What would put the request right, if it is a piece that the partner may join here."""
    if access_request.status == RequestStatus.SUBMITTED.value:
        wrong = has_wrong_signatory(access_request)
        return RequestPiece.Kind.DELEGATION if wrong else None
    asked = {ReturnReason(code) for code in access_request.return_reasons}
    if asked & {ReturnReason.DELEGATION, ReturnReason.WRONG_SIGNATORY}:
        return RequestPiece.Kind.DELEGATION
    if asked & {ReturnReason.UNREADABLE, ReturnReason.OTHER}:
        return RequestPiece.Kind.OTHER
    return None


def _piece_form(access_request: AccessRequest, *sent: Any) -> PieceForm | None:
    awaited = _piece_awaited(access_request)
    if awaited is None:
        return None
    other = awaited is RequestPiece.Kind.OTHER
    return PieceForm(*sent, label="La pièce que la caisse demande" if other else "")


def _site(request: HttpRequest, convention: Convention) -> Site | None:
    text = request.POST.get("site", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return get_object_or_404(convention.sites, pk=int(text))
