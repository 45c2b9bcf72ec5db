"""Two conventions of one type that a succession gave one partner, side by side: are both kept?"""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from contracts.life_words import MEANINGS
from contracts.models import Convention
from contracts.services.twin_conventions import KEEP, NotTwins, are_twins, keep_both, pair_kept
from contracts.services.visibility import visible_conventions
from desk.partners.forms import KeepBothForm
from desk.partners.views import staff_only
from workflows import clock
from workflows.french import typeset
from workflows.keys import LARGEST_KEY


@require_http_methods(["GET", "HEAD", "POST"])
def twins(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """What each covers and until when; then why both go on, or what to do otherwise."""
    staff_only(request)
    pair = [_visible(request, key) for key in (pk, other)]
    already = pair_kept(*pair)
    today = clock.today()
    if already is None and not are_twins(*pair, today):
        raise Http404
    may_keep = all(request.user.has_perm(KEEP, one) for one in pair)
    form = KeepBothForm(request.POST or None, initial={"identifier": uuid4()})
    if request.method == "POST":
        if not may_keep:
            raise PermissionDenied
        if form.is_valid():
            given = form.cleaned_data
            try:
                keep_both(*pair, given["reason"], request.user, identifier=given["identifier"])
            except ValidationError as refused:
                form.add_error(None, refused)
            except NotTwins as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(
                    request, typeset("C’est enregistré : les deux conventions sont gardées.")
                )
                return redirect("partner_duplicates")
    context = {
        "rows": [(one, MEANINGS[one.state], one.sites.order_by("name", "pk")) for one in pair],
        "partner": pair[0].partner,
        "already": already,
        "keeps": may_keep and already is None,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "desk/partners/twins.html", context, status=status)


def _visible(request: HttpRequest, pk: int) -> Convention:
    if pk > LARGEST_KEY:
        raise Http404
    seen = visible_conventions(request.user, clock.today())
    return get_object_or_404(seen.select_related("partner", "caisse", "pinned", "assignee"), pk=pk)
