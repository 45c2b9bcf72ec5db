"""The partner's pages: what may be declared, one declaration being made, one being followed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.models import Convention
from forms_annexes.declaration_forms import DeclarationForm, JoinForm, initial_of
from forms_annexes.declarations.kinds import Kind
from forms_annexes.declarations.notice_preview import in_one_sentence
from forms_annexes.declarations.offers import offers, why_not
from forms_annexes.models import Declaration
from forms_annexes.models.declarations import DeclarationStatus
from forms_annexes.services import declaring
from forms_annexes.services.declaration_situation import situation_of
from forms_annexes.services.declaration_standing import declaration_standing
from forms_annexes.services.declaration_visibility import (
    answers_for_whole_partner,
    partner_declarations,
)
from forms_annexes.services.declaring import StaleDeclaration
from forms_annexes.services.notice_previewing import preview_of
from forms_annexes.services.visibility import own_sites
from forms_annexes.views.answers import SUBMIT, must_have, own_convention, seen_revision
from forms_annexes.views.conflicts import stale_is_a_conflict, waiting_file_is_a_conflict
from forms_annexes.views.declaration_pages import (
    explained,
    given_out,
    kind_in,
    own_declaration,
    told_of,
)
from workflows import clock
from workflows.french import typeset


@require_safe
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened: what may be declared now, the rest with why not; what already was."""
    convention = own_convention(request, pk)
    must_have(request, SUBMIT, convention)
    offered = offers(situation_of(convention, whole_partner=_whole(request, convention)))
    declared = partner_declarations(request.user, clock.today()).filter(convention=convention)
    context = {
        "convention": convention,
        "possible": [
            (one.kind, one.kind.article(convention.rules)) for one in offered if not one.why_not
        ],
        "impossible": [one for one in offered if one.why_not],
        "declared": [(one, declaration_standing(one)) for one in declared],
    }
    return render(request, "forms_annexes/declarations/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def declare(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One declaration being made."""
    convention = own_convention(request, pk)
    must_have(request, SUBMIT, convention)
    kind = kind_in(slug)
    if kind.page:
        return redirect(kind.page, pk=pk)
    whole = _whole(request, convention)
    form = _form(request, convention, kind, whole)
    if form.is_bound and form.is_valid():
        try:
            sent = declaring.declare(
                convention,
                kind,
                request.user,
                form.told,
                whole_partner=whole,
                form_token=form.cleaned_data["form_token"],
            )
        except ValidationError as faults:
            form.refuse(faults)
        else:
            messages.success(request, _acknowledgement(sent))
            return redirect("space_declaration", pk=sent.pk)
    elif not form.is_bound and (
        reason := why_not(kind, situation_of(convention, whole_partner=whole))
    ):
        messages.error(request, reason)
        return redirect("space_declare", pk=pk)
    return _asking(request, convention, kind, form, {"button": "Envoyer à la caisse"})


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One declaration: where it is, what is expected of whom."""
    return _followed(request, own_declaration(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """A declaration that the caisse gave back, to complete and send again."""
    found = _mine(request, pk)
    if found.status != DeclarationStatus.RETURNED.value:
        raise StaleDeclaration("Cette déclaration n’est pas, ou plus, à compléter.")
    convention, kind = found.convention, found.definition
    form = _form(
        request,
        convention,
        kind,
        _whole(request, convention),
        has_piece=found.pieces.exists(),
        initial=initial_of(found),
    )
    if form.is_bound and form.is_valid():
        try:
            declaring.send_again(found, request.user, form.told, seen_revision(request))
        except ValidationError as faults:
            form.refuse(faults)
        else:
            messages.success(request, _acknowledgement(found))
            return redirect("space_declaration", pk=pk)
    more = {"declaration": found, "button": "Renvoyer à la caisse"}
    return _asking(request, convention, kind, form, more)


@require_POST
@stale_is_a_conflict
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a declaration back."""
    found = declaring.withdraw(_mine(request, pk), request.user, seen_revision(request))
    messages.success(request, f"La déclaration {found.number} est retirée.")
    return redirect("space_declaration", pk=pk)


@require_POST
@stale_is_a_conflict
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Join a document that was not at hand."""
    found = _mine(request, pk)
    form = JoinForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            declaring.join_piece(
                found, request.user, form.cleaned_data["piece"], seen_revision(request)
            )
        except ValidationError as faults:
            form.refuse(faults)
        else:
            messages.success(request, "Le document est joint à la déclaration.")
            return redirect("space_declaration", pk=pk)
    return _followed(request, found, join_form=form)


@require_safe
@waiting_file_is_a_conflict("space_declaration")
def piece(request: HttpRequest, pk: int, piece: int) -> HttpResponseBase:
    """A file of one of the partner's declarations."""
    return given_out(own_declaration(request, pk), piece)


def _whole(request: HttpRequest, convention: Convention) -> bool:
    return answers_for_whole_partner(request.user, convention, clock.today())


def _mine(request: HttpRequest, pk: int) -> Declaration:
    """The declaration of the page, if the user may act on it and not only read it."""
    found = own_declaration(request, pk)
    must_have(request, SUBMIT, found.convention)
    if not _may_act(request, found):
        raise PermissionDenied
    return found


def _may_act(request: HttpRequest, found: Declaration) -> bool:
    if _whole(request, found.convention):
        return True
    own = own_sites(request.user, found.convention, clock.today())
    return found.site_id in {site.pk for site in own}


def _form(
    request: HttpRequest,
    convention: Convention,
    kind: Kind,
    whole: bool,
    *,
    has_piece: bool = False,
    initial: dict[str, Any] | None = None,
) -> DeclarationForm:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    return DeclarationForm(
        *sent,
        kind=kind,
        rules=convention.rules,
        sites=own_sites(request.user, convention, clock.today()),
        whole_partner=whole,
        has_piece=has_piece,
        initial=initial,
    )


def _asking(
    request: HttpRequest,
    convention: Convention,
    kind: Kind,
    form: DeclarationForm,
    more: dict[str, Any],
) -> HttpResponse:
    notice = preview_of(convention) if kind.code == "notice" else None
    context = {
        "convention": convention,
        "form": form,
        "notice": notice,
        "notice_sentence": in_one_sentence(notice) if notice else "",
        "whole": _whole(request, convention),
        "today": clock.today(),
        **explained(kind, convention.rules, convention.caisse),
        **more,
    }
    return render(
        request,
        "forms_annexes/declarations/declare.html",
        context,
        status=422 if form.is_bound else 200,
    )


def _followed(
    request: HttpRequest, found: Declaration, join_form: JoinForm | None = None
) -> HttpResponse:
    may_act = request.user.has_perm(SUBMIT, found.convention) and _may_act(request, found)
    convention, kind = found.convention, found.definition
    notice = preview_of(convention) if kind.code == "notice" and found.is_in_progress else None
    context = {
        **told_of(found),
        **explained(kind, convention.rules, convention.caisse),
        "notice": notice,
        "notice_sentence": in_one_sentence(notice) if notice else "",
        "whole": _whole(request, convention),
        "convention": convention,
        "today": clock.today(),
        "may_complete": may_act and found.status == DeclarationStatus.RETURNED.value,
        "may_withdraw": may_act and found.is_in_progress,
        "join_form": (join_form or JoinForm())
        if may_act and found.is_in_progress and kind.pieces != "none"
        else None,
    }
    return render(
        request,
        "forms_annexes/declarations/one.html",
        context,
        status=422 if join_form else 200,
    )


def _acknowledgement(sent: Declaration) -> str:
    said = f"La déclaration {sent.number} est envoyée à {sent.convention.caisse.name}."
    if sent.kind == "notice":
        said += " Elle ne met pas fin à la convention : postez maintenant la lettre."
    return typeset(said)
