"""What the staff wrote to each other about a convention, and to its partner about requests."""

from __future__ import annotations

from http import HTTPStatus
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from contracts.services.notes import write_note
from desk.mailing.listing import of_convention
from desk.notes.forms import NoteForm
from desk.views import visible_convention

WRITE = "contracts.write_note"
MAILS = 20
"""How many of the latest mails are shown; the ledger has them all."""


@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: HttpRequest, pk: int) -> HttpResponse:
    """The notes, the latest first, with a form for one more; the messages; the mails that left."""
    convention = visible_convention(request, pk)
    writes = request.user.has_perm(WRITE, convention)
    form = NoteForm(initial={"token": uuid4()})
    if request.method == "POST":
        if not writes:
            raise PermissionDenied
        form = NoteForm(request.POST)
        if form.is_valid():
            said = form.cleaned_data
            try:
                write_note(convention, request.user, said["text"], said["token"])
            except ValidationError as refused:
                form.add_error("text", refused)
            else:
                return redirect("convention_notes", pk=pk)
    context = {
        "convention": convention,
        "form": form,
        "writes": writes,
        "mails": of_convention(convention, MAILS),
        "notes": convention.notes.select_related("author"),
        "requests": convention.access_requests.annotate(
            told=Count("messages"), last_at=Max("messages__at")
        )
        .filter(told__gt=0)
        .order_by("-last_at"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "desk/notes/notes.html", context, status=status)
