"""The caisse's pages for what was asked on line before a convention: look, refuse, or draft."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from forms_annexes.models import PublicRequest
from forms_annexes.models.public_requests import PublicStatus
from forms_annexes.public_instruction_forms import PrepareForm, PublicRefusalForm
from forms_annexes.public_reading import answers_of, contact_of
from forms_annexes.services import public_preparing
from forms_annexes.services.moving import RequestRefused, StaleRequest
from forms_annexes.views.conflicts import conflict
from workflows import clock
from workflows.french import typeset
from workflows.keys import LARGEST_KEY

DRAFT = "contracts.draft_convention"


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """The requests to look at, the oldest first."""
    rows = public_preparing.waiting_for(request.user, clock.today())
    return render(request, "forms_annexes/public/waiting.html", {"rows": rows})


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, whose it may be, and what may be decided."""
    return _page(request, _seen(request, pk))


@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no, with a reason from the list."""
    public = _to_decide(request, pk)
    form = PublicRefusalForm(request.POST)
    if form.is_valid():
        try:
            public_preparing.refuse(public, request.user, **form.cleaned_data)
        except StaleRequest as stale:
            return conflict(request, str(stale), _address(public))
        except ValidationError as refused:
            form.add_error("note", refused)
        else:
            messages.success(request, f"La demande {public.number} est refusée.")
            return redirect("public_requests")
    return _page(request, public, refusal_form=form)


@require_POST
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the convention, and invite whoever asked."""
    public = _to_decide(request, pk)
    form = _prepare_form(public, request.POST)
    if form.is_valid():
        try:
            convention = public_preparing.prepare(
                public, request.user, partner=form.partner, again=form.cleaned_data["again"]
            )
        except StaleRequest as stale:
            return conflict(request, str(stale), _address(public))
        except RequestRefused as refused:
            return _page(request, public, prepare_form=form, refusal=typeset(str(refused)))
        except ValidationError as refused:
            words = typeset(" ".join(refused.messages))
            return _page(request, public, prepare_form=form, refusal=words)
        messages.success(
            request,
            f"La convention {convention.number} est en brouillon, et la personne est invitée.",
        )
        return redirect("convention", pk=convention.pk)
    return _page(request, public, prepare_form=form)


def _seen(request: HttpRequest, pk: int) -> PublicRequest:
    if pk > LARGEST_KEY:
        raise Http404
    return get_object_or_404(public_preparing.seen_by(request.user, clock.today()), pk=pk)


def _to_decide(request: HttpRequest, pk: int) -> PublicRequest:
    public = _seen(request, pk)
    if not request.user.has_perm(DRAFT, public.caisse):
        raise PermissionDenied
    return public


def _prepare_form(public: PublicRequest, data: Any = None) -> PrepareForm:
    partners = public_preparing.possible_partners(public)
    alive = {
        convention
        for partner in partners
        for convention in public_preparing.conventions_alive(public, partner)
    }
    return PrepareForm(
        data,
        partners=partners,
        known_by_number=public_preparing.is_known_by_number(public),
        alive=sorted(alive, key=lambda one: one.number),
    )


def _page(request: HttpRequest, public: PublicRequest, **changed: Any) -> HttpResponse:
    to_decide = public.status == PublicStatus.RECEIVED.value
    context = {
        "public": public,
        "answers": answers_of(public),
        "contact": contact_of(public),
        "may_decide": to_decide and request.user.has_perm(DRAFT, public.caisse),
        "prepare_form": changed.get("prepare_form") or _prepare_form(public),
        "refusal_form": PublicRefusalForm(),
        "refusal": "",
    } | changed
    return render(
        request,
        "forms_annexes/public/one.html",
        context,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if changed else HTTPStatus.OK,
    )


def _address(public: PublicRequest) -> str:
    return reverse("public_request_one", args=[public.pk])
