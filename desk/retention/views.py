"""Files that have had their time: the rules, what is due, the lists, the visa, the proof."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contracts.models import Caisse, Elimination, EliminationReport
from contracts.retention.due import explained, files_due
from contracts.retention.kinds import Kind, explained_things, kind_of, things_due
from contracts.retention.lines import lines_of
from contracts.retention.lists import (
    ELIMINATE,
    MOST,
    NotListed,
    confirmed_proposal,
    draw_up,
    draw_up_things,
    give_up,
    proposals_of,
    propose_with_visa,
)
from contracts.retention.outcomes import broken_links
from contracts.retention.report import PROOF, SLIP, proof, slip
from contracts.retention.rules import RetentionSettingWrong
from contracts.rules import caisses_where, may_somewhere
from contracts.services.file_verification import released, take_in
from contracts.services.proposals import NotProposed
from desk.retention import listing
from desk.retention.forms import GiveUpForm, VisaForm
from ui.attachments import attachment, streamed
from workflows import clock
from workflows.csv_lines import lines
from workflows.french import typeset
from workflows.keys import LARGEST_KEY

ROWS_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def due(request: HttpRequest) -> HttpResponse:
    """What has had its time in one caisse, to be put on a list; the lists; the rules."""
    if not may_somewhere(request.user, listing.VIEW):
        raise PermissionDenied
    today = clock.today()
    caisses = list(caisses_where(request.user, listing.VIEW, today).order_by("name", "pk"))
    number = listing.counted(caisses, today)
    asked = request.GET.get("caisse", "")
    shown = next((one for one in caisses if one.code == asked), None)
    shown = shown or next((one for one in caisses if number[one.pk]), caisses[0])
    may = request.user.has_perm(ELIMINATE, shown)
    tabs = listing.tabs(shown, number[shown.pk], today)
    wanted = request.GET.get("nature", "")
    # Unasked, the first that holds something: what one came for.
    full = next((one for one in tabs if one.number), tabs[0])
    tab = next((one for one in tabs if one.code == wanted), full)
    kind = kind_of(tab.code)
    fault = ""
    if request.method == "POST":
        if not may:
            raise PermissionDenied
        made, fault = _drawn_up(request, shown, kind)
        if made is not None:
            return redirect("elimination", pk=made.pk)
    context = {
        **_shown_of(kind, shown, tab, request.GET.get("page")),
        "tabs": tabs,
        "tab": tab,
        "caisse": shown,
        "keeping": listing.keeping(shown),
        "others": [(one, number[one.pk]) for one in caisses if one != shown],
        "lists": listing.listed(listing.lists(request.user, today)[: listing.SHOWN]),
        "holds": listing.holds(request.user, today).count(),
        "may": may,
        "may_hold": request.user.has_perm(listing.HOLD, shown),
        "most": MOST,
        "fault": fault,
        "identifier": uuid4(),
        "query": urlencode({"caisse": shown.code, "nature": tab.code}),
        "today": today,
    }
    return render(request, "desk/retention/due.html", context, status=422 if fault else 200)


def _shown_of(
    kind: Kind | None, caisse: Caisse, tab: listing.Tab, number: str | None
) -> dict[str, Any]:
    """One page of what has had its time: files of conventions, or things of another kind."""
    today = clock.today()
    if kind is None:
        found = files_due([caisse], today).select_related("caisse", "partner", "pinned")
        page = Paginator(found, ROWS_A_PAGE).get_page(number)
        return {"page": page, "files": explained(list(page.object_list)), "things": ()}
    things = things_due(kind, caisse, today) if tab.number else ()
    page = Paginator(things, ROWS_A_PAGE).get_page(number)
    return {
        "page": page,
        "files": (),
        "things": explained_things(kind, caisse, page.object_list) if tab.number else (),
    }


def _drawn_up(
    request: HttpRequest, caisse: Caisse, kind: Kind | None
) -> tuple[Elimination | None, str]:
    chosen = [one for one in request.POST.getlist("file") if one.isascii() and one.isdigit()]
    today = clock.today()
    try:
        identifier = UUID(request.POST.get("identifier", ""))
        keys = [int(one) for one in chosen if len(one) < 19]
        if kind is not None:
            return draw_up_things(caisse, kind, keys, request.user, identifier, today), ""
        return draw_up(caisse, keys, request.user, identifier, today), ""
    except RetentionSettingWrong as wrong:
        return None, str(wrong)
    except ValueError:
        return None, typeset("Ce formulaire est abîmé. Rouvrez la page et recommencez.")
    except NotListed as refused:
        return None, str(refused)


@require_http_methods(["GET", "HEAD", "POST"])
def elimination(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: its files, its visa, how far it is, its proof."""
    found = _visible(request, pk)
    may = request.user.has_perm(ELIMINATE, found.caisse)
    posted = request.method == "POST"
    form = VisaForm(*((request.POST, request.FILES) if posted else ()), initial=VisaForm.blank())
    if posted:
        if not may:
            raise PermissionDenied
        if form.is_valid() and _proposed(request, found, form):
            return redirect("elimination", pk=pk)
    [listed] = listing.listed(Elimination.objects.filter(pk=found.pk))
    items = found.items.select_related("convention__partner", "outcome").order_by("pk")
    page = Paginator(items, ROWS_A_PAGE).get_page(request.GET.get("page"))
    given_up = getattr(found, "given_up", None)
    proposal = confirmed_proposal(found)
    waiting = proposals_of(found).open().first()
    context: dict[str, Any] = {
        "elimination": found,
        "listed": listed,
        "page": page,
        "lines": lines_of(page.object_list, found.caisse),
        "report": EliminationReport.objects.filter(elimination=found).first(),
        "given_up": given_up,
        "proposal": proposal,
        "visa_dated": date.fromisoformat(proposal.payload["visa"]["dated"]) if proposal else None,
        "waiting": waiting,
        "broken": broken_links(found) if listed.done else [],
        "form": form if may and not (proposal or waiting or given_up) else None,
        "may": may,
        "query": "",
        "today": clock.today(),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/retention/elimination.html", context, status=status)


def _proposed(request: HttpRequest, found: Elimination, form: VisaForm) -> bool:
    answers = form.cleaned_data
    try:
        with transaction.atomic():
            file = take_in(answers["document"], answers["document"].name, request.user)
            propose_with_visa(
                found,
                request.user,
                identifier=str(answers["identifier"]),
                reference=answers["reference"],
                dated=answers["dated"],
                file=file,
            )
    except ValidationError as refused:
        form.add_error("document", refused)
        return False
    except NotProposed as refused:
        form.add_error(None, str(refused))
        return False
    words = "Le visa est enregistré. Une autre personne le confirme, puis l’élimination commence."
    messages.success(request, typeset(words))
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def abandon(request: HttpRequest, pk: int) -> HttpResponse:
    """A list that goes no further, for a reason."""
    found = _visible(request, pk)
    if not request.user.has_perm(ELIMINATE, found.caisse):
        raise PermissionDenied
    posted = request.method == "POST"
    form = GiveUpForm(request.POST if posted else None, initial=GiveUpForm.blank())
    if posted and form.is_valid():
        try:
            give_up(found, form.cleaned_data["reason"], request.user)
        except NotListed as refused:
            form.add_error(None, str(refused))
        else:
            words = "Le bordereau est abandonné : ses dossiers reviennent à la liste."
            messages.success(request, typeset(words))
            return redirect("retention")
    context = {
        "form": form,
        "title": f"Abandonner le bordereau {found.reference}",
        "convention": None,
        "says": typeset("Rien n’a été éliminé ; ses dossiers pourront être portés sur un autre."),
    }
    return render(
        request, "desk/retention/reasoned.html", context, status=422 if form.errors else 200
    )


@require_safe
def slip_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The list as a file, for the archives."""
    found = _visible(request, pk)
    return streamed(lines(SLIP, slip(found)), f"{found.reference}.csv", "text/csv")


@require_safe
def proof_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What went, thing by thing, as a file."""
    found = _visible(request, pk)
    if confirmed_proposal(found) is None:
        raise Http404
    return streamed(lines(PROOF, proof(found)), f"{found.reference}-preuve.csv", "text/csv")


@require_safe
def report_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The report of the list, as it was made and is kept."""
    found = _visible(request, pk)
    report = get_object_or_404(EliminationReport.objects.select_related("file"), elimination=found)
    file = report.file
    return attachment(released(file), file.original_name, file.content_type)


def _visible(request: HttpRequest, pk: int) -> Elimination:
    """The list, if it exists for this user."""
    if pk > LARGEST_KEY:
        raise Http404
    seen = listing.lists(request.user, clock.today())
    return get_object_or_404(seen.select_related("given_up__author"), pk=pk)
