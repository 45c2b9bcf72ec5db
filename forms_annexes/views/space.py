"""The partner's space: where things stand, and the requests page by page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.models import Habilitation
from contracts.models import Convention, Site
from forms_annexes.completeness import has_wrong_signatory, is_to_sign_online, unanswered
from forms_annexes.forms import PieceForm, block_form
from forms_annexes.models import AccessRequest, RequestPiece
from forms_annexes.models.requests import RequestStatus
from forms_annexes.reasons import ReturnReason
from forms_annexes.services import filling
from forms_annexes.services.instructing import add_piece
from forms_annexes.services.moving import RequestRefused, StaleRequest, open_task
from forms_annexes.services.sheets import pdf_of
from forms_annexes.services.standing import standing_of
from forms_annexes.services.visibility import partner_conventions, partner_requests
from forms_annexes.views.answers import (
    SUBMIT,
    answers_of,
    given_out,
    must_have,
    own_convention,
    own_request,
    piece_of,
    seen_revision,
    stale_is_a_conflict,
    steps_of,
)
from workflows import clock
from workflows.french import typeset


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The partner's conventions, with the requests under each and what is expected of whom."""
    today = clock.today()
    conventions = partner_conventions(request.user, today).select_related(
        "caisse", "partner", "pinned"
    )
    requests: dict[int, list[AccessRequest]] = {}
    for one in partner_requests(request.user, today):
        requests.setdefault(one.convention_id, []).append(one)
    rows = [
        {
            "convention": convention,
            "requests": [
                (one, standing_of(one), _names(one)) for one in requests.get(convention.pk, [])
            ],
            "may_ask": request.user.has_perm(SUBMIT, convention) and _has_form(convention),
            "sites": list(convention.sites.order_by("name")) if _by_site(convention) else [],
        }
        for convention in conventions.order_by("number")
    ]
    return render(request, "forms_annexes/home.html", {"rows": rows})


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a request, or go on with the one that is a draft."""
    convention = own_convention(request, pk)
    must_have(request, SUBMIT, convention)
    try:
        opened = filling.start(convention, request.user, site=_site(request, convention))
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
        "piece_form": PieceForm() if _lacks_delegation(access_request) else None,
    }
    return render(request, "forms_annexes/request.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def step(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One group of questions; what is sent is kept, then comes the next group."""
    access_request = own_request(request, pk)
    must_have(request, SUBMIT, access_request.convention)
    steps = steps_of(access_request)
    if not 1 <= number <= len(steps):
        raise Http404
    if not access_request.is_editable:
        raise StaleRequest("Cette demande est envoyée : ses réponses ne changent plus.")
    block = steps[number - 1]
    form = block_form(access_request, block, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        filling.answer(
            access_request, block.code, form.answers, seen_revision(request), form.quality
        )
        for warning in form.warnings:
            messages.warning(request, warning)
        if number < len(steps):
            return redirect("space_step", pk=pk, number=number + 1)
        return redirect("space_summary", pk=pk)
    context = {
        "access_request": access_request,
        "form": form,
        "title": block.label.rstrip(" :\N{NO-BREAK SPACE}"),
        "number": number,
        "previous": number - 1,
        "total": len(steps) + 1,
    }
    status = 422 if form.is_bound else 200
    return render(request, "forms_annexes/step.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """All the answers, to read over before sending."""
    access_request = own_request(request, pk)
    must_have(request, SUBMIT, access_request.convention)
    refusal = ""
    if request.method == "POST":
        try:
            sent = filling.send(access_request, request.user, seen_revision(request))
        except StaleRequest:
            raise
        except RequestRefused as refused:
            refusal = typeset(str(refused))
        else:
            if open_task(sent) == "sign":
                return redirect("space_signature", pk=pk)
            messages.success(request, acknowledgement(sent))
            return redirect("space_request", pk=pk)
    if not access_request.is_editable:
        return redirect("space_request", pk=pk)
    blocks = steps_of(access_request)
    context = {
        "access_request": access_request,
        "answers": answers_of(access_request),
        "missing": list(unanswered(access_request)),
        "refusal": refusal,
        "to_sign": is_to_sign_online(access_request),
        "signing": open_task(access_request) == "sign",
        "total": len(blocks) + 1,
    }
    return render(request, "forms_annexes/summary.html", context, status=422 if refusal else 200)


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
    """Join the delegation of signature that the caisse waits for."""
    access_request = own_request(request, pk)
    must_have(request, SUBMIT, access_request.convention)
    form = PieceForm(request.POST, request.FILES)
    if form.is_valid():
        add_piece(
            access_request,
            RequestPiece.Kind.DELEGATION,
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
def piece(request: HttpRequest, pk: int, piece: int) -> FileResponse:
    """A file of one of the partner's requests."""
    return given_out(piece_of(own_request(request, pk), piece))


@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The form filled with the answers, to print."""
    access_request = own_request(request, pk)
    return HttpResponse(
        pdf_of(access_request),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{access_request.number}.pdf"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def acknowledgement(sent: AccessRequest) -> str:
    """What is said once a request has reached the caisse."""
    return typeset(
        f"La demande {sent.number} est envoyée à {sent.convention.caisse.name}. "
        "Un accusé de réception vous est adressé par courriel."
    )


def _lacks_delegation(access_request: AccessRequest) -> bool:
    """Whether a delegation of signature would put the request right."""
    if access_request.status == RequestStatus.SUBMITTED.value:
        return has_wrong_signatory(access_request)
    asked = {ReturnReason.DELEGATION.value, ReturnReason.WRONG_SIGNATORY.value}
    return bool(asked & set(access_request.return_reasons))


def _has_form(convention: Convention) -> bool:
    return any("create" in form.operations for form in convention.rules.habilitation.forms)


def _by_site(convention: Convention) -> bool:
    forms = convention.rules.habilitation.forms
    return any(form.one_for == "site" and "create" in form.operations for form in forms)


def _site(request: HttpRequest, convention: Convention) -> Site | None:
    text = request.POST.get("site", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return get_object_or_404(convention.sites, pk=int(text))


def _names(access_request: AccessRequest) -> str:
    users: Any = access_request.users.order_by("position")
    return ", ".join(filter(None, (user.get_full_name() for user in users)))
