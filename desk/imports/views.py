"""A portfolio taken over: deposited, tried, read row by row, confirmed, carried out."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from access.imports.columns import TABLES
from access.imports.dictionary import lines
from access.imports.template import template
from access.models import ImportDeposit
from access.services import import_deposits, import_refusals
from access.services.import_deposits import (
    CONFIRM,
    KEPT,
    TRY,
    VIEW,
    CannotConfirm,
    CannotDeposit,
    caisses_for,
    visible_deposits,
)
from contracts.models import PublishedRulebook
from contracts.rules import may_somewhere
from desk.imports.forms import ConfirmForm, DepositForm
from desk.imports.report import remark_of, report_of
from ui.attachments import attachment, streamed
from workflows import clock, csv_lines
from workflows.keys import LARGEST_KEY
from workflows.xlsx_lines import CONTENT_TYPE

MOST_LISTED = 50


@require_http_methods(["GET", "HEAD", "POST"])
def deposits(request: HttpRequest) -> HttpResponse:
    """Deposit a portfolio; those deposited lately."""
    today = clock.today()
    caisses = caisses_for(request.user, TRY, today)
    if not caisses and (request.method == "POST" or not may_somewhere(request.user, VIEW)):
        raise PermissionDenied
    form = DepositForm(
        request.POST or None,
        request.FILES or None,
        caisses=caisses,
        initial={"identifier": uuid4()},
    )
    problems = []
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            found = import_deposits.deposit(
                told["identifier"], told["caisse"], told["tables"], told["scans"], request.user
            )
        except CannotDeposit as refused:
            problems = [remark_of(one.as_json()) for one in refused.problems]
            form.add_error(
                refused.field, str(refused) or "Ce fichier ne peut pas être lu : voyez pourquoi."
            )
        else:
            return redirect("import", pk=found.pk)
    seen = visible_deposits(request.user, today).select_related("caisse", "author", "trial", "run")
    context = {
        "form": form if caisses else None,
        "problems": problems,
        "rows": [(one, one.run or one.trial) for one in seen[:MOST_LISTED]],
    }
    return render(
        request, "desk/imports/imports.html", context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def deposit(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a deposit is, and what became of each convention; confirm its take-over."""
    found = _deposit(request, pk)
    confirms = found.caisse in caisses_for(request.user, CONFIRM, clock.today())
    if request.method == "POST" and not confirms:
        raise PermissionDenied
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            import_deposits.confirm(found, request.user)
        except CannotConfirm as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "La reprise commence. Elle se fait sans vous.")
            return redirect("import", pk=found.pk)
    report = report_of(found, request.GET.get("resultat", ""), request.GET.get("page"))
    context = {
        "report": report,
        "form": form if confirms and found.run is None and report.is_over else None,
        "files": list(found.files.all()),
        "tables": import_refusals.tables_with(report.run) if report.is_over else [],
        "kept_days": KEPT.days,
        "page": report.page,
    }
    status = 422 if form.is_bound else 200
    return render(request, "desk/imports/import.html", context, status=status)


@require_safe
def refused_workbook(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The refused rows of all the tables, with the reason beside: to correct and give again."""
    found = _with_files(request, pk)
    content = import_refusals.workbook(found, found.run or found.trial)
    return attachment(content, f"lignes-refusees-{found.pk}.xlsx", CONTENT_TYPE)


@require_safe
def refused_csv(request: HttpRequest, pk: int, table: str) -> HttpResponseBase:
    """The refused rows of one table, as CSV."""
    found = _with_files(request, pk)
    if table not in TABLES:
        raise Http404
    titles, rows = import_refusals.refused_rows(found, found.run or found.trial)[table]
    return streamed(csv_lines.lines(titles, rows), f"{table}-refusees-{found.pk}.csv", "text/csv")


@require_safe
def template_file(request: HttpRequest) -> HttpResponseBase:
    """The workbook to fill in, with the models that are published."""
    _may_view(request)
    codes = sorted(set(PublishedRulebook.objects.values_list("code", flat=True)))
    return attachment(template({"rulebook": codes}), "reprise-modele.xlsx", CONTENT_TYPE)


@require_safe
def dictionary(request: HttpRequest) -> HttpResponse:
    """What each column holds."""
    _may_view(request)
    context = {"tables": [(table, list(lines(table))) for table in TABLES.values()]}
    return render(request, "desk/imports/columns.html", context)


def _may_view(request: HttpRequest) -> None:
    if not may_somewhere(request.user, VIEW):
        raise PermissionDenied


def _deposit(request: HttpRequest, pk: int) -> ImportDeposit:
    if pk > LARGEST_KEY:
        raise Http404
    seen = visible_deposits(request.user, clock.today())
    return get_object_or_404(seen.select_related("caisse", "author", "trial", "run__author"), pk=pk)


def _with_files(request: HttpRequest, pk: int) -> ImportDeposit:
    """A deposit whose files are still kept: the rows themselves stand nowhere else."""
    found = _deposit(request, pk)
    if found.forgotten_at is not None:
        raise Http404
    return found
