"""A sheet that came on paper or by mail, on one page: how it came, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from contracts.models import Convention, Site
from contracts.services.documents import facts_of
from forms_annexes.block_pages import BlockPage, Typed, change_asked
from forms_annexes.completeness import USER_BLOCK, asked_online
from forms_annexes.instruction_forms import PaperForm
from forms_annexes.models import AccessRequest
from forms_annexes.models.requests import RequestChannel
from forms_annexes.request_pages import typed_on
from forms_annexes.services import paper_entry
from forms_annexes.services.checking_users import cautions_of
from forms_annexes.services.moving import RequestRefused
from templates_conventions.forms import FormBlock, FormDefinition
from workflows.rulebook_access import RequestForm


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """The whole annex on one page, as the clerk reads it."""

    paper: PaperForm
    blocks: list[BlockPage]

    def is_valid(self) -> bool:
        """Whether every part may be kept."""
        return all([self.paper.is_valid(), *(page.is_valid() for page in self.blocks)])

    @property
    def copied(self) -> paper_entry.PaperForm:
        """The sheet as the services take it."""
        given = self.paper.cleaned_data
        scan, *more = given["scan"]
        return paper_entry.PaperForm(
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


def entered_page(request: HttpRequest, entered: AccessRequest) -> HttpResponse:
    """The request just entered, with what is to be checked in it."""
    for caution in cautions_of(entered):
        messages.warning(request, caution.words)
    messages.success(request, f"La demande {entered.number} est enregistrée.")
    return redirect("instruction_request", pk=entered.pk)


def refuse(sheet: PaperSheet, refused: RequestRefused | ValidationError) -> None:
    """Say on the page why the sheet was not kept."""
    sheet.paper.add_error(None, refused if isinstance(refused, ValidationError) else str(refused))


def is_sent(request: HttpRequest) -> bool:
    """Whether the sheet is to be written, rather than given a person more or less."""
    return request.method == "POST" and change_asked(request.POST) is None


def paper_sheet(
    request: HttpRequest,
    rule: RequestForm,
    form: FormDefinition,
    page_for: Callable[[FormBlock, Any, Typed | None], BlockPage],
    *,
    users_chosen: bool = False,
) -> PaperSheet:
    """The sheet as it is to be copied, or as it was; ``users_chosen``: the persons are not copied
    but chosen among those who have an access."""
    asked = [
        block
        for block in form.blocks
        if asked_online(block) and not (users_chosen and block.code == USER_BLOCK)
    ]
    if is_sent(request):
        pages = [page_for(block, request.POST, None) for block in asked]
        return PaperSheet(PaperForm(request.POST, request.FILES, rule=rule), pages)
    if request.method != "POST":
        return PaperSheet(PaperForm(rule=rule), [page_for(block, None, None) for block in asked])
    # A person more or less: nothing is checked yet, and all that was typed is shown again.
    pages = [_again(page_for(block, None, None), request.POST, page_for) for block in asked]
    return PaperSheet(PaperForm(initial=request.POST.dict(), rule=rule), pages)


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


def prefilled(
    convention: Convention, rule: RequestForm, form: FormDefinition, site: Site | None
) -> dict[str, str]:
    """What is known before the sheet is copied, by field code."""
    facts = facts_of(convention, site=site)
    if rule.one_for == "site":
        (facts,) = facts.of_each_structure()
    return {
        field.code: facts.at(field.prefill)
        for block in form.blocks
        for field in block.fields
        if field.prefill
    }
