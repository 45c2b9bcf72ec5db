"""One thing asked of many conventions: previewed row by row, confirmed, followed."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contracts.models import BulkLine, BulkRun, Convention, User
from contracts.rules import agents_of, caisses_where, may_somewhere
from contracts.services.bulk_runs import (
    ASSIGN,
    MOST,
    Weighed,
    asked_of,
    begin,
    letters_for,
    weighed,
)
from contracts.services.visibility import visible_conventions
from desk.portfolio.asking import Asked
from desk.portfolio.common_words import CommonWordsForm, digest_of
from forms_annexes.forms import DressedForm
from workflows import clock
from workflows.french import count
from workflows.keys import LARGEST_KEY

_ASSIGN = "assign:"
_LETTER = "letter:"
_REMIND = "remind:"


class BulkForm(DressedForm):
    """What is asked of the conventions chosen."""

    identifier = forms.UUIDField(widget=forms.HiddenInput)
    wanted = forms.ChoiceField(
        label="Que faire de ces conventions",
        error_messages={
            "required": "Choisissez ce qu’il faut faire.",
            "invalid_choice": "Choisissez dans la liste ce qu’il faut faire.",
        },
    )

    def __init__(self, *args: Any, choices: list[Any], **kwargs: Any) -> None:
        # Before the answers are read, and for this form alone.
        wanted = forms.ChoiceField(choices=choices)
        self.base_fields = dict(type(self).base_fields)
        known = self.base_fields["wanted"]
        wanted.label, wanted.error_messages = known.label, known.error_messages
        self.base_fields["wanted"] = wanted
        super().__init__(*args, **kwargs)

    def run(self, author: User) -> BulkRun:
        """The run that the answers ask for, not stored."""
        kind, _, value = self.cleaned_data["wanted"].partition(":")
        asked: dict[str, Any] = {"letter": value}
        if kind == BulkRun.Action.ASSIGN:
            asked = {"assignee": User.objects.get(pk=int(value))}
        return BulkRun(
            identifier=self.cleaned_data["identifier"], action=kind, author=author, **asked
        )


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Choose what to do, see row by row what it would give, then confirm."""
    if not may_somewhere(request.user, ASSIGN):
        raise PermissionDenied
    keys, too_many = _keys(request)
    seen = visible_conventions(request.user, clock.today()).filter(pk__in=keys)
    conventions = list(seen.select_related("partner").order_by("number", "pk"))
    form = BulkForm(
        request.POST if request.method == "POST" else None,
        choices=_choices(request.user, conventions),
        initial={"identifier": uuid4()},
    )
    rows: list[Weighed] = []
    words = CommonWordsForm(None, asked=())
    told = digest_of({})
    if request.method == "POST" and conventions and form.is_valid():
        run = form.run(request.user)
        shown = [one.pk for one in conventions]
        was_shown = request.POST.get("shown") == form.cleaned_data["wanted"]
        rows = weighed(run, shown)
        words = CommonWordsForm(request.POST if was_shown else None, asked=asked_of(rows))
        if words.is_valid() and (typed := words.kept()):
            run.typed, told = typed, digest_of(typed)
            rows = weighed(run, shown)
        # What is confirmed is what was shown: another choice, or other words, are previewed first.
        same = was_shown and request.POST.get("told") == told and not words.errors
        if same and "confirm" in request.POST:
            return redirect("bulk_run", pk=begin(run, shown).pk)
    context = {
        "form": form,
        "words": words,
        "told": told,
        "conventions": conventions,
        "too_many": too_many,
        "most": MOST,
        "rows": rows,
        "able": sum(1 for row in rows if not row.why_not),
        "query": request.GET.get("liste", ""),
    }
    return render(request, "desk/portfolio/bulk.html", context)


@require_safe
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of a run, row by row, to come back to."""
    if pk > LARGEST_KEY:
        raise Http404
    runs = BulkRun.objects.select_related("assignee")
    run = get_object_or_404(runs, pk=pk, author=request.user)
    lines = list(
        run.lines.select_related("convention__partner").order_by("convention__number", "pk")
    )
    # A role may have ended since: the result stays, the names go.
    visible = visible_conventions(request.user, clock.today())
    seen = set(visible.filter(bulk_lines__run=run).values_list("pk", flat=True))
    numbers = Counter(line.outcome for line in lines)
    done, refused = numbers[BulkLine.Outcome.DONE], numbers[BulkLine.Outcome.REFUSED]
    context = {
        "run": run,
        "lines": [line for line in lines if line.convention_id in seen],
        "total": len(lines),
        "taken": done + refused,
        "counts": f"{count(done, 'faite')}, {count(refused, 'pas faite', 'pas faites')}",
        "letter": letters_for([one.convention for one in lines]).get(run.letter, run.letter),
    }
    return render(request, "desk/portfolio/bulk_run.html", context)


def _keys(request: HttpRequest) -> tuple[list[int], bool]:
    """The conventions chosen: one by one, or all those of a list; and whether they are too many."""
    if request.method == "GET" and request.GET.get("tous"):
        asked = Asked(request.user, request.GET, clock.today())
        found = list(asked.found.order_by().values_list("pk", flat=True)[: MOST + 1])
    else:
        given = request.POST if request.method == "POST" else request.GET
        chosen = (key for key in given.getlist("choix") if key.isascii() and key.isdigit())
        found = [int(key) for key in chosen if len(key) < 19 and int(key) <= LARGEST_KEY]
    found = list(dict.fromkeys(found))
    return ([], True) if len(found) > MOST else (found, False)


def _choices(user: User, conventions: list[Convention]) -> list[Any]:
    today = clock.today()
    colleagues = agents_of(caisses_where(user, ASSIGN, today), today)
    letters = letters_for(conventions).items()
    return [
        ("", "Choisissez"),
        ("Confier à", [(f"{_ASSIGN}{one.pk}", one.get_full_name()) for one in colleagues]),
        ("Écrire par courriel", [(_REMIND, "Rappeler au partenaire sa limite de dénonciation")]),
        ("Émettre un courrier", [(f"{_LETTER}{code}", label) for code, label in letters]),
    ]
