"""The structures of a convention, as their manager keeps them: one more, one less."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from typing import NamedTuple
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contracts.models import Convention, Site
from forms_annexes.models import AccessRequest, ClosingCorrection, StructureChange
from forms_annexes.services import structure_changes
from forms_annexes.services.moving import RequestRefused
from forms_annexes.services.structure_corrections import last_corrections
from forms_annexes.services.structures import Sheet, is_over, missing_sheets, sheets_of
from forms_annexes.services.visibility import own_sites, partner_habilitations, partner_requests
from forms_annexes.space_forms import ClosingForm, StructureForm
from forms_annexes.views.answers import SUBMIT, must_have, own_convention
from forms_annexes.views.home import RequestLine, is_in_hand, line_of
from forms_annexes.views.users import UserRow, services_of, users_of
from workflows import clock
from workflows.french import date_in_words, typeset
from workflows.keys import LARGEST_KEY
from workflows.recording import ActRefused

DECLARE = "forms_annexes.declare_structure"


class SheetLine(NamedTuple):
    """One sheet of a structure, or of the partner itself."""

    sheet: Sheet
    request: RequestLine | None
    """The request that brought it, or will."""
    is_missing: bool


class StructureLine(NamedTuple):
    """One structure: its sheet and its users."""

    site: Site
    sheets: list[SheetLine]
    users: list[UserRow]
    is_closed: bool
    correction: ClosingCorrection | None
    """What the caisse corrected, where the structure had been closed by mistake."""


@require_safe
def structures(request: HttpRequest, pk: int) -> HttpResponse:
    """Each structure with the state of its sheet and its users."""
    today = clock.today()
    convention = _with_structures(request, pk)
    sites = own_sites(request.user, convention, today)
    requests = list(
        partner_requests(request.user, today)
        .filter(convention=convention)
        .prefetch_related("users")
    )
    sheets = _sheets(convention, sites, requests)
    users, _ = users_of(request.user, convention, today)
    corrections = last_corrections(sites)
    lines = [
        StructureLine(
            site,
            [line for line in sheets if line.sheet.site == site],
            [row for row in users if row.right.site_id == site.pk],
            site.is_closed(today),
            corrections.get(site.pk),
        )
        for site in sites
    ]
    lines.sort(key=lambda line: line.is_closed)
    declares = request.user.has_perm(DECLARE, convention)
    context = {
        "convention": convention,
        "services": services_of(convention),
        "own": [line for line in sheets if line.sheet.site is None],
        "lines": lines,
        "declared": _declared(convention) if declares else [],
        "declares": declares,
        "may_act": request.user.has_perm(SUBMIT, convention),
        "is_over": is_over(convention),
        "today": today,
        "missing": sum(line.is_missing for line in sheets),
    }
    return render(request, "forms_annexes/structures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare a structure more; the caisse confirms it, and its sheet is then awaited."""
    convention = _with_structures(request, pk)
    must_have(request, DECLARE, convention)
    form = StructureForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            structure_changes.declare(
                convention,
                request.user,
                name=data["name"],
                siret=data["siret"],
                address=data["address"],
                identifier=data["identifier"] or uuid4(),
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        except RequestRefused as refused:
            messages.error(request, typeset(str(refused)))
            return redirect("space_structures", pk=pk)
        else:
            said = (
                f"La structure « {data['name']} » est déclarée. {convention.caisse.name} la "
                "confirme, puis sa fiche vous sera demandée. Aucun avenant n’est nécessaire."
            )
            messages.success(request, typeset(said))
            return redirect("space_structures", pk=pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"convention": convention, "form": form}
    return render(request, "forms_annexes/structure_add.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int, site: int) -> HttpResponse:
    """Close a structure on a day, once told who loses access by it."""
    today = clock.today()
    convention = _with_structures(request, pk)
    must_have(request, DECLARE, convention)
    found = _site(request, convention, site, today)
    form = ClosingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        day = form.cleaned_data["closes_on"]
        identifier = form.cleaned_data["identifier"] or uuid4()
        try:
            structure_changes.close(convention, found, request.user, on=day, identifier=identifier)
        except (RequestRefused, ActRefused) as refused:
            form.add_error("closes_on", typeset(str(refused)))
        else:
            said = f"La fermeture de « {found.name} » est enregistrée, au {date_in_words(day)}."
            messages.success(request, typeset(said))
            return redirect("space_structures", pk=pk)
    context = {
        "convention": convention,
        "site": found,
        "form": form,
        "leaving": _leaving(request, found, today),
        "withdrawn": structure_changes.undecided(found),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "forms_annexes/structure_close.html", context, status=status)


def _with_structures(request: HttpRequest, pk: int) -> Convention:
    """The convention of the page, if it covers structures by name."""
    convention = own_convention(request, pk)
    if not structure_changes.covers_structures(convention):
        raise Http404
    return convention


def _site(request: HttpRequest, convention: Convention, pk: int, today: date) -> Site:
    if pk > LARGEST_KEY:
        raise Http404
    own = [site.pk for site in own_sites(request.user, convention, today)]
    return get_object_or_404(Site.objects.filter(pk__in=own, closed_on__isnull=True), pk=pk)


def _sheets(
    convention: Convention, sites: Sequence[Site], requests: Sequence[AccessRequest]
) -> list[SheetLine]:
    missing = missing_sheets(convention, sites, requests)
    return [
        SheetLine(sheet, _request_of(sheet, requests), sheet in missing)
        for sheet in sheets_of(convention, sites)
    ]


def _request_of(sheet: Sheet, requests: Sequence[AccessRequest]) -> RequestLine | None:
    """The last request by that sheet: one in hand, or else one that was decided."""
    pk = sheet.site.pk if sheet.site else None
    same = [one for one in requests if (one.form_code, one.site_id) == (sheet.form.code, pk)]
    in_hand = [one for one in same if is_in_hand(one)]
    found = next(iter(in_hand or same), None)
    return line_of(found) if found is not None else None


def _declared(convention: Convention) -> list[StructureChange]:
    """What was declared and is not yet a structure of the convention, with what was answered."""
    changes = convention.structure_changes.filter(kind=StructureChange.Kind.ADD)
    return [
        one
        for one in changes.select_related("answer").order_by("-declared_at")
        if one.answered is None or one.answered.site_id is None
    ]


def _leaving(request: HttpRequest, site: Site, today: date) -> list[str]:
    """Who loses an access if the structure closes, each named once."""
    rights = partner_habilitations(request.user, today).filter(
        pk__in=structure_changes.leaving(site, today).values("pk")
    )
    return sorted({one.person.get_full_name() for one in rights})
