"""The pages of the desk. Each fetches, asks for the words, and draws."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from contracts.models import (
    AddressChange,
    Convention,
    EvidenceFile,
    PartnerNumber,
)
from contracts.retention.due import gone_since
from contracts.retention.holds import held, holds_on
from contracts.services.avenant_preparation import why_not
from contracts.services.file_verification import released
from contracts.services.visibility import visible_conventions
from desk.avenants.lines import lines_of
from desk.convention_sheet import sheet_of
from desk.convention_users import missing_of, requests_of, users_of
from desk.events import DECISION, EVENTS
from desk.incoming.listing import filed_under
from desk.reviews.listing import waiting_of
from forms_annexes.services import prerequisites
from forms_annexes.views.conflicts import waiting_file_is_a_conflict
from ui.attachments import attachment
from workflows import clock
from workflows.keys import LARGEST_KEY
from workflows.read_once import once


@require_safe
def convention(request: HttpRequest, pk: int) -> HttpResponse:
    """One convention: its life, its dates with their reasons, its questions, its acts."""
    today = clock.today()
    found = visible_convention(request, pk)
    sheet, requests = sheet_of(found, today), requests_of(found)
    powers = dict.fromkeys(event.power for event in EVENTS)
    received, more_received = filed_under(found)
    context = {
        "sheet": sheet,
        "today": today,
        "received": received,
        "more_received": more_received,
        "proposals": found.proposals.open().select_related("proposed_by"),
        "records": any(request.user.has_perm(power, found) for power in powers),
        "decides": request.user.has_perm(DECISION.power, found),
        "invites": request.user.has_perm("forms_annexes.invite", found),
        "enters": request.user.has_perm("forms_annexes.enter_request", found),
        "missing_sheets": missing_of(found, sheet.sites, requests),
        "requests": requests,
        "users": users_of(found),
        "prerequisites": prerequisites.on(found, today),
        "review": waiting_of(found),
        "holds": holds_on(found).select_related("author").order_by("pk") if found.is_held else (),
        "may_hold": request.user.has_perm("contracts.hold_file", found),
        "went": gone_since(found),
        "avenants": lines_of(found, sheet.timeline, today),
        "prepares": request.user.has_perm("contracts.prepare_avenant", found)
        and not why_not(sheet.timeline),
    }
    return render(request, "desk/convention.html", context)


@require_safe
@waiting_file_is_a_conflict("convention")
def evidence(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """A file that proves an act of a convention, for who may see that convention."""
    acts = visible_convention(request, pk).acts.all()
    if file > LARGEST_KEY:
        raise Http404
    row = get_object_or_404(EvidenceFile.objects.filter(acts__in=acts).distinct(), pk=file)
    return attachment(released(row), row.original_name, row.content_type)


def visible_convention(request: HttpRequest, pk: int) -> Convention:
    """The convention, if it exists for this user: nobody learns of the others.

    With ``partner_number``, under which its caisse knows the partner, and ``is_held``.
    """
    if pk > LARGEST_KEY:
        raise Http404
    numbers = PartnerNumber.objects.filter(partner=OuterRef("partner"), caisse=OuterRef("caisse"))
    moves = AddressChange.objects.filter(partner=OuterRef("partner"))
    seen = visible_conventions(request.user, clock.today()).annotate(
        partner_number=Subquery(numbers.values("number")[:1]),
        is_held=held(),
        partner_moved=Exists(moves),
    )
    found = get_object_or_404(
        seen.select_related("caisse", "partner", "concluded_by", "pinned", "created_by"), pk=pk
    )
    if not found.partner_moved:
        # Known from here on: the addresses of the partner are not asked for again.
        once(("addresses", found.partner_id), list)
    return found
