"""One convention as the partner reads it: its life, its dates, its users and their requests."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contracts.convention_life import life_of
from forms_annexes.models import AccessRequest
from forms_annexes.models.requests import RequestStatus
from forms_annexes.services.structure_changes import awaited
from forms_annexes.services.visibility import answers_for_all, partner_requests
from forms_annexes.views.answers import SUBMIT, own_convention
from forms_annexes.views.expected import Seen, expected_of, names_of, waits_for_partner
from forms_annexes.views.home import asked_forms, is_in_hand, line_of, open_sites
from forms_annexes.views.users import services_of, users_of
from workflows import clock


class PastRequest(NamedTuple):
    """A request that nobody has anything to do about any more."""

    request: AccessRequest
    meaning: str
    state: str
    names: str


@require_safe
def convention(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a convention stands, its dates with their reasons, who has access and who asks."""
    today = clock.today()
    found = own_convention(request, pk)
    requests = list(
        partner_requests(request.user, today).filter(convention=found).prefetch_related("users")
    )
    sites = open_sites(request.user, found, today)
    may_act = request.user.has_perm(SUBMIT, found)
    users, former = users_of(request.user, found, today)
    expected = expected_of(Seen(found, requests, sites, today))
    context = {
        "convention": found,
        "life": life_of(found, today),
        "today": today,
        "expected": [("", one) for one in expected] if may_act else [],
        "waiting": [
            line_of(one) for one in requests if is_in_hand(one) and not waits_for_partner(one)
        ],
        "past": [_past(one) for one in requests if not is_in_hand(one)],
        "users": users,
        "former": former,
        "structures": any(row.right.site_id for row in [*users, *former]),
        "services": services_of(found),
        "asked": asked_forms(found, sites) if may_act else [],
        "declared": awaited(found) if answers_for_all(request.user, found, today) else [],
    }
    return render(request, "forms_annexes/convention.html", context)


def _past(request: AccessRequest) -> PastRequest:
    accepted = request.status == RequestStatus.ACCEPTED.value
    meaning = "in_force" if accepted else "ended"
    return PastRequest(request, meaning, request.status_label, names_of(request))
