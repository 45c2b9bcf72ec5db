"""The partner's page for the list of its users: who is still in post, who left and when."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from access.models import UserReview
from access.review_policy import asked_by
from access.services.review_answers import ReviewRefused, confirm_review
from contracts.models import Convention
from forms_annexes.review_forms import ReviewForm
from forms_annexes.services.declaration_visibility import answers_for_whole_partner
from forms_annexes.services.declaring import StaleDeclaration
from forms_annexes.views.answers import SUBMIT, must_have, own_convention
from forms_annexes.views.conflicts import stale_is_a_conflict
from workflows import clock
from workflows.convention import IN_FORCE
from workflows.recording import ActRefused


@require_http_methods(["GET", "HEAD", "POST"])
@stale_is_a_conflict
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The list that waits, to answer; else the last one answered."""
    convention = own_convention(request, pk)
    must_have(request, SUBMIT, convention)
    if not answers_for_whole_partner(request.user, convention, clock.today()):
        raise PermissionDenied
    review = _current(convention)
    if review is None or not review.is_open:
        if request.method == "POST":
            raise StaleDeclaration("Cette liste est déjà confirmée, ou n’attend plus de réponse.")
        return _answered(request, convention, review)
    lines = [
        line
        for line in review.users.select_related("habilitation__person", "habilitation__site")
        if line.habilitation.state != "closed"
    ]
    form = ReviewForm(
        request.POST if request.method == "POST" else None,
        lines=lines,
        initial={"review": review.pk},
    )
    refusal = ""
    if form.is_bound and form.is_valid():
        if form.cleaned_data["review"] != review.pk:
            raise StaleDeclaration("Une autre liste a remplacé celle que vous aviez ouverte.")
        try:
            confirm_review(review, form.kept, form.removed, request.user, left_on=form.left_on)
        except (ReviewRefused, ActRefused) as refused:
            refusal = str(refused)
        else:
            messages.success(request, "La liste est confirmée. La caisse a votre réponse.")
            return redirect("space_review", pk=pk)
    labels = {service.code: service.label for service in convention.rules.services}
    context = {
        "convention": convention,
        "review": review,
        "asked_by": asked_by(review),
        "form": form,
        "asked": [(one, labels.get(one.habilitation.service, "")) for one in form.users],
        "refusal": refusal,
        "today": clock.today(),
    }
    return render(
        request,
        "forms_annexes/declarations/review.html",
        context,
        status=422 if form.is_bound else 200,
    )


def _current(convention: Convention) -> UserReview | None:
    """The list that waits; else the last one answered; None when there never was any."""
    waiting = convention.user_reviews.filter(confirmed_on=None).first()
    if waiting is not None and convention.state in IN_FORCE:
        return waiting
    found: UserReview | None = convention.user_reviews.exclude(confirmed_on=None).first()
    return found


def _answered(
    request: HttpRequest, convention: Convention, review: UserReview | None
) -> HttpResponse:
    told = review.users.select_related("habilitation__person") if review is not None else []
    context = {"convention": convention, "review": review, "told": told}
    return render(request, "forms_annexes/declarations/review_answered.html", context)
