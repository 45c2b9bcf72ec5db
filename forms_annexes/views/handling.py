"""The staff's pages: the queue of declarations, one of them, one entered on a partner's behalf."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.rules import is_staff
from contracts.services.visibility import roles_for
from forms_annexes.declaration_forms import CommentForm, DeclarationForm, HandlingForm
from forms_annexes.declarations.kinds import kinds
from forms_annexes.declarations.offers import offers, why_not
from forms_annexes.models import Declaration
from forms_annexes.models.declarations import DeclarationStatus
from forms_annexes.services import declaring, handling
from forms_annexes.services.declaration_situation import situation_of
from forms_annexes.services.declaration_standing import clocks_of, declaration_standing
from forms_annexes.services.declaration_visibility import caisse_declarations, to_handle
from forms_annexes.views.answers import convention_to_instruct, seen_revision
from forms_annexes.views.conflicts import stale_is_a_conflict, waiting_file_is_a_conflict
from forms_annexes.views.declaration_pages import (
    explained,
    given_out,
    kind_in,
    seen_declaration,
    told_of,
)
from workflows import clock
from workflows.recording import ActRefused

ROWS_A_PAGE = 25


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for the caisse, the urgent first; or, asked for, the whole register of a kind."""
    if not is_staff(request.user):
        raise PermissionDenied
    today = clock.today()
    kind = next((one for one in kinds() if one.slug == request.GET.get("objet")), None)
    everything = request.GET.get("etat") == "toutes"
    found = (
        caisse_declarations(request.user, today) if everything else to_handle(request.user, today)
    )
    if kind is not None:
        found = found.filter(kind=kind.code)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    # The filters stay when one turns the page.
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page,
        "query": query.urlencode(),
        "rows": [
            {
                "declaration": one,
                "kind": one.definition,
                "standing": declaration_standing(one),
                "clocks": clocks_of(one),
            }
            for one in page.object_list
        ],
        "kinds": [one for one in kinds() if not one.page],
        "chosen": kind,
        "everything": everything,
        "today": today,
    }
    return render(request, "forms_annexes/declarations/queue.html", context)


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One declaration, with what may be done about it."""
    return _page(request, seen_declaration(request, pk))


@require_POST
@stale_is_a_conflict
def handle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it is done, and on what day."""
    found = _to_handle(request, pk)
    form = _handling_form(found, request.POST)
    if form.is_valid():
        try:
            handling.handle(
                found,
                request.user,
                form.cleaned_data["handled_on"],
                form.cleaned_data["note"],
                enters=form.enters,
                seen_revision=seen_revision(request),
            )
        except ValidationError as faults:
            for name, said in faults.message_dict.items():
                form.add_error(name if name in form.fields else None, said)
        except ActRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"La déclaration {found.number} est traitée.")
            return redirect("declaration", pk=pk)
    return _page(request, found, handling_form=form)


@require_POST
@stale_is_a_conflict
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it back to the partner with what is missing."""
    found = _to_handle(request, pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _page(request, found, comment_form=form)
    handling.give_back(found, request.user, form.cleaned_data["comment"], seen_revision(request))
    messages.success(request, f"La déclaration {found.number} est rendue au partenaire.")
    return redirect("declaration", pk=pk)


@require_safe
@waiting_file_is_a_conflict("declaration")
def piece(request: HttpRequest, pk: int, piece: int) -> HttpResponseBase:
    """A file of a declaration."""
    return given_out(seen_declaration(request, pk), piece)


@require_safe
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """What a partner declared on paper or by mail."""
    convention = convention_to_instruct(request, pk)
    offered = [one for one in offers(situation_of(convention)) if not one.kind.page]
    context = {
        "convention": convention,
        "possible": [one.kind for one in offered if not one.why_not],
        "impossible": [one for one in offered if one.why_not],
    }
    return render(request, "forms_annexes/declarations/enter_choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def enter(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """A declaration that came on paper or by mail, copied on the partner's behalf."""
    convention = convention_to_instruct(request, pk)
    kind = kind_in(slug)
    if kind.page:
        return redirect("declaration_choose", pk=pk)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DeclarationForm(
        *sent,
        kind=kind,
        rules=convention.rules,
        sites=convention.sites.order_by("name", "pk"),
        whole_partner=True,
        on_behalf=True,
    )
    if form.is_bound and form.is_valid():
        try:
            entered = declaring.declare(
                convention,
                kind,
                request.user,
                form.told,
                received=form.received,
                form_token=form.cleaned_data["form_token"],
            )
        except ValidationError as faults:
            form.refuse(faults)
        else:
            messages.success(request, f"La déclaration {entered.number} est enregistrée.")
            return redirect("declaration", pk=entered.pk)
    elif not form.is_bound and (reason := why_not(kind, situation_of(convention))):
        messages.error(request, reason)
        return redirect("declaration_choose", pk=pk)
    context = {
        "convention": convention,
        "form": form,
        **explained(kind, convention.rules, convention.caisse),
    }
    return render(
        request,
        "forms_annexes/declarations/enter.html",
        context,
        status=422 if form.is_bound else 200,
    )


def _may_handle(request: HttpRequest, found: Declaration) -> bool:
    roles = roles_for(request.user, found.convention, clock.today())
    return bool(roles & set(found.definition.handled_by))


def _to_handle(request: HttpRequest, pk: int) -> Declaration:
    found = seen_declaration(request, pk)
    if not _may_handle(request, found):
        raise PermissionDenied
    return found


def _handling_form(found: Declaration, data: Any = None) -> HandlingForm:
    label = "Inscrire cette personne parmi les signataires" if found.kind == "signatory" else ""
    return HandlingForm(
        data, kind=found.definition, enters_label=label, initial={"handled_on": clock.today()}
    )


def _page(request: HttpRequest, found: Declaration, **changed: Any) -> HttpResponse:
    found = caisse_declarations(request.user, clock.today()).get(pk=found.pk)
    to_do = found.status == DeclarationStatus.SENT.value and _may_handle(request, found)
    context = {
        **told_of(found),
        "may_handle": to_do,
        "is_agent": request.user.has_perm("contracts.prepare_avenant", found.convention),
        "handling_form": _handling_form(found),
        "comment_form": CommentForm(),
    } | changed
    return render(
        request,
        "forms_annexes/declarations/staff_one.html",
        context,
        status=422 if changed else 200,
    )
