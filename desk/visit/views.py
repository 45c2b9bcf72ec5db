"""The guided visit: its page, and its end."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from contracts.models import User
from contracts.rules import is_staff
from desk.visit.steps import steps_of
from workflows import clock


@require_safe
def visit(request: HttpRequest) -> HttpResponse:
    """The steps, whether the user has ended them before or not."""
    _visitors_only(request)
    steps = steps_of(request.user, clock.today())
    context = {"steps": [(step, step.address(n)) for n, step in enumerate(steps, start=1)]}
    return render(request, "desk/visit/visit.html", context)


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Propose it no more on the first page of this user."""
    _visitors_only(request)
    User.objects.filter(pk=request.user.pk, visit_ended_at=None).update(visit_ended_at=clock.now())
    return redirect("home")


def _visitors_only(request: HttpRequest) -> None:
    if not settings.TACITE_DEMONSTRATION:
        raise Http404
    if not is_staff(request.user):
        raise PermissionDenied
