"""Accounts taken over, matched with the directory: compared, listed, decided one by one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from access.directory.port import DirectoryUnreachable
from access.models import AccountTakeOver, ComparedAccount
from access.services import directory_matching
from access.services.directory_matching import MATCH, CannotMatch, latest, waiting
from access.services.import_deposits import VIEW, caisses_for
from contracts.models import Caisse
from contracts.rules import may_somewhere
from desk.imports.matching import FILTERS, MatchForm, entry_words, row_of
from workflows import clock
from workflows.french import count, typeset
from workflows.keys import LARGEST_KEY

ROWS_A_PAGE = 25

Result = ComparedAccount.Result
_AWAY = "L’annuaire ne répond pas. Rien n’a été rapproché ; recommencez plus tard."


@require_http_methods(["GET", "HEAD", "POST"])
def accounts(request: HttpRequest) -> HttpResponse:
    """What a comparison with the directory found; have it compared, match what is without doubt."""
    if not may_somewhere(request.user, VIEW):
        raise PermissionDenied
    caisses = caisses_for(request.user, VIEW, clock.today())
    caisse = _chosen(request, caisses)
    matches = caisse is not None and _may_match(request, caisse)
    if request.method == "POST":
        if caisse is None or not matches:
            raise PermissionDenied
        return _asked(request, caisse)
    comparison = latest(caisse) if caisse else None
    chosen = request.GET.get("resultat", "")
    found = _rows(comparison)
    numbers = {one: found.filter(result=one.result).count() for one in FILTERS}
    if chosen in Result.values:
        found = found.filter(result=chosen)
    page = Paginator(found.order_by("pk"), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "caisse": caisse,
        "caisses": list(caisses),
        "comparison": comparison,
        "waiting": waiting([caisse]).count() if caisse else 0,
        "filters": [(one, number) for one, number in numbers.items() if number],
        "chosen": chosen,
        "page": page,
        "rows": [row_of(one) for one in page.object_list],
        "matches": matches,
        "query": f"caisse={caisse.pk}&resultat={chosen}" if caisse else "",
    }
    return render(request, "desk/imports/accounts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: which entry of the directory it is, and what follows from saying so."""
    if pk > LARGEST_KEY:
        raise Http404
    own = AccountTakeOver.objects.filter(
        account__caisse__in=caisses_for(request.user, VIEW, clock.today())
    ).select_related("account__caisse", "account__person", "account__partner", "account__site")
    found = get_object_or_404(own, pk=pk)
    matches = _may_match(request, found.account.caisse)
    if request.method == "POST" and not matches:
        raise PermissionDenied
    compared = found.account.comparisons.order_by("-comparison").first()
    candidates = compared.candidates if compared else []
    form = MatchForm(request.POST or None, candidates=candidates)
    if request.method == "POST" and form.is_valid():
        try:
            directory_matching.settle(found, form.identifier, request.user)
        except CannotMatch as refused:
            form.add_error(None, str(refused))
        except DirectoryUnreachable:
            form.add_error(None, _AWAY)
        else:
            messages.success(request, typeset(f"{found.account.holder_name} : c’est noté."))
            return redirect(_address(found.account.caisse))
    context = {
        "take_over": found,
        "form": form if matches and found.settled_at is None else None,
        "entries": [entry_words(one) for one in candidates],
    }
    status = 422 if form.is_bound else 200
    return render(request, "desk/imports/account.html", context, status=status)


def _asked(request: HttpRequest, caisse: Caisse) -> HttpResponse:
    if "compare" in request.POST:
        directory_matching.compare_later(caisse, request.user)
        messages.success(request, "La comparaison commence. Elle se fait sans vous.")
        return redirect(_address(caisse))
    keys = [int(one) for one in request.POST.getlist("row") if one.isascii() and one.isdigit()]
    shown = _rows(latest(caisse)).filter(pk__in=[key for key in keys if key <= LARGEST_KEY])
    try:
        number = directory_matching.settle_found(list(shown), request.user)
    except DirectoryUnreachable:
        messages.error(request, _AWAY)
    else:
        messages.success(request, typeset(f"Rapprochés : {count(number, 'compte')}."))
    return redirect(_address(caisse))


def _rows(comparison: Any) -> QuerySet[ComparedAccount]:
    """What a comparison found that nobody has settled since."""
    found = ComparedAccount.objects.filter(comparison=comparison)
    found = found.exclude(account__take_over__settled_at__isnull=False)
    return found.select_related(
        "comparison__caisse",
        "account__take_over",
        "account__person",
        "account__partner",
        "account__site",
    )


def _chosen(request: HttpRequest, caisses: QuerySet[Caisse]) -> Caisse | None:
    asked = request.POST.get("caisse") or request.GET.get("caisse") or ""
    if asked.isascii() and asked.isdigit() and int(asked) <= LARGEST_KEY:
        return caisses.filter(pk=int(asked)).first() or caisses.first()
    return caisses.first()


def _may_match(request: HttpRequest, caisse: Caisse) -> bool:
    return caisse in caisses_for(request.user, MATCH, clock.today())


def _address(caisse: Caisse) -> str:
    return f"{reverse('import_accounts')}?caisse={caisse.pk}"
