"""The papers wanted before any access: deposited by the partner, checked by the caisse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.models import Convention
from contracts.rules import conventions_where, may_somewhere
from contracts.services.file_verification import released
from contracts.services.visibility import visible_conventions
from forms_annexes.forms import DressedForm
from forms_annexes.models import PrerequisiteDocument
from forms_annexes.prerequisite_forms import (
    CheckForm,
    CorrectionForm,
    DepositForm,
    PaperRefusalForm,
    ReceivedForm,
    said_by,
)
from forms_annexes.prerequisite_mails import label_of
from forms_annexes.services import prerequisite_papers, prerequisites
from forms_annexes.services.prerequisite_flags import concerned
from forms_annexes.views.answers import (
    INSTRUCT,
    SEE_MISSING,
    SUBMIT,
    convention_to_instruct,
    must_have,
    own_convention,
)
from forms_annexes.views.conflicts import waiting_file_is_a_conflict
from ui.attachments import attachment
from workflows import clock
from workflows.keys import LARGEST_KEY

# The partner's side.


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """What the convention wants of the partner, what was given, and a new paper to deposit."""
    convention = _wanting(own_convention(request, pk))
    may_act = request.user.has_perm(SUBMIT, convention)
    form = DepositForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        convention=convention,
    )
    if request.method == "POST":
        must_have(request, SUBMIT, convention)
        if _done(form, lambda: _deposit(convention, form, request.user)):
            messages.success(request, "La pièce est déposée. La caisse la vérifie.")
            return redirect("space_prerequisites", pk=pk)
    context = _told(convention) | {"form": form, "may_act": may_act}
    return _page(request, "forms_annexes/prerequisites.html", context, form)


@require_safe
@waiting_file_is_a_conflict("space_prerequisites")
def own_file(request: HttpRequest, pk: int, paper: int) -> HttpResponseBase:
    """The file of a paper that the partner gave."""
    return _file(own_convention(request, pk), paper)


# The caisse's side.


@require_safe
def to_treat(request: HttpRequest) -> HttpResponse:
    """The conventions with a paper to check, or with accesses that rest on none."""
    today = clock.today()
    if not may_somewhere(request.user, SEE_MISSING):
        raise PermissionDenied
    rows = list(concerned(conventions_where(request.user, SEE_MISSING, today), today))
    return render(request, "forms_annexes/instruction/prerequisites_to_treat.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def of_convention(request: HttpRequest, pk: int) -> HttpResponse:
    """The papers of a convention; one that came by mail is entered here."""
    convention = _wanting(_seen(request, pk))
    may_check = request.user.has_perm(INSTRUCT, convention)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ReceivedForm(*posted, convention=convention, initial={"received_on": clock.today()})
    if request.method == "POST":
        must_have(request, INSTRUCT, convention)
        if _done(form, lambda: _deposit(convention, form, request.user)):
            messages.success(request, "La pièce est enregistrée. Elle reste à vérifier.")
            return redirect("convention_prerequisites", pk=pk)
    context = _told(convention) | {"form": form, "may_check": may_check}
    return _page(request, "forms_annexes/instruction/prerequisites.html", context, form)


@require_safe
def one(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    """One paper: what it says, and what the caisse found or is to find."""
    convention = _seen(request, pk)
    return _paper_page(request, convention, _paper(convention, paper))


@require_POST
def accept(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    """Find that the paper does."""
    convention, found = _to_act_on(request, pk, paper)
    form = CheckForm(request.POST, convention=convention)
    if _done(form, lambda: prerequisite_papers.accept(found, form.said, request.user)):
        messages.success(request, "La pièce est vérifiée. Elle vaut pour les dates indiquées.")
        return redirect("convention_prerequisites", pk=pk)
    return _paper_page(request, convention, found, check_form=form)


@require_POST
def refuse(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    """Find that the paper does not do; the partner is told why."""
    convention, found = _to_act_on(request, pk, paper)
    form = PaperRefusalForm(request.POST)

    def refusing() -> None:
        given = form.cleaned_data
        prerequisite_papers.refuse(found, given["reason"], given["note"], request.user)

    if _done(form, refusing):
        messages.success(request, "La pièce est refusée. Le partenaire est prévenu du motif.")
        return redirect("convention_prerequisites", pk=pk)
    return _paper_page(request, convention, found, refusal_form=form)


@require_POST
def correct(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    """Correct what is known of a paper, by another row that takes its place."""
    convention, found = _to_act_on(request, pk, paper)
    form = CorrectionForm(request.POST, convention=convention)

    def correcting() -> None:
        prerequisite_papers.correct(found, form.said, form.cleaned_data["why"], request.user)

    if _done(form, correcting):
        messages.success(request, "La correction est enregistrée ; ce qui précède reste lisible.")
        return redirect("convention_prerequisites", pk=pk)
    return _paper_page(request, convention, found, correction_form=form)


@require_safe
@waiting_file_is_a_conflict("convention_prerequisites")
def file(request: HttpRequest, pk: int, paper: int) -> HttpResponseBase:
    """The file of a paper."""
    return _file(_seen(request, pk), paper)


def _deposit(convention: Convention, form: DepositForm, author: Any) -> None:
    prerequisite_papers.deposit(
        convention, form.asked, form.said, form.cleaned_data["file"], author
    )


def _done(form: DressedForm, doing: Callable[[], object]) -> bool:
    """Whether the form was valid and what it asks is done; what refuses it is said on the form."""
    if not form.is_valid():
        return False
    try:
        doing()
    except ValidationError as refused:
        form.add_error(None, refused)
    except prerequisite_papers.PaperRefused as refused:
        form.add_error(None, str(refused))
    else:
        return True
    return False


def _told(convention: Convention) -> dict[str, Any]:
    labels = {one.document: one.label for one in prerequisites.wanted_of(convention)}
    return {
        "convention": convention,
        "prerequisites": prerequisites.on(convention, clock.today()),
        "papers": [
            (labels.get(paper.document, paper.document), paper)
            for paper in prerequisites.standing_papers(convention)
        ],
    }


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], form: DressedForm
) -> HttpResponse:
    return render(request, template, context, status=422 if form.is_bound else 200)


def _paper_page(
    request: HttpRequest, convention: Convention, paper: PrerequisiteDocument, **changed: Any
) -> HttpResponse:
    checked = getattr(paper, "check_made", None)
    replaced = PrerequisiteDocument.objects.filter(replaces=paper).first()
    may_act = request.user.has_perm(INSTRUCT, convention) and replaced is None
    shown = said_by(paper)
    context = {
        "convention": convention,
        "paper": paper,
        "label": label_of(convention, paper.document),
        "check": checked,
        "replaced_by": replaced,
        "to_check": may_act and checked is None,
        "to_correct": may_act and checked is not None and checked.outcome == "accepted",
        "check_form": CheckForm(initial=shown, convention=convention),
        "refusal_form": PaperRefusalForm(),
        "correction_form": CorrectionForm(initial=shown, convention=convention),
    } | changed
    return render(
        request,
        "forms_annexes/instruction/prerequisite.html",
        context,
        status=422 if changed else 200,
    )


def _wanting(convention: Convention) -> Convention:
    """The convention, if its rules want a paper of this partner or one was given."""
    if not (prerequisites.wanted_of(convention) or convention.prerequisite_documents.exists()):
        raise Http404
    return convention


def _seen(request: HttpRequest, pk: int) -> Convention:
    if pk > LARGEST_KEY:
        raise Http404
    seen = visible_conventions(request.user, clock.today())
    return get_object_or_404(seen.select_related("caisse", "partner", "pinned"), pk=pk)


def _to_act_on(
    request: HttpRequest, pk: int, paper: int
) -> tuple[Convention, PrerequisiteDocument]:
    convention = convention_to_instruct(request, pk)
    return convention, _paper(convention, paper)


def _paper(convention: Convention, paper: int) -> PrerequisiteDocument:
    if paper > LARGEST_KEY:
        raise Http404
    rows = convention.prerequisite_documents.select_related(
        "check_made__checked_by", "evidence", "replaces", "convention"
    )
    return get_object_or_404(rows, pk=paper)


def _file(convention: Convention, paper: int) -> HttpResponseBase:
    found = _paper(convention, paper).evidence
    return attachment(released(found), found.original_name, found.content_type)
