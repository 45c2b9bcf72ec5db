"""The ledger of messages: what was sent, to whom, when, and what each said."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from contracts.rules import is_staff, may_somewhere
from desk.mailing.forms import LedgerForm
from desk.mailing.framed import framed
from desk.mailing.listing import line_of, narrowed, page_of, visible
from notifications.bounces.addresses import CORRECT, to_correct
from notifications.models import Message
from workflows import clock
from workflows.keys import LARGEST_KEY


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """The messages, the last asked for first."""
    if not is_staff(request.user):
        raise PermissionDenied
    today, user = clock.today(), request.user
    form = LedgerForm(request.GET)
    rows, following = page_of(narrowed(visible(user, today), form), request.GET)
    query = request.GET.copy()
    query.pop("avant", None)
    corrects = may_somewhere(user, CORRECT)
    context = {
        "form": form,
        "rows": rows,
        "following": following,
        "is_first": "avant" not in request.GET,
        "query": query.urlencode(),
        "is_narrowed": any(query.values()),
        "dead": to_correct(user, today).count() if corrects else 0,
        "reads_catalogue": may_somewhere(user, "notifications.view_catalogue"),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/mailing/ledger.html", context, status=status)


@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message, as it is kept: without its code, its password or its link."""
    found = _visible(request, pk)
    context = {
        "line": line_of(found),
        "message": found,
        "dead": to_correct(request.user, clock.today()).filter(message=found).first(),
    }
    return render(request, "desk/mailing/message.html", context)


@framed
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a message, as it is kept, once it has left."""
    found = _visible(request, pk)
    if not found.html:
        raise Http404
    return HttpResponse(found.html)


def _visible(request: HttpRequest, pk: int) -> Message:
    """The message, if it exists for this user: nobody learns of the others."""
    if pk > LARGEST_KEY:
        raise Http404
    return get_object_or_404(visible(request.user, clock.today()), pk=pk)
