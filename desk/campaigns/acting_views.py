"""What is done with a campaign: its launch proposed, its returns told, its end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from contracts.models import AvenantCampaign, CampaignLine, Proposal
from contracts.services import campaign_returns
from contracts.services.campaign_closing import close as close_campaign
from contracts.services.campaign_launch import KIND, campaign_of, propose_launch
from contracts.services.campaign_lines import moved_kinds
from contracts.services.campaigns import POWER, CannotCampaign
from contracts.services.proposals import NotProposed
from desk.campaigns import listing
from desk.campaigns.forms import CONFIRM, REMIND, SIGN, ActForm, ClosingForm, LaunchForm
from desk.campaigns.rules import rules_that_differ
from desk.campaigns.views import ROWS_A_PAGE, page_of, visible_campaign
from desk.proposals.showing import Shown, show
from workflows import clock
from workflows.french import count, typeset
from workflows.keys import LARGEST_KEY


@require_POST
def launch(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose the launch, for another to confirm."""
    found = _decided(request, pk)
    form = LaunchForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            proposal = propose_launch(
                found,
                request.user,
                identifier=str(given["identifier"]),
                reason=given["reason"],
            )
        except NotProposed as refused:
            form.add_error(None, str(refused))
        else:
            words = "C’est proposé : quelqu’un d’autre relit et confirme."
            messages.success(request, typeset(words))
            return redirect("proposal", pk=proposal.pk)
    return page_of(request, found, form, status=422)


@require_POST
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell one thing of the lines chosen, with a result for each."""
    found = visible_campaign(request, pk)
    if not request.user.has_perm(campaign_returns.RECORD, found.caisse):
        raise PermissionDenied
    if not hasattr(found, "launch"):
        raise Http404
    form = ActForm(request.POST)
    if not form.is_valid():
        return page_of(request, found, form, status=422)
    lines = _chosen(request, found)
    if not lines:
        form.add_error(None, "Cochez au moins une ligne.")
        return page_of(request, found, form, status=422)
    results = _told(request, lines, form.cleaned_data)
    if results is None:
        return redirect("campaign", pk=found.pk)
    return page_of(request, found, results=results)


def _told(
    request: HttpRequest, lines: list[CampaignLine], given: dict[str, Any]
) -> list[campaign_returns.Answered] | None:
    """The result of each line; None where it is done in the background."""
    user, identifier = request.user, given["identifier"]
    if given["told"] == REMIND:
        asked = campaign_returns.remind(lines, user, identifier)
        silent = count(asked, "relance s’écrit", "relances s’écrivent")
        words = f"{silent} : elles iront à la signature, puis à la poste."
        none = "Aucune des lignes cochées n’attend de relance."
        messages.success(request, typeset(words if asked else none))
        return None
    if given["told"] == CONFIRM:
        return campaign_returns.confirm_copies(lines, user)
    if given["told"] == SIGN:
        return campaign_returns.sign_for_caisse(lines, given["on"], user, identifier)
    return campaign_returns.refuse(lines, given["reason"], given["on"], user, identifier)


def _chosen(request: HttpRequest, found: AvenantCampaign) -> list[CampaignLine]:
    given = (key for key in request.POST.getlist("choix") if key.isascii() and key.isdigit())
    keys = [int(key) for key in given if len(key) < 19 and int(key) <= LARGEST_KEY]
    lines = listing.lines_seen(found, request.user, clock.today())
    chosen = lines.filter(pk__in=keys[:ROWS_A_PAGE])
    return list(chosen.select_related("convention__partner", "avenant", "campaign"))


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the campaign: what is still open is given up, the conventions stay as they are."""
    found = _decided(request, pk)
    if hasattr(found, "closing"):
        return redirect("campaign", pk=found.pk)
    form = ClosingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            close_campaign(found, form.cleaned_data["reason"], request.user)
        except CannotCampaign as refused:
            form.add_error("reason", str(refused))
        else:
            words = "La campagne est close. Les conventions non signées gardent leur version."
            messages.success(request, typeset(words))
            return redirect("campaign", pk=found.pk)
    today = clock.today()
    lines = listing.lines_seen(found, request.user, today)
    context = {
        "campaign": found,
        "form": form,
        "progress": listing.progress_of(lines, today),
        "is_launched": hasattr(found, "launch"),
        "is_early": found.answer_by is not None and found.answer_by > today,
    }
    status = 422 if form.errors else 200
    return render(request, "desk/campaigns/close.html", context, status=status)


def _decided(request: HttpRequest, pk: int) -> AvenantCampaign:
    found = visible_campaign(request, pk)
    if not request.user.has_perm(POWER, found.caisse):
        raise PermissionDenied
    return found


def _of_launch(proposal: Proposal) -> dict[str, Any]:
    campaign = campaign_of(proposal)
    lines = campaign.lines.all()
    return {
        "campaign": campaign,
        "proposed": lines.exclude(outcome=CampaignLine.Outcome.LEFT_OUT).count(),
        "left_out": lines.filter(outcome=CampaignLine.Outcome.LEFT_OUT).count(),
        "kinds": [
            (listing.kind_words(kind), number) for kind, number in moved_kinds(lines).items()
        ],
        "rules": rules_that_differ(campaign.target, campaign.from_versions),
    }


show(KIND, Shown("desk/campaigns/entailed.html", _of_launch))
