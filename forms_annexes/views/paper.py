"""The caisse's pages for an annex that came on paper, copied on the director's behalf."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from contracts.models import Convention
from contracts.services.documents import facts_of
from forms_annexes.block_pages import BlockPage, Typed, change_asked
from forms_annexes.completeness import USER_BLOCK, asked_online
from forms_annexes.instruction_forms import PaperForm
from forms_annexes.models import AccessRequest
from forms_annexes.models.requests import RequestChannel
from forms_annexes.request_pages import blank_page, page_of, typed_on
from forms_annexes.services import instructing
from forms_annexes.services.checking_users import cautions_of
from forms_annexes.services.moving import RequestRefused, StaleRequest
from forms_annexes.services.structures import Sheet, sheets_of
from forms_annexes.views.answers import convention_to_instruct, request_to_instruct, seen_revision
from forms_annexes.views.conflicts import stale_is_a_conflict
from templates_conventions.forms import FormBlock, FormDefinition, form_definition
from workflows.french import typeset
from workflows.rulebook_access import RequestForm

_NO_FORM = typeset("Cette convention n’a pas de formulaire de demande d’accès.")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The whole annex on one page, as the clerk reads it."""

    paper: PaperForm
    blocks: list[BlockPage]

    def is_valid(self) -> bool:
        """Whether every part may be kept."""
        return all([self.paper.is_valid(), *(page.is_valid() for page in self.blocks)])

    @property
    def copied(self) -> instructing.PaperForm:
        """The sheet as the services take it."""
        given = self.paper.cleaned_data
        scan, *more = given["scan"]
        return instructing.PaperForm(
            channel=RequestChannel(given["channel"]),
            received_on=given["received_on"],
            answers={page.block.code: _answers(page) for page in self.blocks},
            references={page.block.code: page.keys for page in self.blocks},
            signatory_quality=next((q for page in self.blocks if (q := page.quality)), ""),
            scan=scan,
            more_scans=more,
            signed_on=given.get("signed_on"),
            origin_checked=given.get("origin_checked", False),
        )


def _answers(page: BlockPage) -> Any:
    many = page.repeated or page.block.code == USER_BLOCK
    return page.rows if many else page.rows[0]


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
    facts = _prefilled(convention, chosen)
    form = form_definition(convention.rulebook_code, chosen.form.code)

    def page(block: FormBlock, data: Any, typed: Typed | None) -> BlockPage:
        return blank_page(chosen.form, block, facts, data, typed)

    sheet = _sheet(request, chosen.form, form, page)
    if not _is_sent(request) or not sheet.is_valid():
        return _page(request, convention, sheet)
    try:
        entered = instructing.enter(
            convention, sheet.copied, request.user, site=chosen.site, form_code=chosen.form.code
        )
    except (RequestRefused, ValidationError) as refused:
        _refuse(sheet, refused)
        return _page(request, convention, sheet)
    return _entered(request, entered)


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def enter_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the sheet that completes a request given back."""
    found = request_to_instruct(request, pk)
    sheet = _sheet(request, found.rule, found.definition, partial(page_of, found))
    if not _is_sent(request) or not sheet.is_valid():
        return _page(request, found.convention, sheet, found)
    try:
        entered = instructing.enter_again(found, sheet.copied, request.user, seen_revision(request))
    except StaleRequest:
        raise
    except (RequestRefused, ValidationError) as refused:
        _refuse(sheet, refused)
        return _page(request, found.convention, sheet, found)
    return _entered(request, entered)


def _page(
    request: HttpRequest,
    convention: Convention,
    sheet: _Sheet,
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
    status = 422 if _is_sent(request) else 200
    return render(request, "forms_annexes/instruction/enter.html", context, status=status)


def _entered(request: HttpRequest, entered: AccessRequest) -> HttpResponse:
    for caution in cautions_of(entered):
        messages.warning(request, caution.words)
    messages.success(request, f"La demande {entered.number} est enregistrée.")
    return redirect("instruction_request", pk=entered.pk)


def _refuse(sheet: _Sheet, refused: RequestRefused | ValidationError) -> None:
    sheet.paper.add_error(None, refused if isinstance(refused, ValidationError) else str(refused))


def _is_sent(request: HttpRequest) -> bool:
    """Whether the sheet is to be written, rather than given a person more or less."""
    return request.method == "POST" and change_asked(request.POST) is None


def _sheet(
    request: HttpRequest,
    rule: RequestForm,
    form: FormDefinition,
    page_for: Callable[[FormBlock, Any, Typed | None], BlockPage],
) -> _Sheet:
    asked = [block for block in form.blocks if asked_online(block)]
    if _is_sent(request):
        pages = [page_for(block, request.POST, None) for block in asked]
        return _Sheet(PaperForm(request.POST, request.FILES, rule=rule), pages)
    if request.method != "POST":
        return _Sheet(PaperForm(rule=rule), [page_for(block, None, None) for block in asked])
    # A person more or less: nothing is checked yet, and all that was typed is shown again.
    pages = [_again(page_for(block, None, None), request.POST, page_for) for block in asked]
    return _Sheet(PaperForm(initial=request.POST.dict(), rule=rule), pages)


def _again(
    page: BlockPage, data: Any, page_for: Callable[[FormBlock, Any, Typed | None], BlockPage]
) -> BlockPage:
    typed, change, added = typed_on(page, data), change_asked(data), ""
    if change is not None and page.repeated and change.block == page.block.code:
        typed = typed.without(change.removed) if change.removed else typed.with_one_more()
        added = "" if change.removed else typed.keys[-1]
    shown = page_for(page.block, None, typed)
    shown.added = added
    return shown


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


def _prefilled(convention: Convention, chosen: Sheet) -> dict[str, str]:
    """What is known before the sheet is copied, by field code."""
    facts = facts_of(convention, site=chosen.site)
    if chosen.form.one_for == "site":
        facts = facts.of_each_structure()[0]
    form = form_definition(convention.rulebook_code, chosen.form.code)
    return {
        field.code: facts.at(field.prefill)
        for block in form.blocks
        for field in block.fields
        if field.prefill
    }
