"""The list of conventions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contracts.rules import powers_of
from contracts.services.bulk_runs import ASSIGN
from contracts.services.saved_views import views_of
from desk.portfolio import columns
from desk.portfolio.asking import Asked
from desk.portfolio.counting import counted, write_on
from desk.portfolio.paging import page_of
from desk.portfolio.saved import KEEP
from workflows import clock

MOST_VIEWS = 6
"""Saved views that stand above the list."""


@require_safe
def conventions(request: HttpRequest) -> HttpResponse:
    """The conventions that the user may see, those that change soonest first."""
    asked = Asked(request.user, request.GET, clock.today())
    # Read now: the numbers that are written beside the choices are no part of a filter's words.
    words = list(asked.words())
    counts = counted(asked.found, asked.types, {one.pk: one.code for one in asked.caisses})
    page = page_of(
        asked.found,
        counts,
        request.GET.get("apres"),
        request.GET.get("avant"),
    )
    write_on(asked.form, counts)
    powers = powers_of(request.user, asked.today)
    context = {
        "form": asked.form,
        "words": words,
        "counts": counts,
        "page": page,
        "columns": asked.columns,
        "all_columns": columns.ALL,
        "rows": columns.listed(page.rows, asked.types, asked.columns),
        "today": asked.today,
        "query": asked.query,
        "is_narrowed": asked.is_narrowed,
        # The first of them: the others are a page away.
        "views": views_of(request.user, asked.today)[:MOST_VIEWS],
        "keeps": KEEP in powers,
        "acts": ASSIGN in powers,
        "drafts": "contracts.draft_convention" in powers,
    }
    return render(request, "desk/portfolio/conventions.html", context)
