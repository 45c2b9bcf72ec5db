"""The first page: what needs me today. And what a count leads to where no other list has it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from contracts.models import PartnerMembership
from contracts.rules import is_staff, may_somewhere
from contracts.services.visibility import visible_caisses, visible_conventions
from desk.home import SEE_MISSING, blocked_grants, cards
from desk.signing_in.adapter import enters_by_code
from desk.upcoming import HORIZON_DAYS, upcoming
from workflows import clock


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person; a partner's person has a space of their own."""
    today, user = clock.today(), request.user
    staff = is_staff(user)
    if not staff and (
        enters_by_code(user) or PartnerMembership.objects.on(today).filter(user=user).exists()
    ):
        return redirect("space")
    context = {
        "today": today,
        "first_name": user.first_name,
        "caisses": list(visible_caisses(user, today)) if staff else [],
        "cards": cards(user, today) if staff else [],
        "upcoming": upcoming(visible_conventions(user, today), today) if staff else [],
        "days": HORIZON_DAYS,
        "drafts": may_somewhere(user, "contracts.draft_convention"),
    }
    return render(request, "desk/home.html", context)


@require_safe
def blocked(request: HttpRequest) -> HttpResponse:
    """The users accepted whose right could not be granted, each with the reason."""
    today = clock.today()
    if not may_somewhere(request.user, SEE_MISSING):
        raise PermissionDenied
    return render(
        request, "desk/blocked_grants.html", {"rows": blocked_grants(request.user, today)}
    )
