"""Scanned batches: deposited, followed while they are read, and what is doubtful filed by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.models import IssuedDocument, ScanBatch
from contracts.rules import may_somewhere
from contracts.services.page_reading import (
    FULL_WIDTH,
    THUMBNAIL_WIDTH,
    Unreadable,
    opened,
    picture,
)
from contracts.services.scan_sorting import Doubt
from contracts.services.scanning import (
    ISSUE,
    VIEW,
    AlreadyDeposited,
    CannotScan,
    deposit_batch,
    file_by_hand,
    scanning_caisses,
    set_aside,
    visible_batches,
    waiting,
)
from desk.scanning.choosing import documents_named, named
from desk.scanning.forms import BatchForm
from desk.scanning.result import result_of
from desk.signed_copies.views import given
from workflows import clock
from workflows.french import count, typeset
from workflows.keys import LARGEST_KEY

MOST_LISTED = 50
BLANK = "Page blanche"


@require_http_methods(["GET", "HEAD", "POST"])
def batches(request: HttpRequest) -> HttpResponse:
    """Deposit a batch; those deposited lately."""
    today = clock.today()
    caisses = scanning_caisses(request.user, today)
    if not caisses and (request.method == "POST" or not may_somewhere(request.user, VIEW)):
        raise PermissionDenied
    form = BatchForm(request.POST or None, request.FILES or None, caisses=caisses)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = deposit_batch(file, file.name, form.cleaned_data["caisse"], request.user)
        except AlreadyDeposited as told:
            if visible_batches(request.user, today).filter(pk=told.batch.pk).exists():
                messages.warning(request, str(told))
                return redirect("scan_batch", pk=told.batch.pk)
            form.add_error("file", str(told))
        except CannotScan as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(
                request, typeset(f"Le lot est gardé : {count(batch.page_count, 'page')} à lire.")
            )
            return redirect("scan_batch", pk=batch.pk)
    seen = visible_batches(request.user, today).select_related("file", "caisse", "author")
    context = {
        "form": form if caisses else None,
        "rows": [result_of(batch) for batch in seen[:MOST_LISTED]],
    }
    status = 422 if form.is_bound else 200
    return render(request, "desk/scanning/batches.html", context, status=status)


@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each page of a batch."""
    return _page(request, _batch(request, pk))


@require_POST
def file_pages(request: HttpRequest, pk: int) -> HttpResponse:
    """File the pages that somebody ticked, or one whole group, or set them aside."""
    found = _batch(request, pk)
    if not request.user.has_perm(ISSUE, found.caisse):
        raise PermissionDenied
    try:
        if "group" in request.POST:
            done = _file_group(request, found, request.POST["group"])
        elif "blank" in request.POST:
            done = _set_blanks_aside(request, found)
        elif "aside" in request.POST:
            numbers = _ticked(request)
            set_aside(found, numbers, request.POST.get("reason", ""), request.user)
            done = f"{count(len(numbers), 'page')} : écartées." if numbers[1:] else "Page écartée."
        else:
            numbers = _ticked(request)
            chosen = documents_named(request.user, found, request.POST)
            if len(chosen) > 1:
                return _page(request, found, choices=chosen)
            done = _filed(request, found, numbers, chosen[0])
    except CannotScan as refused:
        return _page(request, found, refusal=str(refused), status=422)
    messages.success(request, typeset(done))
    return redirect("scan_batch", pk=found.pk)


@require_safe
def page_picture(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A page of a batch, small or, asked with ``taille=grande``, to be read."""
    found = _batch(request, pk)
    if not 1 <= number <= found.page_count:
        raise Http404
    width = FULL_WIDTH if request.GET.get("taille") == "grande" else THUMBNAIL_WIDTH
    try:
        with found.file.file.open("rb") as stored, opened(stored) as document:
            content = picture(document, number, width)
    except (Unreadable, FileNotFoundError) as gone:
        raise Http404 from gone
    response = HttpResponse(content, content_type="image/jpeg")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=600"
    return response


@require_safe
def batch_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The batch as it came from the scanner."""
    return given(_batch(request, pk).file)


def _batch(request: HttpRequest, pk: int) -> ScanBatch:
    if pk > LARGEST_KEY:
        raise Http404
    seen = visible_batches(request.user, clock.today())
    return get_object_or_404(seen.select_related("file", "caisse", "author"), pk=pk)


def _page(
    request: HttpRequest,
    found: ScanBatch,
    *,
    refusal: str = "",
    choices: list[IssuedDocument] | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "result": result_of(found, details=True),
        "files": request.user.has_perm(ISSUE, found.caisse),
        "refusal": refusal,
        "choices": choices or [],
        "ticked": set(_numbers(request)),
        "target": request.POST.get("target", ""),
        "reason": request.POST.get("reason", ""),
        "action": reverse("file_scanned_pages", args=[found.pk]),
    }
    return render(request, "desk/scanning/batch.html", context, status=status)


def _numbers(request: HttpRequest) -> list[int]:
    told = request.POST.getlist("page")
    return [int(one) for one in told if one.isascii() and one.isdigit() and len(one) < 7]


def _ticked(request: HttpRequest) -> list[int]:
    numbers = sorted(set(_numbers(request)))
    if not numbers:
        raise CannotScan("Cochez au moins une page.")
    return numbers


def _filed(
    request: HttpRequest, found: ScanBatch, numbers: list[int], document: IssuedDocument
) -> str:
    file_by_hand(found, numbers, document, request.user)
    pages = count(len(numbers), "page")
    return f"Classé : {pages}, convention {document.convention.number}."


def _file_group(request: HttpRequest, found: ScanBatch, key: str) -> str:
    """The group of pages that the button named, as the page showed it."""
    for doubt in waiting(found):
        if doubt.stamp and key == "-".join(str(page) for page in doubt.pages):
            return _filed(
                request, found, list(doubt.pages), named(request.user, found, doubt.stamp)
            )
    raise CannotScan(
        "Ces pages viennent d’être triées par quelqu’un d’autre. Relisez ce qui reste."
    )


def _set_blanks_aside(request: HttpRequest, found: ScanBatch) -> str:
    blanks = [page for one in waiting(found) if one.doubt is Doubt.BLANK for page in one.pages]
    set_aside(found, blanks, BLANK, request.user)
    return f"Pages blanches écartées : {len(blanks)}."
