"""The caisse's pages: what waits to be checked, one request, an annex that came on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.models import Convention
from contracts.services.documents import facts_of
from contracts.services.visibility import visible_conventions
from forms_annexes.completeness import has_wrong_signatory, obstacles, signature_of
from forms_annexes.forms import BlockForm, PieceForm
from forms_annexes.instruction_forms import GiveBackForm, InvitationForm, PaperForm, RefusalForm
from forms_annexes.models import AccessRequest, RequestPiece
from forms_annexes.models.requests import RequestChannel, RequestKind, RequestStatus
from forms_annexes.services import instructing, invitations
from forms_annexes.services.filling import form_for
from forms_annexes.services.moving import RequestRefused, StaleRequest
from forms_annexes.services.standing import standing_of
from forms_annexes.services.structures import only_site
from forms_annexes.services.visibility import caisse_requests, inbox
from forms_annexes.views.answers import (
    LARGEST_KEY,
    answers_of,
    given_out,
    must_have,
    piece_of,
    seen_revision,
    stale_is_a_conflict,
)
from templates_conventions.forms import form_definition
from workflows import clock
from workflows.french import typeset

INSTRUCT = "forms_annexes.instruct_request"


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """The requests to check, the oldest first."""
    tasks = inbox(request.user, clock.today())
    rows = [task.process.requestprocess.request for task in tasks]
    return render(request, "forms_annexes/instruction/inbox.html", {"rows": rows})


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, with what it lacks and what may be decided."""
    return _page(request, _seen(request, pk))


@require_POST
@stale_is_a_conflict
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept every user of the request."""
    found = _to_instruct(request, pk)
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
    found = _to_instruct(request, pk)
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
    found = _to_instruct(request, pk)
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
    found = _to_instruct(request, pk)
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
    return given_out(piece_of(_seen(request, pk), piece))


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter an annex that came on paper or by mail."""
    convention = _convention(request, pk)
    must_have(request, INSTRUCT, convention)
    try:
        code = form_for(convention, RequestKind.CREATE)
    except RequestRefused as refused:
        messages.error(request, str(refused))
        return redirect("convention", pk=pk)
    posted = request.method == "POST"
    paper = PaperForm(request.POST, request.FILES) if posted else PaperForm()
    blocks = _block_forms(convention, code, request.POST if posted else None)
    if posted and all([paper.is_valid(), *(form.is_valid() for form in blocks)]):
        given = paper.cleaned_data
        try:
            entered = instructing.enter(
                convention,
                instructing.PaperForm(
                    channel=RequestChannel(given["channel"]),
                    received_on=given["received_on"],
                    answers={form.block.code: form.answers for form in blocks},
                    signatory_quality=next((q for form in blocks if (q := form.quality)), ""),
                    scan=given["scan"],
                    signed_on=given["signed_on"],
                ),
                request.user,
                site=only_site(convention) if _for_site(convention, code) else None,
            )
        except (RequestRefused, ValidationError) as refused:
            paper.add_error(None, refused if isinstance(refused, ValidationError) else str(refused))
        else:
            for warning in (warning for form in blocks for warning in form.warnings):
                messages.warning(request, warning)
            messages.success(request, f"La demande {entered.number} est enregistrée.")
            return redirect("instruction_request", pk=entered.pk)
    context = {"convention": convention, "paper": paper, "blocks": blocks}
    return render(
        request, "forms_annexes/instruction/enter.html", context, status=422 if posted else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the director of the structure a link."""
    convention = _convention(request, pk)
    must_have(request, INSTRUCT, convention)
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
        "may_decide": to_check and request.user.has_perm(INSTRUCT, found.convention),
        "give_back_form": GiveBackForm(),
        "refusal_form": RefusalForm(),
        "piece_form": PieceForm(),
        "refusal": "",
    } | changed
    return render(
        request, "forms_annexes/instruction/request.html", context, status=422 if changed else 200
    )


def _seen(request: HttpRequest, pk: int) -> AccessRequest:
    if pk > LARGEST_KEY:
        raise Http404
    return get_object_or_404(caisse_requests(request.user, clock.today()), pk=pk)


def _to_instruct(request: HttpRequest, pk: int) -> AccessRequest:
    found = _seen(request, pk)
    must_have(request, INSTRUCT, found.convention)
    return found


def _convention(request: HttpRequest, pk: int) -> Convention:
    if pk > LARGEST_KEY:
        raise Http404
    seen = visible_conventions(request.user, clock.today())
    return get_object_or_404(seen.select_related("caisse", "partner", "pinned"), pk=pk)


def _for_site(convention: Convention, code: str) -> bool:
    forms = convention.rules.habilitation.forms
    return any(form.code == code and form.one_for == "site" for form in forms)


def _block_forms(convention: Convention, code: str, data: Any) -> list[BlockForm]:
    """The whole annex on one page, as the clerk copies it from the sheet."""
    rule = next(form for form in convention.rules.habilitation.forms if form.code == code)
    facts = facts_of(convention)
    forms = []
    for block in form_definition(convention.rulebook_code, code).blocks:
        signs = any(field.kind == "signature" for field in block.fields)
        initial = {
            field.code.replace(".", "_"): facts.at(field.prefill)
            for field in block.fields
            if field.prefill
        }
        form = BlockForm(
            data, block=block, initial=initial, qualities=rule.signed_by if signs else ()
        )
        if form.fields:
            forms.append(form)
    return forms
