"""The provider of registered letters: letters handed over, statuses read, surprises looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from contracts.letter_circuit import POSTED
from contracts.models import OutgoingLetter
from contracts.registered_mail.choice import chosen
from contracts.rules import may_somewhere
from contracts.services.letter_deposits import entrust
from contracts.services.letter_statuses import read_statuses, settle
from contracts.services.outgoing_acts import Told, acts_of
from contracts.services.outgoing_letters import CannotPass
from desk.consequences import Conclusion, Consequences
from desk.outgoing.forms import SEND, EntrustForm, SettleForm
from desk.outgoing.listing import ready_to_post, surprises
from workflows import clock
from workflows.french import count, typeset
from workflows.keys import LARGEST_KEY
from workflows.recording import ActRefused
from workflows.together import consequences_of

MOST_AT_ONCE = 20
ROWS_A_PAGE = 50


@dataclass
class Row:
    """A signed letter that may be handed over, and what it would change if it left today."""

    letter: OutgoingLetter
    conclusions: Sequence[Conclusion] = ()
    ends: str = ""
    fault: str = ""
    checked: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
def provider(request: HttpRequest) -> HttpResponse:
    """What may be handed over, and what the provider told that surprises."""
    _require_power(request)
    form = EntrustForm(request.POST if request.method == "POST" else None)
    ticked = set(request.POST.getlist("courriers"))
    rows = [
        Row(one, checked=str(one.pk) in ticked)
        for one in ready_to_post(request.user)[:MOST_AT_ONCE]
    ]
    wanted = [row for row in rows if row.checked]
    if request.method == "POST" and form.is_valid():
        if not wanted:
            form.add_error(None, "Cochez au moins un courrier.")
        for row in wanted:
            _weigh(row)
        # What was not shown is not confirmed.
        shown = ",".join(str(row.letter.pk) for row in wanted)
        confirmed = "confirm" in request.POST and request.POST.get("shown") == shown
        done = [row for row in wanted if confirmed and _entrusted(request, row, form.consent_told)]
        if done:
            messages.success(
                request, typeset(f"{count(len(done), 'courrier confié', 'courriers confiés')}.")
            )
        if done and len(done) == len(wanted):
            return redirect("letter_provider")
        rows = [row for row in rows if row not in done]
    failed = bool(form.errors) or any(row.fault for row in rows if row.checked)
    context: dict[str, Any] = {
        "form": form,
        "rows": rows,
        "ready": ",".join(str(row.letter.pk) for row in wanted if not row.fault)
        if form.is_bound and not form.errors
        else "",
        "is_set": chosen() is not None,
        "surprises": surprises(request.user, clock.today())[:ROWS_A_PAGE],
    }
    return render(request, "desk/outgoing/provider.html", context, status=422 if failed else 200)


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Read what the provider told, without waiting for tomorrow."""
    _require_power(request)
    try:
        made = read_statuses()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        messages.error(
            request,
            typeset(
                f"Le prestataire n’a pas pu être lu ({reason}). Ce qui n’a pas été lu reste à "
                "lire : recommencez plus tard, ou prévenez qui administre le site."
            ),
        )
        return redirect("letter_provider")
    said = (
        f"{count(made, 'passage enregistré', 'passages enregistrés')}." if made else "Rien de neuf."
    )
    messages.success(request, typeset(said))
    return redirect("letter_provider")


@require_POST
def settled(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody looked at a surprise, and says what came of it."""
    _require_power(request)
    if pk > LARGEST_KEY:
        raise Http404
    row = get_object_or_404(surprises(request.user, clock.today()), pk=pk)
    form = SettleForm(request.POST)
    if form.is_valid():
        settle(row, request.user, form.cleaned_data["why"])
        messages.success(request, "C’est réglé.")
    else:
        messages.error(request, typeset("Rien n’est enregistré : dites quelle suite est donnée."))
    return redirect("letter_provider")


def _weigh(row: Row) -> None:
    """What its posting would change; a number is only known once it has left."""
    letter, told = row.letter, Told(kind=POSTED, on=clock.today())
    try:
        acts = acts_of(letter, told, uuid4())
        changed = Consequences(consequences_of(letter.issued.convention, acts))
    except ActRefused as refused:
        row.fault = typeset(str(refused))
        return
    row.conclusions = changed.conclusions
    if changed.is_irreversible:
        row.ends = next((line.after for line in changed.lines if line.what == "Fin"), "")


def _entrusted(request: HttpRequest, row: Row, consent: str) -> bool:
    try:
        entrust(row.letter, request.user, consent=consent)
    except CannotPass as refused:
        row.fault = str(refused)
        return False
    return True


def _require_power(request: HttpRequest) -> None:
    if not may_somewhere(request.user, SEND):
        raise PermissionDenied
