"""The ends to settle: what each ended convention still waits for, and the one thing to do."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contracts.rules import may_somewhere
from desk.endings import listing
from workflows import clock

ROWS_A_PAGE = 25


@require_safe
def endings(request: HttpRequest) -> HttpResponse:
    """The ended conventions whose file is open, the oldest end first."""
    if not may_somewhere(request.user, listing.SETTLE):
        raise PermissionDenied
    today = clock.today()
    found = listing.waiting(request.user, today).select_related("partner", "caisse", "pinned")
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = listing.rows_of(list(page.object_list), today)
    context = {"page": page, "rows": rows, "query": "", "today": today}
    return render(request, "desk/endings/endings.html", context)
