"""Letters sent: their register, one letter with its passages, and the slip of a day's posting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from contracts.letter_circuit import POSTED_ELECTRONIC, PRESENTED, possible_after, words_of
from contracts.models import LetterPassage, OutgoingLetter
from contracts.rules import is_staff, may_somewhere
from contracts.services.outgoing_letters import own_signatures, visible_outgoing
from contracts.services.proof_chasing import SETTING, chase_days
from desk.outgoing.forms import SEND, DayForm, RegisterForm, action_of
from desk.outgoing.listing import (
    COLUMNS,
    cells,
    line_of,
    narrowed,
    page_of,
    waiting,
    with_address,
)
from desk.outgoing.signing_views import to_sign
from desk.signed_copies.views import given
from forms_annexes.views.conflicts import waiting_file_is_a_conflict
from ui.attachments import streamed
from workflows import clock
from workflows.calendar import acceptance_window
from workflows.csv_lines import lines
from workflows.keys import LARGEST_KEY

MOST_ON_A_SLIP = 500


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The letters sent, and those on their way to be."""
    form, found = _asked(request)
    shown, following = page_of(found, request.GET.get("avant", ""))
    query = request.GET.copy()
    query.pop("avant", None)
    context = {
        "form": form,
        "rows": [line_of(letter) for letter in shown],
        "following": following,
        "is_first": "avant" not in request.GET,
        "query": query.urlencode(),
        "is_narrowed": any(query.values()),
        "today": clock.today(),
        "to_sign": _to_sign(request),
        "to_post": _to_post(request),
        "provider": bool(settings.TACITE_LETTER_PROVIDER) and may_somewhere(request.user, SEND),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/outgoing/register.html", context, status=status)


@require_safe
def register_csv(request: HttpRequest) -> HttpResponseBase:
    """The same letters, all of them, as a file."""
    _, found = _asked(request)
    name = f"courriers-envoyes-{clock.today():%Y-%m-%d}.csv"
    return streamed(lines(COLUMNS, cells(found)), name, "text/csv")


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: where it stands, what happened to it, and what may happen now."""
    found = visible_outgoing_letter(request, pk)
    passages = list(
        found.passages.select_related(
            "author", "signatory__person", "power__delegated_by__person", "file"
        )
    )
    kinds = [one.kind for one in passages]
    possible: tuple[str, ...] = ()
    if request.user.has_perm(SEND, found.issued.convention):
        possible = possible_after(kinds)
    context = {
        "letter": found,
        "line": line_of(found),
        "passages": [(one, words_of(one.kind, kinds)) for one in passages],
        "possible": [(kind, action_of(found, kind)) for kind in possible],
        "deposit": getattr(found, "deposit", None),
        "window": _window(passages),
        "chased_on": _chased_on(found),
        "today": clock.today(),
    }
    return render(request, "desk/outgoing/letter.html", context)


@require_safe
def slip(request: HttpRequest) -> HttpResponse:
    """The registered letters posted on a day, to print and have stamped at the post office."""
    _require_staff(request)
    form = DayForm(request.GET if "jour" in request.GET else {"jour": clock.today()})
    rows: list[OutgoingLetter] = []
    if form.is_valid():
        found = visible_outgoing(request.user, clock.today()).exclude(registered_number="")
        found = found.filter(posted_on=form.cleaned_data["jour"])
        found = with_address(found.select_related("caisse", "issued__convention__partner"))
        rows = list(found.order_by("caisse", "registered_number")[:MOST_ON_A_SLIP])
    context = {"form": form, "rows": rows, "day": form.cleaned_data.get("jour")}
    status = 422 if form.errors else 200
    return render(request, "desk/outgoing/slip.html", context, status=status)


@require_safe
@waiting_file_is_a_conflict("outgoing_letter", "pk")
def proof(request: HttpRequest, pk: int, place: int) -> HttpResponseBase:
    """The file that proves a passage, for who may see the letter."""
    found = visible_outgoing_letter(request, pk)
    if place > LARGEST_KEY:
        raise Http404
    passages = LetterPassage.objects.filter(letter=found, file__isnull=False)
    return given(get_object_or_404(passages.select_related("file"), place=place).file)


def _chased_on(letter: OutgoingLetter) -> date | None:
    """The day from which its proof is to be asked for; None where none is awaited."""
    if letter.standing != "proof_awaited" or letter.posted_on is None:
        return None
    return letter.posted_on + timedelta(days=chase_days(letter.caisse.settings.get(SETTING)))


class Window(NamedTuple):
    """The time that the addressee of an electronic letter has to accept it (CPCE R.53-3)."""

    informed_on: date
    last_day: date
    proof_by: date


def _window(passages: Sequence[LetterPassage]) -> Window | None:
    days = {one.kind: one.on for one in passages}
    if POSTED_ELECTRONIC not in days or passages[-1].kind not in (POSTED_ELECTRONIC, PRESENTED):
        return None
    informed_on = days.get(PRESENTED, days[POSTED_ELECTRONIC])
    _, last_day, proof_by = acceptance_window(informed_on)
    return Window(informed_on, last_day, proof_by)


def visible_outgoing_letter(request: HttpRequest, pk: int) -> OutgoingLetter:
    """The letter, if it exists for this user: nobody learns of the others."""
    if pk > LARGEST_KEY:
        raise Http404
    seen = visible_outgoing(request.user, clock.today()).select_related(
        "caisse",
        "deposit",
        "issued__convention__partner",
        "issued__convention__pinned",
        "issued__file",
    )
    return get_object_or_404(seen, pk=pk)


def _to_sign(request: HttpRequest) -> int:
    """How many wait for the reader's own signature."""
    own = own_signatures(request.user, clock.today())
    return to_sign(request.user, own, clock.today()).count() if own else 0


def _to_post(request: HttpRequest) -> int:
    told = waiting(request.user, clock.today()).get("to_post")
    return told.number if told else 0


def _require_staff(request: HttpRequest) -> None:
    if not is_staff(request.user):
        raise PermissionDenied


def _asked(request: HttpRequest) -> tuple[RegisterForm, Any]:
    _require_staff(request)
    form = RegisterForm(request.GET)
    return form, narrowed(visible_outgoing(request.user, clock.today()), form)
