"""The pages of the partners: found, read, and told apart from those that resemble them."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contracts.models import ConventionParty, Partner, PartnerDistinction, SignatoryPower
from contracts.rules import is_staff
from contracts.services import partner_duplicates
from contracts.services.file_verification import released
from contracts.services.twin_conventions import kept_pairs, unsettled_twins
from contracts.services.visibility import (
    roles_about,
    visible_caisses,
    visible_conventions,
    visible_partners,
)
from desk.partners import listing
from desk.partners.forms import PartnersForm, TellApartForm
from desk.partners.sheet import PartnerSheet
from forms_annexes.views.conflicts import waiting_file_is_a_conflict
from ui.attachments import attachment
from workflows import clock
from workflows.french import typeset
from workflows.keys import LARGEST_KEY

TELL_APART = "contracts.tell_partners_apart"

MOST_TWINS = 100
"""Pairs of conventions that are shown: past that, some must be settled first."""


@require_safe
def partners(request: HttpRequest) -> HttpResponse:
    """The partners of the conventions that the user may see, by name."""
    staff_only(request)
    today = clock.today()
    form = PartnersForm(request.GET, caisses=visible_caisses(request.user, today))
    conventions = visible_conventions(request.user, today)
    found = listing.narrowed(visible_partners(request.user, today), conventions, form)
    query = request.GET.copy()
    query.pop("apres", None)
    context = {
        "form": form,
        "page": listing.page_of(found, conventions, request.GET.get("apres")),
        "today": today,
        "query": query.urlencode(),
        "is_narrowed": any(query.values()),
    }
    return render(request, "desk/partners/partners.html", context)


@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """The pairs of partners that seem to be one legal person, and of conventions of one type."""
    staff_only(request)
    today = clock.today()
    pairs = partner_duplicates.pairs(visible_partners(request.user, today))
    conventions = visible_conventions(request.user, today)
    rows = [
        [(listing.kind_of(one), listing.spaced_siren(one.siren), one) for one in pair[:2]]
        for pair in pairs
    ]
    context = {
        "pairs": list(zip(pairs, rows, strict=True)),
        "most": partner_duplicates.MOST_GROUPS,
        "twins": unsettled_twins(conventions, today)
        .select_related("partner", "caisse")
        .defer("snapshot")
        .order_by("number", "pk")[:MOST_TWINS],
        "most_twins": MOST_TWINS,
        "kept": kept_pairs(conventions)[:MOST_TWINS],
    }
    return render(request, "desk/partners/duplicates.html", context)


@require_safe
def partner(request: HttpRequest, pk: int) -> HttpResponse:
    """One partner: who, its conventions, its structures, its people, its letters."""
    found = visible_partner(request, pk)
    place = {"after": request.GET.get("apres"), "before": request.GET.get("avant")}
    sheet = PartnerSheet(found, request.user, clock.today(), **place)
    context = {
        "sheet": sheet,
        "today": sheet.today,
        "tells_apart": bool(sheet.likely_duplicates) and request.user.has_perm(TELL_APART, found),
        "succeeds": request.user.has_perm("contracts.record_succession", found),
        "drafts": request.user.has_perm("contracts.draft_convention", found),
    }
    return render(request, "desk/partners/partner.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def tell_apart(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """« Ce ne sont pas les mêmes »: two partners side by side, and what shows it."""
    one, two = visible_partner(request, pk), visible_partner(request, other)
    if one == two:
        raise Http404
    if not all(request.user.has_perm(TELL_APART, partner) for partner in (one, two)):
        raise PermissionDenied
    first, second = sorted((one, two), key=lambda partner: partner.pk)
    already = PartnerDistinction.objects.filter(first=first, second=second).first()
    form = TellApartForm(request.POST or None, initial={"identifier": uuid4()})
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            partner_duplicates.tell_apart(
                one, two, answers["reason"], request.user, identifier=answers["identifier"]
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(
                request, typeset("C’est enregistré : ces deux partenaires ne sont pas les mêmes.")
            )
            return redirect("partner", pk=one.pk)
    today = clock.today()
    context = {
        "sheets": [PartnerSheet(row, request.user, today) for row in (one, two)],
        "form": form,
        "already": already,
        "today": today,
    }
    status = 422 if form.errors else 200
    return render(request, "desk/partners/tell_apart.html", context, status=status)


@require_safe
@waiting_file_is_a_conflict("partner", "pk")
def delegation(request: HttpRequest, pk: int, power: int) -> HttpResponseBase:
    """The deed by which somebody signs for the partner, for who may see the partner."""
    if power > LARGEST_KEY:
        raise Http404
    powers = SignatoryPower.objects.filter(signatory__partner=visible_partner(request, pk))
    row = get_object_or_404(powers.exclude(delegation_document=None), pk=power)
    file = row.delegation_document
    return attachment(released(file), file.original_name, file.content_type)


def visible_partner(request: HttpRequest, pk: int) -> Partner:
    """The partner, if it exists for this user: nobody learns of the others."""
    staff_only(request)
    if pk > LARGEST_KEY:
        raise Http404
    # Asked with the partner, as most changed hands with nobody and are like nobody else.
    places = ConventionParty.objects.filter(
        Q(partner=OuterRef("pk")) | Q(succession__predecessor=OuterRef("pk"))
    )
    told = PartnerDistinction.objects.filter(Q(first=OuterRef("pk")) | Q(second=OuterRef("pk")))
    rows = Partner.objects.select_related("search_key").annotate(
        changed_hands=Exists(places), was_told_apart=Exists(told)
    )
    found = get_object_or_404(rows, pk=pk)
    if not roles_about(request.user, found, clock.today()):
        raise Http404
    return found


def staff_only(request: HttpRequest) -> None:
    """Refuse who has no role in a caisse."""
    if not is_staff(request.user):
        raise PermissionDenied
