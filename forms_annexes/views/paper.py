"""The caisse's pages for an annex that came on paper, copied on the director's behalf."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from contracts.models import Convention
from contracts.services.documents import facts_of
from forms_annexes.forms import BlockForm, block_form, field_name
from forms_annexes.instruction_forms import PaperForm
from forms_annexes.models import AccessRequest
from forms_annexes.models.requests import RequestChannel, RequestKind
from forms_annexes.services import instructing
from forms_annexes.services.filling import form_for
from forms_annexes.services.moving import RequestRefused, StaleRequest
from forms_annexes.services.structures import only_site
from forms_annexes.views.answers import (
    convention_to_instruct,
    request_to_instruct,
    seen_revision,
    stale_is_a_conflict,
)
from templates_conventions.forms import form_definition


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The whole annex on one page, as the clerk reads it."""

    paper: PaperForm
    blocks: list[BlockForm]

    def is_valid(self) -> bool:
        """Whether every part may be kept."""
        return all([self.paper.is_valid(), *(form.is_valid() for form in self.blocks)])

    @property
    def copied(self) -> instructing.PaperForm:
        """The sheet as the services take it."""
        given = self.paper.cleaned_data
        return instructing.PaperForm(
            channel=RequestChannel(given["channel"]),
            received_on=given["received_on"],
            answers={form.block.code: form.answers for form in self.blocks},
            signatory_quality=next((q for form in self.blocks if (q := form.quality)), ""),
            scan=given["scan"],
            signed_on=given["signed_on"],
        )


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter an annex for the first time."""
    convention = convention_to_instruct(request, pk)
    try:
        code = form_for(convention, RequestKind.CREATE)
    except RequestRefused as refused:
        messages.error(request, str(refused))
        return redirect("convention", pk=pk)
    sheet = _Sheet(_paper(request), _blank(convention, code, _posted(request)))
    if request.method == "POST" and sheet.is_valid():
        site = only_site(convention) if _for_site(convention, code) else None
        try:
            entered = instructing.enter(convention, sheet.copied, request.user, site=site)
        except (RequestRefused, ValidationError) as refused:
            _refuse(sheet, refused)
        else:
            return _entered(request, sheet, entered)
    return _page(request, convention, sheet)


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def enter_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the sheet that completes a request given back."""
    found = request_to_instruct(request, pk)
    blocks = [
        form
        for block in found.definition.blocks
        if (form := block_form(found, block, _posted(request))).fields
    ]
    sheet = _Sheet(_paper(request), blocks)
    if request.method == "POST" and sheet.is_valid():
        try:
            entered = instructing.enter_again(
                found, sheet.copied, request.user, seen_revision(request)
            )
        except StaleRequest:
            raise
        except (RequestRefused, ValidationError) as refused:
            _refuse(sheet, refused)
        else:
            return _entered(request, sheet, entered)
    return _page(request, found.convention, sheet, found)


def _page(
    request: HttpRequest,
    convention: Convention,
    sheet: _Sheet,
    found: AccessRequest | None = None,
) -> HttpResponse:
    context = {
        "convention": convention,
        "access_request": found,
        "paper": sheet.paper,
        "blocks": sheet.blocks,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "forms_annexes/instruction/enter.html", context, status=status)


def _entered(request: HttpRequest, sheet: _Sheet, entered: AccessRequest) -> HttpResponse:
    for form in sheet.blocks:
        for warning in form.warnings:
            messages.warning(request, warning)
    messages.success(request, f"La demande {entered.number} est enregistrée.")
    return redirect("instruction_request", pk=entered.pk)


def _refuse(sheet: _Sheet, refused: RequestRefused | ValidationError) -> None:
    sheet.paper.add_error(None, refused if isinstance(refused, ValidationError) else str(refused))


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _paper(request: HttpRequest) -> PaperForm:
    return PaperForm(request.POST, request.FILES) if request.method == "POST" else PaperForm()


def _for_site(convention: Convention, code: str) -> bool:
    forms = convention.rules.habilitation.forms
    return any(form.code == code and form.one_for == "site" for form in forms)


def _blank(convention: Convention, code: str, data: Any) -> list[BlockForm]:
    rule = next(form for form in convention.rules.habilitation.forms if form.code == code)
    facts = facts_of(convention)
    forms = []
    for block in form_definition(convention.rulebook_code, code).blocks:
        signs = any(field.kind == "signature" for field in block.fields)
        initial = {
            field_name(field.code): facts.at(field.prefill)
            for field in block.fields
            if field.prefill
        }
        qualities = rule.signed_by if signs else ()
        form = BlockForm(data, block=block, initial=initial, qualities=qualities)
        if form.fields:
            forms.append(form)
    return forms
