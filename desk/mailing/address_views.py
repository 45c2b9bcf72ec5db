"""« Adresses à corriger »: the addresses that receive nothing any more, one at a time."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contracts.rules import may_somewhere
from desk.mailing.forms import AddressForm
from desk.mailing.listing import line_of
from notifications.bounces.addresses import (
    CORRECT,
    CannotCorrect,
    correct,
    may_change,
    to_correct,
    vouch,
)
from notifications.bounces.models import DeadAddress
from notifications.models import Message, MessageState
from workflows import clock
from workflows.french import typeset
from workflows.keys import LARGEST_KEY

SHOWN = 100


@require_safe
def addresses(request: HttpRequest) -> HttpResponse:
    """Every address to see to, the oldest first."""
    found = _to_correct(request)
    context = {"rows": found[:SHOWN], "number": found.count(), "shown": SHOWN}
    return render(request, "desk/mailing/addresses.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """One address: what it did not receive; correct it, or say that it is good again."""
    if pk > LARGEST_KEY:
        raise Http404
    dead = get_object_or_404(_to_correct(request), pk=pk)
    vouches = "vouch" in request.POST
    form = AddressForm(request.POST if request.method == "POST" and not vouches else None)
    if request.method == "POST" and _settled(request, dead, form, vouches):
        return redirect("dead_addresses")
    lost = Message.objects.filter(address__iexact=dead.address, state=MessageState.BOUNCED)
    context: dict[str, Any] = {
        "dead": dead,
        "form": form,
        "changes": may_change(request.user, dead),
        "lost": [line_of(one) for one in lost.select_related("convention").order_by("-pk")[:20]],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/mailing/address.html", context, status=status)


def _settled(request: HttpRequest, dead: DeadAddress, form: AddressForm, vouches: bool) -> bool:
    try:
        if vouches:
            vouch(dead, request.user)
            said = "L’adresse est tenue pour bonne : les prochains messages y partent."
        elif form.is_valid():
            correct(dead, form.cleaned_data["address"], request.user)
            said = "L’adresse est corrigée : les prochains messages partent à la nouvelle."
        else:
            return False
    except CannotCorrect as refused:
        if not form.is_bound:
            messages.warning(request, str(refused))
            return True
        form.add_error("address", str(refused))
        return False
    messages.success(request, typeset(said))
    return True


def _to_correct(request: HttpRequest) -> QuerySet[DeadAddress]:
    if not may_somewhere(request.user, CORRECT):
        raise PermissionDenied
    found = to_correct(request.user, clock.today())
    return found.select_related("message__convention__partner", "message__person", "message__user")
