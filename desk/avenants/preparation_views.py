"""Preparing an avenant: its type, what it changes, what that entails, then its number."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from contracts.life_differences import DeadlineChange, deadline_changes
from contracts.models import Avenant, Convention
from contracts.services import avenant_preparation
from contracts.services.avenant_documents import avenant_document, before_and_after
from contracts.services.avenant_refusals import CannotAmend
from contracts.services.consolidation import writing_on
from desk.avenants.forms import PreparationForm, other_versions
from desk.consequences import Consequences
from desk.views import visible_convention
from templates_conventions.avenant_assembly import Writing
from templates_conventions.avenant_types import AvenantType, amendable_annexes, avenant_types
from templates_conventions.rendering import html
from templates_conventions.texts import has_text
from workflows import clock
from workflows.convention import IN_FORCE
from workflows.french import NO_BREAK_SPACE, typeset
from workflows.rule_changes import RuleChange, described

PREPARE = "contracts.prepare_avenant"


class AvenantConsequences(Consequences):
    """What an avenant would change: it may move nothing but dates to watch."""

    @cached_property
    def deadlines(self) -> tuple[DeadlineChange, ...]:
        """The dates to watch that move."""
        return deadline_changes(self.before, self.after)

    @property
    def changes_nothing(self) -> bool:
        return super().changes_nothing and not self.deadlines


@require_safe
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """What is to change? The types of avenant that this convention knows."""
    convention = _amendable(request, pk)
    writing = writing_on(convention, clock.today())
    context = {
        "convention": convention,
        "rules": writing.rulebook,
        "why_not": typeset(avenant_preparation.why_not(convention.timeline(clock.today()))),
        "kinds": [kind for kind in avenant_types().values() if _is_known(kind, writing)],
        "annexes_evolve": not amendable_annexes(writing.rulebook),
    }
    return render(request, "desk/avenants/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """What it changes; then the text and the dates that follow; then the avenant is numbered."""
    convention = _amendable(request, pk)
    kind = avenant_types().get(code)
    if kind is None:
        raise Http404
    asked = {
        "convention": convention,
        "kind": kind,
        "writing": writing_on(convention, clock.today()),
    }
    context: dict[str, Any] = {"convention": convention, "kind": kind}
    if request.method != "POST":
        form = PreparationForm(initial={"identifier": uuid4()}, **asked)
        return render(request, "desk/avenants/prepare.html", context | {"form": form})
    form = PreparationForm(request.POST, **asked)
    if form.is_valid():
        try:
            wanted, identifier = form.wanted(), form.cleaned_data["identifier"]
            if "confirm" in request.POST:
                made = avenant_preparation.prepare(convention, wanted, request.user, identifier)
                messages.success(request, f"L’avenant n°{NO_BREAK_SPACE}{made.number} est préparé.")
                return redirect("avenant", pk=convention.pk, number=made.number)
            if "edit" not in request.POST:
                context |= preview(avenant_preparation.proposed(convention, wanted, identifier))
        except CannotAmend as refused:
            form.add_error(None, str(refused))
        except ValidationError as refused:
            form.add_error(None, ValidationError(refused.messages))
    status = 422 if form.errors else 200
    return render(request, "desk/avenants/prepare.html", context | {"form": form}, status=status)


def preview(avenant: Avenant) -> dict[str, Any]:
    """The text of an avenant still open, the rules it changes, the dates that would follow."""
    convention = avenant.convention
    shown: dict[str, Any] = {"proposed": avenant, "changes": rules_changed_by(avenant)}
    if has_text(convention.rulebook_code):
        fragment = html.render(avenant_document(avenant), title_level=2)
        shown["document"] = mark_safe(fragment)  # noqa: S308 — escaped there
    if convention.timeline(clock.today()).state in IN_FORCE:
        shown["consequences"] = AvenantConsequences(
            avenant_preparation.consequences_of_avenant(avenant)
        )
    return shown


def rules_changed_by(avenant: Avenant) -> tuple[RuleChange, ...]:
    """The rules it changes, in words, over those that hold on its day of effect."""
    before, after = before_and_after(avenant)
    return described(before.rulebook, after.rulebook)


def _amendable(request: HttpRequest, pk: int) -> Convention:
    convention = visible_convention(request, pk)
    if not request.user.has_perm(PREPARE, convention):
        raise PermissionDenied
    return convention


def _is_known(kind: AvenantType, writing: Writing) -> bool:
    """Whether something of this convention is of that type."""
    if kind.annexes:
        return bool(amendable_annexes(writing.rulebook))
    if kind.model:
        return other_versions(writing.rulebook).exists()
    return bool(kind.facts or kind.asked_of(writing.rulebook))
