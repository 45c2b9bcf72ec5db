"""The pages of the rulebooks: every version, one of them, and two side by side."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from contracts.models import PublishedRulebook
from contracts.rules import is_staff, may_somewhere
from contracts.services.campaigns import POWER as CAMPAIGN
from contracts.services.proposals import NotProposed
from contracts.services.publishing import POWER, propose_publication, to_publish
from contracts.services.visibility import visible_conventions
from desk.rulebooks import diagram, reading
from desk.rulebooks.moves import label_of, moves
from desk.rulebooks.publishing import PublicationForm, entailed
from workflows import clock
from workflows.french import typeset
from workflows.rule_changes import described

LARGEST_VERSION = 2**31 - 1


@require_safe
def rulebooks(request: HttpRequest) -> HttpResponse:
    """Every version of every type, with how many conventions live by it."""
    _staff_only(request)
    today = clock.today()
    pinned = Counter(
        dict(
            visible_conventions(request.user, today)
            .order_by()
            .values_list("pinned")
            .annotate(number=Count("*"))
        )
    )
    rows = PublishedRulebook.objects.select_related("published_by", "signed_off_by")
    types: dict[str, dict[str, Any]] = {}
    for row in rows.order_by("code", "-version"):
        one = types.setdefault(row.code, {"title": row.rulebook.title, "versions": []})
        one["versions"].append((row, pinned[row.pk]))
    publishes = may_somewhere(request.user, POWER)
    context = {"types": types, "to_publish": to_publish() if publishes else ()}
    return render(request, "desk/rulebooks/rulebooks.html", context)


@require_safe
def rulebook(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One version: its states, then each rule beside its article."""
    _staff_only(request)
    row = _published(code, version)
    rules = row.rulebook
    known = moves(rules)
    others = PublishedRulebook.objects.filter(code=code).exclude(pk=row.pk).order_by("-version")
    context = {
        "row": row,
        "rulebook": rules,
        "sections": reading.sections(rules),
        "has_texts": bool(reading.articles_of(rules)),
        "diagram": diagram.drawn(rules, known),
        "moves": [
            (move, label_of(rules, move.source), label_of(rules, move.target)) for move in known
        ],
        "others": others,
        "pinned": visible_conventions(request.user, clock.today()).filter(pinned=row).count(),
        "may_campaign": any(other.version < version for other in others)
        and may_somewhere(request.user, CAMPAIGN),
    }
    return render(request, "desk/rulebooks/rulebook.html", context)


@require_safe
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Two versions of a type: the rules that differ, then the articles that do."""
    _staff_only(request)
    before = _published(code, _number(request.GET.get("avant")))
    after = _published(code, _number(request.GET.get("apres")))
    context = {
        "before": before,
        "after": after,
        "rulebook": after.rulebook,
        "changes": [
            change
            for change in described(before.rulebook, after.rulebook)
            if change.path != "version"
        ],
        "texts": list(reading.text_changes(before.rulebook, after.rulebook)),
        "has_texts": all(reading.articles_of(row.rulebook) for row in (before, after)),
    }
    return render(request, "desk/rulebooks/compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def publication(request: HttpRequest, code: str) -> HttpResponse:
    """The version that a file holds: what it changes, then proposed for another to confirm."""
    _staff_only(request)
    rules = next((one for one in to_publish() if one.code == code), None)
    if not may_somewhere(request.user, POWER):
        raise PermissionDenied
    if rules is None:
        raise Http404
    form = PublicationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            proposal = propose_publication(
                rules, request.user, identifier=str(asked["identifier"]), reason=asked["reason"]
            )
        except NotProposed as refused:
            form.add_error(None, str(refused))
        else:
            words = "C’est proposé : quelqu’un d’autre relit et confirme."
            messages.success(request, typeset(words))
            return redirect("proposal", pk=proposal.pk)
    context = {"form": form, **entailed(rules)}
    status = 422 if form.errors else 200
    return render(request, "desk/rulebooks/publication.html", context, status=status)


def _staff_only(request: HttpRequest) -> None:
    if not is_staff(request.user):
        raise PermissionDenied


def _number(asked: str | None) -> int:
    """The version that an address asks for; one that is none does not exist."""
    if asked is None or not asked.isascii() or not asked.isdigit():
        raise Http404
    return int(asked[:11])


def _published(code: str, version: int) -> PublishedRulebook:
    if version > LARGEST_VERSION:
        raise Http404
    return get_object_or_404(PublishedRulebook, code=code, version=version)
