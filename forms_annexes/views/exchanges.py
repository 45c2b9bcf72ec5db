"""Messages on a request, from both sides, their files, and the notes of the caisse."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from forms_annexes.message_forms import MessageForm, NoteForm
from forms_annexes.models import AccessRequest, MessageFile, Side
from forms_annexes.services import exchanging
from forms_annexes.views.answers import (
    INSTRUCT,
    SUBMIT,
    given_out,
    must_have,
    own_request,
    request_to_instruct,
    seen_request,
)
from forms_annexes.views.conflicts import stale_is_a_conflict
from workflows.keys import LARGEST_KEY

_ANCHOR = "#messages"
_BASES = {
    Side.PARTNER: "forms_annexes/base.html",
    Side.CAISSE: "forms_annexes/instruction/base.html",
}
_PAGES = {
    Side.PARTNER: ("space_request", "space_message", "space_message_file"),
    Side.CAISSE: ("instruction_request", "instruction_message", "instruction_message_file"),
}


def exchange_context(
    request: HttpRequest, access_request: AccessRequest, side: Side
) -> dict[str, Any]:
    """What a page of the request needs to show its messages, which are thereby read.

    Only whoever may answer reads for their side: a reader from elsewhere in the caisse leaves them
    unread.
    """
    exchange = exchanging.exchange_of(access_request, side)
    power = SUBMIT if side == Side.PARTNER else INSTRUCT
    answers = request.user.has_perm(power, access_request.convention)
    if answers and request.method == "GET":
        exchanging.mark_read(exchange, request.user)
    _, address, file_page = _PAGES[side]
    context: dict[str, Any] = {
        "exchange": exchange,
        "exchange_side": side.value,
        "exchange_file_page": file_page,
        "exchange_address": reverse(address, args=[access_request.pk]),
        "message_form": MessageForm() if answers and exchange.may_write else None,
    }
    if side == Side.CAISSE:
        context["notes"] = exchanging.notes_of(access_request)
        context["note_form"] = NoteForm() if answers else None
    return context


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def write_as_partner(request: HttpRequest, pk: int) -> HttpResponse:
    """A message of the partner."""
    found = own_request(request, pk)
    must_have(request, SUBMIT, found.convention)
    return _write(request, found, Side.PARTNER)


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def write_as_caisse(request: HttpRequest, pk: int) -> HttpResponse:
    """A message of the caisse."""
    return _write(request, request_to_instruct(request, pk), Side.CAISSE)


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def write_note(request: HttpRequest, pk: int) -> HttpResponse:
    """A note of the caisse's own."""
    found = request_to_instruct(request, pk)
    if request.method != "POST":
        return redirect("instruction_request", pk=pk)
    form = NoteForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        exchanging.write_note(found, request.user, given["internal_note"], given["token"])
        messages.success(request, "La note est enregistrée.")
        return redirect(reverse("instruction_request", args=[pk]) + "#notes")
    context = {
        "access_request": found,
        "form": form,
        "title": "Note interne",
        "button": "Enregistrer la note",
        "base": _BASES[Side.CAISSE],
        "back": reverse("instruction_request", args=[pk]),
    }
    return render(request, "forms_annexes/message.html", context, status=422)


@require_safe
@stale_is_a_conflict
def partner_file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """A file of a message, to the partner."""
    return given_out(_file_of(own_request(request, pk), file))


@require_safe
@stale_is_a_conflict
def caisse_file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """A file of a message, to an agent."""
    return given_out(_file_of(seen_request(request, pk), file))


def _write(request: HttpRequest, found: AccessRequest, side: Side) -> HttpResponse:
    page = reverse(_PAGES[side][0], args=[found.pk])
    if request.method != "POST":
        return redirect(page + _ANCHOR)
    form = MessageForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data
        try:
            exchanging.write(
                found,
                side,
                request.user,
                given["message"],
                given["message_files"],
                given["token"],
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "Votre message est envoyé.")
            return redirect(page + _ANCHOR)
    context = {
        "access_request": found,
        "form": form,
        "title": "Écrire un message",
        "button": "Envoyer le message",
        "chose_files": bool(request.FILES),
        "base": _BASES[side],
        "back": page + _ANCHOR,
    }
    return render(request, "forms_annexes/message.html", context, status=422)


def _file_of(found: AccessRequest, pk: int) -> MessageFile:
    if pk > LARGEST_KEY:
        raise Http404
    files = MessageFile.objects.filter(message__request=found).select_related("evidence")
    return get_object_or_404(files, pk=pk)
