"""Opening a convention: the partner looked up, entered if need be, then the draft."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from contracts.life_words import MEANINGS
from contracts.models import Convention, Partner, UserScope
from contracts.models.partners import PARTNER_KINDS
from contracts.rules import scopes_where
from contracts.services.conventions import CannotDraft
from contracts.services.drafting import open_draft, rulebooks_for
from contracts.services.partners import (
    MOST_FOUND,
    Sought,
    create_partner,
    current_signatories,
    found,
    sought,
)
from contracts.services.visibility import visible_conventions
from desk.drafting.forms import DraftForm, LookUpForm, PartnerForm, SiteForms, covers
from workflows import clock
from workflows.keys import LARGEST_KEY
from workflows.rulebook_types import PartnerKind


@require_safe
def look_up(request: HttpRequest) -> HttpResponse:
    """Who is the convention with? Those already known, with what they already signed."""
    _drafting_scopes(request)
    form = LookUpForm(request.GET if "q" in request.GET else None)
    context: dict[str, Any] = {"form": form, "asked": None, "rows": []}
    if form.is_bound and form.is_valid():
        asked = sought(form.cleaned_data["q"])
        partners = list(_with_their_conventions(request, found(asked))[: MOST_FOUND + 1])
        context |= {
            "asked": asked,
            "rows": [_row(partner, asked) for partner in partners[:MOST_FOUND]],
            "has_more": len(partners) > MOST_FOUND,
            "new_partner": _address("new_partner", **_known_of(asked)),
        }
    return render(
        request, "desk/drafting/look_up.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_partner(request: HttpRequest) -> HttpResponse:
    """Enter a partner that nobody knows, with its structures."""
    _drafting_scopes(request)
    if request.method != "POST":
        given = {"name": request.GET.get("nom", ""), "number": request.GET.get("numero", "")}
        form, sites = (
            PartnerForm(initial=given | {"form_token": uuid4()}),
            SiteForms(prefix="sites"),
        )
        return _partner_page(request, form, sites)
    if "more" in request.POST:
        return _partner_page(request, *_with_one_more_site(request))
    form, sites = PartnerForm(request.POST), SiteForms(request.POST, prefix="sites")
    if form.is_valid() and sites.is_valid():
        partner = _entered(form, sites)
        if partner is not None:
            messages.success(request, f"{partner.name} est enregistré.")
            return redirect("draft", pk=partner.pk)
    return _partner_page(request, form, sites, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """What convention? Then what will be opened, then the draft."""
    scopes = _drafting_scopes(request)
    if pk > LARGEST_KEY:
        raise Http404
    partner = get_object_or_404(Partner, pk=pk)
    rulebooks = [
        rulebook
        for rulebook in rulebooks_for(partner.kind)
        if any(covers(scope, rulebook) for scope in scopes)
    ]
    asked = {"partner": partner, "scopes": scopes, "rulebooks": rulebooks}
    context: dict[str, Any] = {
        "partner": partner,
        "kind": PARTNER_KINDS[PartnerKind(partner.kind)],
        "signatories": current_signatories(partner, clock.today()),
        "rulebooks": rulebooks,
        "duplicates": [],
    }
    if request.method != "POST":
        form = DraftForm(initial=_first_answers(request, partner), **asked)
        return render(request, "desk/drafting/draft.html", context | {"form": form})
    form = DraftForm(request.POST, **asked)
    already = _opened_before(request, form)
    if already is not None:
        return redirect("convention", pk=already.pk)
    if form.is_valid() and "edit" not in request.POST:
        if "confirm" not in request.POST:
            return render(request, "desk/drafting/summary.html", context | {"form": form})
        opened = _opened(request, form)
        if opened is not None:
            messages.success(request, f"Le brouillon {opened.number} est ouvert.")
            return redirect("convention", pk=opened.pk)
    context |= {
        "form": form,
        "duplicates": [_convention_row(convention) for convention in form.duplicates],
    }
    status = 422 if form.errors else 200
    return render(request, "desk/drafting/draft.html", context, status=status)


def _drafting_scopes(request: HttpRequest) -> list[UserScope]:
    """The roles under which the user may open conventions. Raises ``PermissionDenied``."""
    scopes = scopes_where(request.user, "contracts.draft_convention", clock.today())
    if not scopes:
        raise PermissionDenied
    return scopes


def _with_their_conventions(request: HttpRequest, partners: Any) -> Any:
    seen = visible_conventions(request.user, clock.today()).select_related("caisse", "pinned")
    own = Prefetch("conventions", queryset=seen.order_by("number"), to_attr="seen_conventions")
    return partners.order_by("name", "pk").prefetch_related("sites", own)


def _row(partner: Any, asked: Sought) -> dict[str, Any]:
    """A partner found, the structures named by the search first, and what it already signed."""
    sites = list(partner.sites.all())
    own = [site for site in sites if asked.siret and site.siret == asked.siret]
    answers = {"structure": own[0].pk} if own else {}
    known = {partner.siret, *(site.siret for site in sites)}
    unknown_site = bool(asked.siret) and asked.siret not in known
    if unknown_site:
        answers = {"siret": asked.siret}
    return {
        "partner": partner,
        "kind": PARTNER_KINDS[PartnerKind(partner.kind)],
        "sites": sites,
        "conventions": [_convention_row(convention) for convention in partner.seen_conventions],
        "unknown_site": unknown_site,
        "draft": _address("draft", partner.pk, **answers),
    }


def _convention_row(convention: Convention) -> dict[str, Any]:
    return {
        "convention": convention,
        "meaning": MEANINGS[convention.state],
        "state": convention.state_label,
    }


def _known_of(asked: Sought) -> dict[str, str]:
    if asked.siren:
        return {"numero": asked.siret or asked.siren}
    return {"nom": asked.text}


def _address(name: str, *arguments: Any, **answers: Any) -> str:
    page = reverse(name, args=arguments)
    return f"{page}?{urlencode(answers)}" if answers else page


def _first_answers(request: HttpRequest, partner: Partner) -> dict[str, Any]:
    """A form of its own, with what the search already said; the only structure is chosen."""
    sites = [site.pk for site in partner.sites.filter(closed_on__isnull=True)]
    asked = request.GET.get("structure", "")
    chosen = [pk for pk in sites if str(pk) == asked] or (sites if len(sites) == 1 else [])
    siret = sought(request.GET.get("siret", "")).siret
    return {
        "form_token": uuid4(),
        "sites": [] if siret else chosen,
        "site_siret": siret,
    }


def _opened_before(request: HttpRequest, form: DraftForm) -> Convention | None:
    """What this very form opened, when it comes a second time."""
    form.is_valid()
    token = form.cleaned_data.get("form_token")
    seen = visible_conventions(request.user, clock.today())
    return seen.filter(form_token=token, partner=form.partner).first() if token else None


def _opened(request: HttpRequest, form: DraftForm) -> Convention | None:
    """The draft; None when the form says what stands in the way."""
    answers = form.cleaned_data
    try:
        return open_draft(
            form_token=answers["form_token"],
            caisse=answers["caisse"],
            partner=form.partner,
            rulebook_code=answers["rulebook"],
            sites=answers.get("sites") or (),
            author=request.user,
            new_site=form.new_site,
            signatory=form.signatory,
        )
    except CannotDraft as refused:
        form.add_error(None, str(refused))
    except ValidationError as refused:
        form.add_error(None, ValidationError(refused.messages))
    return None


def _entered(form: PartnerForm, sites: Any) -> Partner | None:
    """The partner; None when a form says what stands in the way."""
    answers = form.cleaned_data
    number = sought(answers["number"])
    given = [(one, one.given) for one in sites if one.given is not None]
    try:
        return create_partner(
            name=answers["name"],
            kind=answers["kind"],
            siren=number.siren,
            siret=number.siret,
            address=answers["address"],
            email=answers["email"],
            sites=[site for _, site in given],
            form_token=answers["form_token"],
        )
    except ValidationError as refused:
        for key, errors in refused.message_dict.items():
            if key.startswith("sites-"):
                _, rank, field = key.split("-", 2)
                given[int(rank)][0].add_error(field, errors)
            else:
                form.add_error("number" if key in ("siren", "siret", "__all__") else key, errors)
    return None


def _partner_page(
    request: HttpRequest, form: PartnerForm, sites: Any, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "sites": sites, "known": None}
    if form.is_bound and "number" in form.errors:
        number = sought(form.data.get("number", ""))
        if number.siren:
            context["known"] = Partner.objects.filter(siren=number.siren).first()
    return render(request, "desk/drafting/partner.html", context, status=status)


def _with_one_more_site(request: HttpRequest) -> tuple[PartnerForm, Any]:
    """The same answers, unchecked, with room for another structure."""
    answers = {name: request.POST.get(name, "") for name in PartnerForm.base_fields}
    shown = request.POST.get("sites-TOTAL_FORMS", "1")
    count = min(int(shown), 29) if shown.isascii() and shown.isdigit() and len(shown) < 4 else 1
    rows = [
        {
            field: request.POST.get(f"sites-{rank}-{field}", "")
            for field in ("name", "siret", "address")
        }
        for rank in range(count)
    ]
    return PartnerForm(initial=answers), SiteForms(prefix="sites", initial=rows)
