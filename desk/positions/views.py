"""The pages of the positions de principe: what stands, and taking or taking back one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contracts.models import Interpretation
from contracts.rules import is_staff
from contracts.services.interpretations import (
    CannotInterpret,
    establish_interpretation,
    standing_answer,
    touched,
)
from desk.positions import listing
from desk.positions.forms import PositionForm
from workflows import clock
from workflows.french import typeset
from workflows.question_kinds import QuestionKind


@require_safe
def positions(request: HttpRequest) -> HttpResponse:
    """What is answered beforehand, by type of convention."""
    if not is_staff(request.user):
        raise PermissionDenied
    seen = listing.types_seen(request.user, clock.today())
    return render(request, "desk/positions/positions.html", {"types": listing.types(seen)})


@require_http_methods(["GET", "HEAD", "POST"])
def position(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """One kind of question for one type: what stands, its history, and taking a position."""
    rulebook = listing.types_seen(request.user, clock.today()).get(code)
    if rulebook is None:
        raise Http404
    found = next((one for one in listing.kinds_of(rulebook) if one.kind == kind), None)
    if found is None:
        raise Http404
    establishes = request.user.has_perm("contracts.establish_position", code)
    if request.method == "POST" and not establishes:
        raise PermissionDenied
    standing = standing_answer(code, kind)
    form = PositionForm(request.POST or None, kind=found, standing=standing)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        if "confirm" in request.POST and form.was_shown and _established(request, form, code, kind):
            return redirect("position", code=code, kind=kind)
        if not form.errors:
            context["changes"] = listing.changes(
                code, kind, form.wanted, request.user, clock.today()
            )
            form.show()
    context |= {
        "rulebook": rulebook,
        "kind": found,
        "article": rulebook.article_of(found.rule),
        "standing": listing.answer_of(found, standing),
        "touches": touched(code, kind).values("convention").distinct().count(),
        "history": _history(code, found),
        "form": form if establishes else None,
    }
    status = 422 if form.errors else 200
    return render(request, "desk/positions/position.html", context, status=status)


def _established(request: HttpRequest, form: PositionForm, code: str, kind: str) -> bool:
    """Whether the position is taken; otherwise the form says what stands in the way."""
    asked = form.cleaned_data
    try:
        done = establish_interpretation(
            rulebook_code=code,
            question=kind,
            answer=form.wanted,
            reasons=asked["reasons"],
            author=request.user,
            on=asked["on"],
            identifier=asked["identifier"],
        )
    except CannotInterpret as refused:
        form.add_error(None, str(refused))
        return False
    words = "C’est enregistré : les conventions suivent."
    if done.in_background:
        words = "C’est enregistré : les conventions, nombreuses, suivent dans les minutes à venir."
    messages.success(request, typeset(words))
    return True


def _history(code: str, kind: QuestionKind) -> list[tuple[Interpretation, str]]:
    """Every position ever taken, the latest first, with its answer in words."""
    rows = Interpretation.objects.filter(rulebook_code=code, question=kind.kind)
    told = []
    for row in rows.select_related("author").order_by("-recorded_at", "-pk"):
        answer = listing.answer_of(kind, row.answer)
        told.append((row, answer.label if answer else "Position retirée"))
    return told
