"""A convention, or a list of them, as of a day and as known at an instant."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contracts.rules import is_staff
from contracts.services.visibility import visible_caisses, visible_conventions
from desk.as_of.forms import AsOfForm, ListAsOfForm
from desk.as_of.listing import existing, page_of
from desk.as_of.looking import Look
from desk.views import visible_convention
from workflows import clock


@require_safe
def convention(request: HttpRequest, pk: int) -> HttpResponse:
    """One convention on a day, as it was known, with the difference."""
    found, today = visible_convention(request, pk), clock.today()
    form = AsOfForm(request.GET if "le" in request.GET else {"le": today.isoformat()})
    context: dict[str, Any] = {"convention": found, "form": form, "today": today}
    if form.is_valid():
        asked = form.cleaned_data
        context["look"] = Look(found, asked["le"], asked["connu"], today)
    return render(request, "desk/as_of/convention.html", context, status=_status(form))


@require_safe
def conventions(request: HttpRequest) -> HttpResponse:
    """The conventions of the caisses on a day."""
    if not is_staff(request.user):
        raise PermissionDenied
    today = clock.today()
    form = ListAsOfForm(request.GET if "le" in request.GET else {"le": today.isoformat()})
    form.fields["caisse"].queryset = visible_caisses(request.user, today)  # type: ignore[attr-defined]
    query = request.GET.copy()
    query.pop("apres", None)
    context: dict[str, Any] = {"form": form, "today": today, "query": query.urlencode()}
    if form.is_valid():
        asked = form.cleaned_data
        seen = existing(visible_conventions(request.user, today), asked)
        context["day"], context["known_at"] = asked["le"], asked["connu"]
        context["page"] = page_of(seen, request.GET.get("apres"), asked["le"], asked["connu"])
        context["is_first"] = "apres" not in request.GET
    return render(request, "desk/as_of/conventions.html", context, status=_status(form))


def _status(form: AsOfForm) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
