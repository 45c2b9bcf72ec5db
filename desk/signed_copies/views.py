"""The signed copies of a convention: what came back, what it is worth, what is still awaited."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contracts.models import Convention, EvidenceFile, FiledScan, SignedCopy
from contracts.services.copy_history import copies_of, history_of, originals, resting_on_void
from contracts.services.file_verification import released
from contracts.services.signed_copies import CannotDeposit, deposit, deposit_scan
from contracts.services.trust import BadTrustFolder
from contracts.services.versions import SIGNED_KINDS
from desk.document_views import ISSUE
from desk.signed_copies.forms import DepositForm, TellForm
from desk.signed_copies.proposing import missing_signatures
from desk.signed_copies.words import LEVELS
from desk.views import visible_convention
from forms_annexes.views.conflicts import waiting_file_is_a_conflict
from ui.attachments import attachment
from workflows import clock
from workflows.french import typeset
from workflows.keys import LARGEST_KEY


@require_safe
def signed_copies(request: HttpRequest, pk: int) -> HttpResponse:
    """What came back signed, what is awaited, and what no longer counts."""
    convention = visible_convention(request, pk)
    timeline = convention.timeline(clock.today())
    copies = copies_of(convention)
    prefetch_related_objects(copies, "signatures__signer")
    context = {
        "convention": convention,
        "originals": originals(convention),
        "to_sign": _to_sign(convention),
        "copies": [
            {
                "copy": copy,
                "void": getattr(copy, "voided", None),
                "parties": _designations(convention, copy.signed_by),
                "original_of": ", ".join(_designations(convention, [copy.original_of])),
                "missing": [] if hasattr(copy, "voided") else missing_signatures(copy, timeline),
            }
            for copy in copies
        ],
        "scans": _unsigned_scans(convention),
        "resting": resting_on_void(convention, timeline),
        "history": history_of(convention),
        "levels": LEVELS,
        "may_deposit": request.user.has_perm(ISSUE, convention),
        "may_record": request.user.has_perm("contracts.record_act", convention),
        "may_annul": request.user.has_perm("contracts.record_legal_act", convention),
    }
    return render(request, "desk/signed_copies/copies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def deposit_copy(request: HttpRequest, pk: int, issued: int) -> HttpResponse:
    """Take in the file of a copy that came back."""
    convention = _may_deposit(request, pk)
    if issued > LARGEST_KEY:
        raise Http404
    document = get_object_or_404(
        convention.documents.filter(kind__in=SIGNED_KINDS).select_related("file"), pk=issued
    )
    form = DepositForm(
        request.POST or None,
        request.FILES or None,
        rules=convention.rules,
        initial={"original_of": ""},
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            copy = deposit(document, file, file.name, form.told, request.user)
        except (CannotDeposit, BadTrustFolder) as refused:
            form.add_error(getattr(refused, "field", "") or None, str(refused))
        else:
            return _deposited(request, convention, copy)
    context = {"convention": convention, "document": document, "form": form, "scan": None}
    status = 422 if form.is_bound else 200
    return render(request, "desk/signed_copies/deposit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def tell_scan(request: HttpRequest, pk: int, scan: int) -> HttpResponse:
    """Say who signed a copy that came with a scanned batch."""
    convention = _may_deposit(request, pk)
    found = _scan(convention, scan)
    form = TellForm(request.POST or None, rules=convention.rules, initial={"original_of": ""})
    if request.method == "POST" and form.is_valid():
        try:
            copy = deposit_scan(found, form.told, request.user)
        except CannotDeposit as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            return _deposited(request, convention, copy)
    context = {"convention": convention, "document": found.issued, "form": form, "scan": found}
    status = 422 if form.is_bound else 200
    return render(request, "desk/signed_copies/deposit.html", context, status=status)


@require_safe
@waiting_file_is_a_conflict("signed_copies")
def copy_file(request: HttpRequest, pk: int, copy: int) -> HttpResponseBase:
    """The file of a signed copy, as it was deposited."""
    convention = visible_convention(request, pk)
    if copy > LARGEST_KEY:
        raise Http404
    found = SignedCopy.objects.filter(issued__convention=convention).select_related("file")
    return given(get_object_or_404(found, pk=copy).file)


@require_safe
def scan_file(request: HttpRequest, pk: int, scan: int) -> HttpResponseBase:
    """The file of a scanned copy, cut out of its batch."""
    return given(_scan(visible_convention(request, pk), scan).file)


def given(row: EvidenceFile) -> HttpResponseBase:
    """A stored file as an attachment. Raises ``Http404`` when it is gone."""
    try:
        stored = released(row)
    except FileNotFoundError as gone:
        raise Http404 from gone
    return attachment(stored, row.original_name, row.content_type)


def _may_deposit(request: HttpRequest, pk: int) -> Convention:
    convention = visible_convention(request, pk)
    if not request.user.has_perm(ISSUE, convention):
        raise PermissionDenied
    return convention


def _scan(convention: Convention, pk: int) -> FiledScan:
    if pk > LARGEST_KEY:
        raise Http404
    scans = FiledScan.objects.filter(issued__convention=convention)
    return get_object_or_404(scans.select_related("issued__file", "file"), pk=pk)


def _deposited(request: HttpRequest, convention: Convention, copy: SignedCopy) -> HttpResponse:
    """Go on to the signature that the copy proves, if nobody recorded it."""
    missing = missing_signatures(copy, convention.timeline(clock.today()))
    if missing and request.user.has_perm("contracts.record_act", convention):
        messages.success(
            request, typeset("La copie signée est gardée. Vérifiez la signature, et confirmez-la.")
        )
        return redirect(missing[0][1])
    messages.success(request, "La copie signée est gardée.")
    return redirect("signed_copies", pk=convention.pk)


def _to_sign(convention: Convention) -> list[dict[str, Any]]:
    """The current version of each document to sign, in each format that was issued."""
    rows = convention.documents.filter(kind__in=SIGNED_KINDS).select_related("file")
    ordered = list(rows.order_by("issued_at", "pk"))
    latest = {(row.kind, row.code): row.content_digest for row in ordered}
    return [
        {"document": row}
        for row in reversed(ordered)
        if row.content_digest == latest[row.kind, row.code]
    ]


def _unsigned_scans(convention: Convention) -> list[FiledScan]:
    """The scanned copies of documents to sign of which nobody has said who signed them."""
    scans = FiledScan.objects.filter(issued__convention=convention, issued__kind__in=SIGNED_KINDS)
    taken = SignedCopy.objects.filter(issued__convention=convention).values("file")
    return list(scans.exclude(file__in=taken).select_related("issued__file", "file", "batch"))


def _designations(convention: Convention, roles: list[str]) -> list[str]:
    return [party.designation for party in convention.rules.parties if party.role in roles]
