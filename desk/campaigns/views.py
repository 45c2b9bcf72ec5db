"""The campaigns, and one of them: its preview before the launch, its returns after."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from contracts.models import AvenantCampaign, CampaignLine
from contracts.rules import is_staff
from contracts.services.campaign_launch import waiting_proposal, why_not_launched
from contracts.services.campaign_lines import (
    counted_by_campaign,
    moved_kinds,
    untold_scans,
    with_standing,
)
from contracts.services.campaign_returns import RECORD
from contracts.services.campaigns import POWER, visible_campaigns
from contracts.services.visibility import visible_conventions
from desk.campaigns import listing
from desk.campaigns.forms import ActForm, FollowForm, LaunchForm, PreviewForm
from desk.campaigns.rules import rules_that_differ
from workflows import clock
from workflows.keys import LARGEST_KEY

ROWS_A_PAGE = 50
CAMPAIGNS_A_PAGE = 25


@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """Every campaign of the reader's caisses, the latest first."""
    if not is_staff(request.user):
        raise PermissionDenied
    today = clock.today()
    found = visible_campaigns(request.user, today)
    page = Paginator(found, CAMPAIGNS_A_PAGE).get_page(request.GET.get("page"))
    own = visible_conventions(request.user, today).order_by()
    lines = CampaignLine.objects.filter(campaign__in=list(page.object_list), convention__in=own)
    numbers = counted_by_campaign(lines, today)
    context = {
        "page": page,
        "rows": [
            (one, listing.phase_of(one), listing.Progress.of(numbers.get(one.pk, {})))
            for one in page.object_list
        ],
        "query": "",
    }
    return render(request, "desk/campaigns/campaigns.html", context)


@require_safe
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """One campaign: what it would move, or what came of it."""
    found = visible_campaign(request, pk)
    return page_of(request, found)


def page_of(
    request: HttpRequest,
    found: AvenantCampaign,
    form: Any = None,
    results: Any = (),
    status: int = 200,
) -> HttpResponse:
    """The page of a campaign, with a form that was refused or the results of one."""
    is_launched = hasattr(found, "launch")
    context: dict[str, Any] = {
        "campaign": found,
        "phase": listing.phase_of(found),
        "is_launched": is_launched,
        "closing": getattr(found, "closing", None),
        "may_decide": request.user.has_perm(POWER, found.caisse),
        "today": clock.today(),
        "results": results,
        "rules": rules_that_differ(found.target, found.from_versions),
        "form": form,
    }
    if is_launched:
        context |= _followed(request, found)
        context["form"] = form or ActForm(initial={"on": clock.today()})
        template = "desk/campaigns/followed.html"
    else:
        context |= _previewed(request, found)
        context["form"] = form or LaunchForm()
        template = "desk/campaigns/previewed.html"
    return render(request, template, context, status=status)


def _previewed(request: HttpRequest, found: AvenantCampaign) -> dict[str, Any]:
    lines = listing.lines_seen(found, request.user, clock.today())
    kinds = moved_kinds(lines)
    choices = [(kind or listing.NO_MOVE, listing.kind_words(kind)) for kind in kinds]
    filters = PreviewForm(request.GET, kinds=choices)
    asked = listing.previewed(lines, filters)
    page = Paginator(asked, ROWS_A_PAGE).get_page(request.GET.get("page"))
    weighed = lines.exclude(weighed_at=None)
    return {
        "filters": filters,
        "query": _query(request),
        "page": page,
        "rows": [(line, listing.moves_of(line)) for line in page.object_list],
        "total": lines.count(),
        "weighed": weighed.count(),
        "left_out": lines.filter(outcome=CampaignLine.Outcome.LEFT_OUT).count(),
        "kinds": [
            (kind or listing.NO_MOVE, listing.kind_words(kind), number)
            for kind, number in kinds.items()
        ],
        "why_not": why_not_launched(found),
        "proposal": waiting_proposal(found),
    }


def _followed(request: HttpRequest, found: AvenantCampaign) -> dict[str, Any]:
    today = clock.today()
    lines = with_standing(listing.lines_seen(found, request.user, today), today)
    filters = FollowForm(request.GET)
    asked = listing.followed(lines, filters).select_related("convention__partner", "avenant")
    page = Paginator(asked, ROWS_A_PAGE).get_page(request.GET.get("page"))
    scans = untold_scans(CampaignLine.objects.filter(pk__in=[one.pk for one in page.object_list]))
    return {
        "filters": filters,
        "query": _query(request),
        "page": page,
        "rows": listing.seen(page.object_list, {scan.issued_id: scan.pk for scan in scans}),
        "progress": listing.progress_of(listing.lines_seen(found, request.user, today), today),
        "may_record": not hasattr(found, "closing") and request.user.has_perm(RECORD, found.caisse),
    }


def visible_campaign(request: HttpRequest, pk: int) -> AvenantCampaign:
    """A campaign that the reader may see. Raises ``Http404``."""
    if not is_staff(request.user):
        raise PermissionDenied
    if pk > LARGEST_KEY:
        raise Http404
    return get_object_or_404(visible_campaigns(request.user, clock.today()), pk=pk)


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()
