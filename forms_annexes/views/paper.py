"""The caisse's pages for an annex that came on paper, copied on the director's behalf."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from contracts.models import Convention
from forms_annexes.block_pages import BlockPage, Typed
from forms_annexes.models import AccessRequest
from forms_annexes.plain_forms import PLAIN_RULE
from forms_annexes.request_pages import blank_page, page_of
from forms_annexes.services import paper_entry
from forms_annexes.services.moving import RequestRefused, StaleRequest
from forms_annexes.services.structures import Sheet, sheets_of
from forms_annexes.views.answers import convention_to_instruct, request_to_instruct, seen_revision
from forms_annexes.views.conflicts import stale_is_a_conflict
from forms_annexes.views.paper_sheet import (
    PaperSheet,
    entered_page,
    is_sent,
    paper_sheet,
    prefilled,
    refuse,
)
from templates_conventions.forms import FormBlock, form_definition
from workflows.french import typeset

_NO_FORM = typeset("Cette convention n’a pas de formulaire de demande d’accès.")


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter an annex for the first time: which one is asked when there are several."""
    convention = convention_to_instruct(request, pk)
    choices = sheets_of(convention, list(convention.sites.order_by("name", "pk")))
    if not choices:
        messages.error(request, _NO_FORM)
        return redirect("convention", pk=pk)
    if len(choices) > 1 and not request.GET:
        return _choice(request, convention, choices)
    chosen = _chosen(request, choices)
    form = form_definition(convention.rulebook_code, chosen.form.code)
    facts = prefilled(convention, chosen.form, form, chosen.site)

    def page(block: FormBlock, data: Any, typed: Typed | None) -> BlockPage:
        return blank_page(chosen.form, block, facts, data, typed)

    sheet = paper_sheet(request, chosen.form, form, page)
    if not is_sent(request) or not sheet.is_valid():
        return _page(request, convention, sheet)
    try:
        entered = paper_entry.enter(
            convention, sheet.copied, request.user, site=chosen.site, form_code=chosen.form.code
        )
    except (RequestRefused, ValidationError) as refused:
        refuse(sheet, refused)
        return _page(request, convention, sheet)
    return entered_page(request, entered)


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def enter_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the sheet that completes a request given back."""
    found = request_to_instruct(request, pk)
    sheet = paper_sheet(
        request,
        found.rule,
        found.definition,
        partial(page_of, found),
        users_chosen=found.rule is PLAIN_RULE,
    )
    if not is_sent(request) or not sheet.is_valid():
        return _page(request, found.convention, sheet, found)
    try:
        entered = paper_entry.enter_again(found, sheet.copied, request.user, seen_revision(request))
    except StaleRequest:
        raise
    except (RequestRefused, ValidationError) as refused:
        refuse(sheet, refused)
        return _page(request, found.convention, sheet, found)
    return entered_page(request, entered)


def _page(
    request: HttpRequest,
    convention: Convention,
    sheet: PaperSheet,
    found: AccessRequest | None = None,
) -> HttpResponse:
    context = {
        "convention": convention,
        "access_request": found,
        # A page shown again stays as old as it was.
        "revision": request.POST.get("seen_revision", found.revision if found else ""),
        "paper": sheet.paper,
        "pages": sheet.blocks,
    }
    status = 422 if is_sent(request) else 200
    return render(request, "forms_annexes/instruction/enter.html", context, status=status)


def _choice(request: HttpRequest, convention: Convention, choices: list[Sheet]) -> HttpResponse:
    rows = [
        (sheet.title, urlencode({"formulaire": sheet.form.code, "structure": _number(sheet)}))
        for sheet in choices
    ]
    context = {"convention": convention, "rows": rows}
    return render(request, "forms_annexes/instruction/choose_sheet.html", context)


def _chosen(request: HttpRequest, choices: list[Sheet]) -> Sheet:
    """The sheet that the address names; the only one, if it names none."""
    if len(choices) == 1:
        return choices[0]
    asked = request.GET.get("formulaire", ""), request.GET.get("structure", "")
    for sheet in choices:
        if asked == (sheet.form.code, _number(sheet)):
            return sheet
    raise Http404


def _number(sheet: Sheet) -> str:
    return str(sheet.site.pk) if sheet.site else ""
