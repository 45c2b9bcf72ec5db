"""Letters received: the register of their arrival, and a new one registered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contracts.models import IncomingLetter
from contracts.rules import caisses_where, is_staff, may_somewhere
from contracts.services.file_verification import take_in
from contracts.services.incoming_letters import CannotRegister, register_letter, visible_letters
from desk.incoming.effects import REGISTER
from desk.incoming.forms import RegisterForm, RegistrationForm
from desk.incoming.listing import COLUMNS, cells, line_of, narrowed, page_of
from desk.signed_copies.views import given
from forms_annexes.views.conflicts import waiting_file_is_a_conflict
from ui.attachments import streamed
from workflows import clock
from workflows.csv_lines import lines
from workflows.french import typeset
from workflows.keys import LARGEST_KEY


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The letters received, the last arrived first; those that wait are one filter away."""
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
        "registers": may_somewhere(request.user, REGISTER),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/incoming/register.html", context, status=status)


@require_safe
def register_csv(request: HttpRequest) -> HttpResponseBase:
    """The same letters, all of them, as a file."""
    _, found = _asked(request)
    name = f"courriers-recus-{clock.today():%Y-%m-%d}.csv"
    return streamed(lines(COLUMNS, cells(found)), name, "text/csv")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The envelope and its scan; the letter has its number as soon as this is sent."""
    caisses = caisses_where(request.user, REGISTER, clock.today()).order_by("name")
    if not caisses:
        raise PermissionDenied
    if request.method != "POST":
        form = RegistrationForm(initial=RegistrationForm.blank(), caisses=caisses)
        return render(request, "desk/incoming/new.html", {"form": form})
    form = RegistrationForm(request.POST, request.FILES, caisses=caisses)
    if _takes_scan_in(request, form):
        letter = _registered(request, form)
        if letter is not None:
            messages.success(
                request, typeset(f"Le courrier est enregistré sous le n° {letter.reference}.")
            )
            return redirect("incoming_letter", pk=letter.pk)
    return render(request, "desk/incoming/new.html", {"form": form}, status=422)


@require_safe
@waiting_file_is_a_conflict("incoming_letter")
def scan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The scan of a letter, for who may see that letter."""
    return given(visible_letter(request, pk).file)


def visible_letter(request: HttpRequest, pk: int) -> IncomingLetter:
    """The letter, if it exists for this user: nobody learns of the others."""
    if pk > LARGEST_KEY:
        raise Http404
    seen = visible_letters(request.user, clock.today())
    return get_object_or_404(
        seen.select_related("caisse", "file", "author", "place__filing", "place__convention"),
        pk=pk,
    )


def _asked(request: HttpRequest) -> tuple[RegisterForm, Any]:
    if not is_staff(request.user):
        raise PermissionDenied
    form = RegisterForm(request.GET)
    return form, narrowed(visible_letters(request.user, clock.today()), form)


def _takes_scan_in(request: HttpRequest, form: RegistrationForm) -> bool:
    """Put the scan away even when something else is wrong: it is not asked for twice."""
    is_valid = form.is_valid()
    proof = form.cleaned_data.get("proof")
    if proof is not None:
        try:
            with transaction.atomic():
                form.keep(take_in(proof, proof.name, request.user))
        except ValidationError as refused:
            form.add_error("proof", refused)
            return False
    return is_valid


def _registered(request: HttpRequest, form: RegistrationForm) -> IncomingLetter | None:
    told = form.cleaned_data
    if not request.user.has_perm(REGISTER, told["caisse"]):
        raise PermissionDenied
    try:
        return register_letter(
            form.envelope, told["caisse"], told["kept"], request.user, told["identifier"]
        )
    except CannotRegister as refused:
        form.add_error("registered_number", str(refused))
    return None
