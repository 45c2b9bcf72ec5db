"""Posting the letters of the day one after the other: numbers typed or scanned, a result a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from contracts.letter_circuit import POSTED, NotNow
from contracts.models import OutgoingLetter
from contracts.registered_numbers import normalised
from contracts.rules import may_somewhere
from contracts.services.outgoing_acts import Told, acts_of
from contracts.services.outgoing_letters import CannotPass, check, passed
from desk.consequences import Conclusion, Consequences
from desk.outgoing.forms import SEND, DayForm
from desk.outgoing.listing import ready_to_post
from workflows import clock
from workflows.acts import Act
from workflows.french import typeset
from workflows.recording import ActRefused
from workflows.subjects import NotRecorded
from workflows.together import consequences_of

MOST_AT_ONCE = 50


@dataclass
class Row:
    """A letter to post, what was typed for it, and what became of it."""

    letter: OutgoingLetter
    identifier: str
    number: str = ""
    fault: str = ""
    conclusions: tuple[Conclusion, ...] = ()
    ends: str = ""
    """What it brings to an end, in words; empty for most letters."""
    posted: bool = False
    acts: tuple[Act, ...] = field(default=(), repr=False)


@require_http_methods(["GET", "HEAD", "POST"])
def posting(request: HttpRequest) -> HttpResponse:
    """The letters signed and not posted; those with a number are posted once confirmed."""
    if not may_somewhere(request.user, SEND):
        raise PermissionDenied
    day_form = DayForm(request.POST if request.method == "POST" else {"jour": clock.today()})
    rows = [_row(request, letter) for letter in ready_to_post(request.user)[:MOST_AT_ONCE]]
    told = [row for row in rows if row.number]
    context = {"form": day_form, "rows": rows, "told": told}
    if request.method != "POST" or not day_form.is_valid():
        status = 422 if day_form.errors else 200
        return _page(request, context, status)
    day = day_form.cleaned_data["jour"]
    _weigh(request, told, day)
    faults = [row for row in told if row.fault]
    shown = _answers(told, day)
    if "confirm" in request.POST and request.POST.get("shown") == shown and not faults:
        for row in told:
            _post(request, row, day)
        return render(request, "desk/outgoing/posted.html", {"rows": told, "day": day})
    context |= {"faults": faults, "shown": shown, "ready": bool(told) and not faults}
    return _page(request, context, 422 if faults else 200)


def _page(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    rows = context["rows"]
    assert isinstance(rows, list)
    # The field to go on with, for who types or scans one number after the other.
    first = next((row for row in rows if row.fault or not row.number), None)
    context["first"] = first.letter.pk if first else None
    return render(request, "desk/outgoing/posting.html", context, status=status)


def _row(request: HttpRequest, letter: OutgoingLetter) -> Row:
    kept = request.POST.get(f"envoi-{letter.pk}", "")
    try:
        identifier = UUID(hex=kept).hex
    except ValueError:
        identifier = uuid4().hex
    number = normalised(request.POST.get(f"numero-{letter.pk}", "")[:60])
    return Row(letter, identifier, number)


def _weigh(request: HttpRequest, rows: list[Row], day: date) -> None:
    """Say of each row what is wrong with it, or what it changes."""
    seen: set[str] = set()
    for row in rows:
        told = Told(kind=POSTED, on=day, registered_number=row.number)
        try:
            check(row.letter, told, request.user)
            if row.number in seen:
                raise CannotPass(f"Le numéro {row.number} est déjà sur une autre ligne.")
            seen.add(row.number)
            row.acts = acts_of(row.letter, told, UUID(hex=row.identifier))
            changed = Consequences(consequences_of(row.letter.issued.convention, row.acts))
        except (CannotPass, NotNow, ActRefused) as refused:
            row.fault = typeset(str(refused))
            continue
        row.conclusions = changed.conclusions
        if changed.is_irreversible:
            row.ends = next((line.after for line in changed.lines if line.what == "Fin"), "")


def _post(request: HttpRequest, row: Row, day: date) -> None:
    told = Told(kind=POSTED, on=day, registered_number=row.number)
    try:
        passed(row.letter, told, request.user, identifier=UUID(hex=row.identifier), acts=row.acts)
    except (CannotPass, NotNow, ActRefused, NotRecorded) as refused:
        row.fault = typeset(str(refused))
    else:
        row.posted = True


def _answers(rows: list[Row], day: date) -> str:
    """What was shown, so that nothing else is confirmed."""
    told = [day.isoformat(), *(f"{row.letter.pk}:{row.number}" for row in rows)]
    return sha256("|".join(told).encode()).hexdigest()
