"""The caisse's pages for a sheet about users who have an access: successor, change, removal."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from access.models import Habilitation
from contracts.models import Convention
from forms_annexes.block_pages import BlockPage, Typed
from forms_annexes.completeness import USER_BLOCK
from forms_annexes.forms import DressedForm
from forms_annexes.instruction_forms import PaperChangeForm
from forms_annexes.models.requests import RequestKind
from forms_annexes.plain_forms import PLAIN_RULE, plain_definition
from forms_annexes.request_pages import blank_page, page_about
from forms_annexes.services.changing_users import known_row
from forms_annexes.services.filling import form_for
from forms_annexes.services.modifiable import modifiable
from forms_annexes.services.moving import RequestRefused
from forms_annexes.services.paper_changes import PaperChange, enter_change
from forms_annexes.user_forms import LeavingForm, ModificationForm, ReplacementForm
from forms_annexes.views.answers import convention_to_instruct
from forms_annexes.views.paper_sheet import (
    PaperSheet,
    entered_page,
    is_sent,
    paper_sheet,
    prefilled,
    refuse,
)
from forms_annexes.views.users import UserRow, rows_of
from templates_conventions.forms import FormBlock, form_definition

_ACTION_OF = {
    RequestKind.REPLACE: "replace",
    RequestKind.MODIFY: "modify",
    RequestKind.REMOVE: "remove",
}


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """What the sheet asks and about whom, then the sheet itself: the address holds the choice."""
    convention = convention_to_instruct(request, pk)
    rights = convention.habilitations.select_related("person", "site", "convention__partner")
    rows = rows_of(list(rights.order_by("person__last_name", "person__first_name", "pk")))
    choosing = _choosing(request, rows)
    if not (choosing.is_bound and choosing.is_valid()):
        return _choice_page(request, convention, choosing, rows)
    kind = RequestKind(choosing.cleaned_data["kind"])
    chosen = [row for row in rows if str(row.right.pk) in choosing.cleaned_data["users"]]
    change = _change_form(request, kind, chosen[0])
    try:
        sheet = _sheet(request, convention, kind, [row.right for row in chosen])
    except RequestRefused as refused:
        choosing.add_error(None, str(refused))
        return _choice_page(request, convention, choosing, rows)
    if is_sent(request) and all([change.is_valid(), sheet.is_valid()]):
        try:
            asked = _asked(kind, chosen, change)
            return entered_page(request, enter_change(asked, sheet.copied, request.user))
        except (RequestRefused, ValidationError) as refused:
            refuse(sheet, refused)
    context = {
        "convention": convention,
        "kind": kind,
        "persons": [row.right.person.get_full_name() for row in chosen],
        "change": change,
        "paper": sheet.paper,
        "pages": sheet.blocks,
    }
    status = 422 if is_sent(request) else 200
    return render(request, "forms_annexes/instruction/enter_change.html", context, status=status)


def _choice_page(
    request: HttpRequest, convention: Convention, choosing: PaperChangeForm, rows: list[UserRow]
) -> HttpResponse:
    left_out = [
        (_choice(row), _why_nothing(row))
        for row in rows
        if row.life.state != "closed" and not _is_open(row)
    ]
    context = {"convention": convention, "form": choosing, "left_out": left_out}
    status = 422 if choosing.is_bound else 200
    return render(request, "forms_annexes/instruction/choose_change.html", context, status=status)


def _choosing(request: HttpRequest, rows: list[UserRow]) -> PaperChangeForm:
    by_key = {str(row.right.pk): row for row in rows}

    def why_not(kind: str, key: str) -> str:
        code = _ACTION_OF[RequestKind(kind)]
        return next(action.why_not for action in by_key[key].actions if action.code == code)

    choices = [(str(row.right.pk), _choice(row)) for row in rows if _is_open(row)]
    initial = {"users": request.GET.getlist("users")}
    data = request.GET if "kind" in request.GET else None
    return PaperChangeForm(data, choices=choices, why_not=why_not, initial=initial)


def _is_open(row: UserRow) -> bool:
    """Whether a sheet may ask something about this user."""
    return any(action.code in _ACTION_OF.values() for action in row.possible)


def _why_nothing(row: UserRow) -> str:
    """Why no sheet may, said once where the reasons are the same."""
    reasons = [one.why_not for one in row.impossible if one.code in _ACTION_OF.values()]
    return " ".join(dict.fromkeys(reasons))


def _choice(row: UserRow) -> str:
    site = row.right.site.name if row.right.site else ""
    told = (row.right.person.get_full_name(), row.service, row.profile, site)
    return ", ".join(filter(None, told))


def _change_form(request: HttpRequest, kind: RequestKind, row: UserRow) -> DressedForm:
    data = request.POST if is_sent(request) else None
    shown = {"initial": request.POST.dict()} if request.method == "POST" and data is None else {}
    if kind is RequestKind.REPLACE:
        return ReplacementForm(data, known=row.life.data.left_on, **shown)
    if kind is RequestKind.REMOVE:
        return LeavingForm(data, **shown)
    offered = modifiable(row.right.convention, row.right.service)
    return ModificationForm(data, right=row.right, offered=offered)


def _asked(kind: RequestKind, chosen: list[UserRow], change: Any) -> PaperChange:
    rights = [row.right for row in chosen]
    if kind is RequestKind.MODIFY:
        return PaperChange(kind, rights, profile=change.profile, scope=change.scope)
    known = chosen[0].life.data.left_on if kind is RequestKind.REPLACE else None
    return PaperChange(kind, rights, known or change.cleaned_data["leaves_on"])


def _sheet(
    request: HttpRequest, convention: Convention, kind: RequestKind, rights: list[Habilitation]
) -> PaperSheet:
    site = rights[0].site
    rule = form_for(convention, kind, site=site)
    plain = rule is PLAIN_RULE
    form = (
        plain_definition(str(kind.label))
        if plain
        else form_definition(convention.rulebook_code, rule.code)
    )
    facts = prefilled(convention, rule, form, site)

    def page(block: FormBlock, data: Any, typed: Typed | None) -> BlockPage:
        if block.code == USER_BLOCK:
            rows = [known_row(kind, block, right) for right in rights]
            return page_about(rule, block, rows, data, typed)
        return blank_page(rule, block, facts, data, typed)

    return paper_sheet(request, rule, form, page, users_chosen=plain)
