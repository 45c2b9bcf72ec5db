"""The pages of the questions: their queue, one with all that weighs, and its reopening."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from contracts.convention_life import ConventionLife, QuestionLine
from contracts.models import Convention
from contracts.rules import is_staff
from contracts.services.visibility import visible_caisses, visible_conventions
from desk.event_views import told
from desk.events import DECISION, REOPENING
from desk.questions import listing
from desk.questions.forms import QueueForm
from desk.questions.precedents import precedents
from desk.views import visible_convention
from workflows import clock

ROWS_A_PAGE = 25


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """The questions that wait, the one whose answer is owed first in front."""
    if not is_staff(request.user):
        raise PermissionDenied
    today = clock.today()
    types = listing.types_of_convention()
    form = QueueForm(request.GET, types=types.items(), caisses=visible_caisses(request.user, today))
    waiting = listing.waiting(visible_conventions(request.user, today))
    page = Paginator(listing.narrowed(waiting, form), ROWS_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "rows": listing.listed(page.object_list, types),
        "today": today,
        "query": query.urlencode(),
        "is_narrowed": any(query.values()),
    }
    return render(request, "desk/questions/questions.html", context)


@require_safe
def question(request: HttpRequest, pk: int, identity: str) -> HttpResponse:
    """One question: the readings, what each entails, and what was decided before."""
    convention = visible_convention(request, pk)
    line = _line(convention, identity)
    decision = line.question.decision
    row = convention.acts.filter(identifier=decision.id).first() if decision else None
    context = {
        "convention": convention,
        "line": line,
        "today": clock.today(),
        "decides": request.user.has_perm(DECISION.power, convention),
        "decision": row,
        "precedents": precedents(line.question, convention, request.user, clock.today()),
    }
    return render(request, "desk/questions/question.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, pk: int, identity: str) -> HttpResponse:
    """The decision is corrected by an act that annuls it, with its reason: the question is back."""
    convention = visible_convention(request, pk)
    decision = _line(convention, identity).question.decision
    if decision is None:
        raise Http404
    row = get_object_or_404(convention.acts, identifier=decision.id)
    return told(request, convention, REOPENING, {"of": decision.id}, annulled=row)


def _line(convention: Convention, identity: str) -> QuestionLine:
    today = clock.today()
    life = ConventionLife(convention, convention.timeline(today), today)
    for line in life.questions:
        if line.question.identity == identity:
            return line
    raise Http404
