"""The first page: what needs me today. And what a count leads to where no other list has it."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from contracts.models import PartnerMembership
from contracts.rules import is_staff, may_somewhere
from contracts.services.deadline_portfolio import Asked
from contracts.services.visibility import visible_caisses, visible_conventions
from desk.blocked_grants import SEE_MISSING, blocked_grants
from desk.deadlines.listing import Row, page_of
from desk.home import groups
from desk.recent_changes import changes
from desk.signing_in.adapter import enters_by_code
from workflows import clock

DAYS, SHOWN = 90, 8
"""How far ahead the nearest limits are looked for, and how many are shown."""


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
        "groups": groups(user, today) if staff else [],
        "upcoming": _upcoming(request, today) if staff else (),
        "days": DAYS,
        "changes": changes(user, today) if staff else [],
        "drafts": may_somewhere(user, "contracts.draft_convention"),
    }
    return render(request, "desk/home.html", context)


def _upcoming(request: HttpRequest, today: date) -> tuple[Row, ...]:
    seen = visible_conventions(request.user, today)
    asked = Asked(today, today + timedelta(days=DAYS))
    return page_of(seen, asked, None, "", today, SHOWN).rows


@require_safe
def blocked(request: HttpRequest) -> HttpResponse:
    """The users accepted whose right could not be granted, each with the reason."""
    today = clock.today()
    if not may_somewhere(request.user, SEE_MISSING):
        raise PermissionDenied
    return render(
        request, "desk/blocked_grants.html", {"rows": blocked_grants(request.user, today)}
    )
