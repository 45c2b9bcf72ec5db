"""The pages of the lists of users: those that wait, one of them, the answer typed in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from access.models import ReviewedUser, UserReview
from access.services.review_answers import ReviewRefused, confirm_review
from contracts.rules import is_staff
from contracts.services.file_verification import released
from desk.reviews import listing
from desk.reviews.consequences import ReviewConsequences, weighed_answer
from desk.reviews.forms import AnswerForm
from desk.users.listing import listed
from forms_annexes.views.conflicts import waiting_file_is_a_conflict
from ui.attachments import attachment
from workflows import clock
from workflows.convention import IN_FORCE
from workflows.french import typeset
from workflows.keys import LARGEST_KEY
from workflows.recording import ActRefused

ROWS_A_PAGE = 25


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """The lists that wait for their partner, the first expected first; then the latest answers."""
    if not is_staff(request.user):
        raise PermissionDenied
    today = clock.today()
    found = listing.waiting(request.user, today)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": listing.rows_of(page.object_list),
        "confirmed": listing.confirmed(request.user, today),
        "today": today,
    }
    return render(request, "desk/reviews/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: who is on it; the partner's answer, what it changes, then the confirmation."""
    found = _visible(request, pk)
    convention = found.convention
    confirms = request.user.has_perm("access.confirm_review", convention)
    if request.method == "POST" and not confirms:
        raise PermissionDenied
    waits = found.is_open and convention.state in IN_FORCE
    if request.method == "POST" and not waits:
        words = "Cette liste est déjà confirmée : rien n’a changé."
        if found.is_open:
            words = "La convention a pris fin : il n’y a plus rien à confirmer."
        messages.info(request, typeset(words))
        return redirect("review", pk=found.pk)
    lines = list(
        found.users.select_related(
            "habilitation__person", "habilitation__account", "habilitation__convention"
        ).order_by("habilitation__person__last_name", "habilitation__person__first_name", "pk")
    )
    standing = [one for one in lines if one.habilitation.state != "closed"]
    context: dict[str, Any] = {"review": found, "today": clock.today(), "waits": waits}
    if waits and confirms:
        form = AnswerForm(
            request.POST or None,
            request.FILES or None,
            review=found,
            lines=standing,
            initial={"received_on": clock.today()},
        )
        if request.method == "POST" and form.is_valid() and form.keeps_proof(request.user):
            if "confirm" in request.POST and form.was_shown and _confirmed(request, form):
                return redirect("review", pk=found.pk)
            context["consequences"] = _weighed(form)
        context["form"] = form
        context["asked"] = zip(_rows(standing), form.users, strict=True)
    context |= {
        "row": listing.rows_of([found])[0] if found.is_open else None,
        "told": zip(_rows(lines), lines, strict=True),
        "already_closed": _rows([one for one in lines if one.habilitation.state == "closed"]),
    }
    status = 422 if "form" in context and context["form"].errors else 200
    return render(request, "desk/reviews/review.html", context, status=status)


@require_safe
@waiting_file_is_a_conflict("review")
def proof(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The answer that the partner sent back, for who may see the convention."""
    file = _visible(request, pk).proof
    if file is None:
        raise Http404
    return attachment(released(file), file.original_name, file.content_type)


def _visible(request: HttpRequest, pk: int) -> UserReview:
    """The list, if it exists for this user: nobody learns of the others."""
    if pk > LARGEST_KEY:
        raise Http404
    return get_object_or_404(listing.visible_reviews(request.user, clock.today()), pk=pk)


def _rows(lines: list[ReviewedUser]) -> list[Any]:
    return listed([line.habilitation for line in lines])


def _confirmed(request: HttpRequest, form: AnswerForm) -> bool:
    """Whether the answer is written; otherwise the form says what stands in the way."""
    try:
        confirm_review(
            form.review,
            [line.habilitation for line in form.kept],
            [line.habilitation for line in form.removed],
            request.user,
            form.received,
        )
    except (ReviewRefused, ActRefused) as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, typeset("C’est enregistré : la liste est confirmée."))
    return True


def _weighed(form: AnswerForm) -> ReviewConsequences | None:
    if form.errors:
        return None
    try:
        found = weighed_answer(form.lines, {line.habilitation_id for line in form.removed})
    except ActRefused as refused:
        form.add_error(None, str(refused))
        return None
    form.show()
    return found
