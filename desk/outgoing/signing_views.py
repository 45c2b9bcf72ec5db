"""Signing several letters at once, by who has the power: each read, ticked, and signed today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from contracts.letter_circuit import SIGNED, NotNow
from contracts.models import Agent, OutgoingLetter, User
from contracts.rules import conventions_where, may_somewhere
from contracts.services.outgoing_acts import Told
from contracts.services.outgoing_letters import CannotPass, own_signatures, passed
from desk.outgoing.forms import SEND
from workflows import clock
from workflows.french import count, typeset
from workflows.subjects import NotRecorded

MOST_AT_ONCE = 50


@dataclass
class Row:
    """A letter to sign, and why it was not."""

    letter: OutgoingLetter
    checked: bool = False
    fault: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def signing(request: HttpRequest) -> HttpResponse:
    """The letters that wait for the reader's own signature; those ticked are signed."""
    if not may_somewhere(request.user, SEND):
        raise PermissionDenied
    today = clock.today()
    own = own_signatures(request.user, today)
    ticked = set(request.POST.getlist("courriers"))
    found = to_sign(request.user, own, today)[:MOST_AT_ONCE]
    rows = [Row(one, checked=str(one.pk) in ticked) for one in found]
    status = 200
    if request.method == "POST":
        wanted = [row for row in rows if row.checked]
        signed = [row for row in wanted if _signed(request, row, own[row.letter.caisse_id], today)]
        if signed:
            said = count(len(signed), "courrier signé", "courriers signés")
            messages.success(request, typeset(f"{said}. À poster maintenant."))
        if len(signed) == len(wanted) and ticked:
            # Ticked and not among the rows: sent twice, and signed the first time.
            return redirect("sign_letters")
        rows = [row for row in rows if row not in signed]
        status = 422
    nothing_ticked = status == 422 and not ticked and bool(rows)
    context = {"rows": rows, "nothing_ticked": nothing_ticked, "may_sign": bool(own)}
    return render(request, "desk/outgoing/signing.html", context, status=status)


def to_sign(user: User, own: dict[int, Agent], on: date) -> QuerySet[OutgoingLetter]:
    """The letters of the caisses where the user signs; the one that waits longest first."""
    found = OutgoingLetter.objects.filter(
        standing="to_sign",
        caisse__in=list(own),
        issued__convention__in=conventions_where(user, SEND, on),
    )
    return found.select_related("issued__convention__partner").order_by("since", "pk")


def _signed(request: HttpRequest, row: Row, signatory: Agent, today: date) -> bool:
    told = Told(kind=SIGNED, on=today, signatory=signatory)
    try:
        passed(row.letter, told, request.user, identifier=uuid4())
    except (CannotPass, NotNow, NotRecorded) as refused:
        row.fault = typeset(str(refused))
        return False
    return True
