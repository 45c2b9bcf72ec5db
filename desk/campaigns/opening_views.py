"""Opening a campaign from the page of a published version."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from contracts.models import PublishedRulebook
from contracts.rules import caisses_where, may_somewhere
from contracts.services.campaigns import POWER, CannotCampaign, earlier_versions, open_campaign
from desk.campaigns.forms import OpeningForm
from desk.campaigns.rules import rules_that_differ
from desk.rulebooks.views import LARGEST_VERSION
from workflows import clock
from workflows.french import typeset


@require_http_methods(["GET", "HEAD", "POST"])
def open_one(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """What differs, to whom it would be proposed and from when; then the preview is made."""
    if not may_somewhere(request.user, POWER):
        raise PermissionDenied
    if version > LARGEST_VERSION:
        raise Http404
    target = get_object_or_404(PublishedRulebook, code=code, version=version)
    versions = earlier_versions(target)
    if not versions.exists():
        raise Http404
    own = caisses_where(request.user, POWER, clock.today()).order_by("name")
    form = OpeningForm(
        request.POST if request.method == "POST" else None, caisses=own, versions=versions
    )
    if request.method == "POST" and form.is_valid():
        try:
            identifier = form.cleaned_data["identifier"]
            campaign = open_campaign(form.asked(target), request.user, identifier)
        except CannotCampaign as refused:
            form.add_error(None, str(refused))
        else:
            words = "L’examen des conventions commence. Rien n’est encore proposé à personne."
            messages.success(request, typeset(words))
            return redirect("campaign", pk=campaign.pk)
    context = {
        "target": target,
        "rulebook": target.rulebook,
        "form": form,
        "rules": rules_that_differ(target),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/campaigns/open.html", context, status=status)
