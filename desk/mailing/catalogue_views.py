"""The catalogue of messages: every kind, and what it says, on made-up facts."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from desk.mailing.framed import framed
from notifications.catalogue import MessageKind, UnknownKind, kind_of, kinds
from notifications.previews import Preview, preview
from notifications.recipients import Group
from templates_conventions.catalogue import rulebooks
from templates_conventions.rendering import html
from workflows.rulebook import Rulebook

may_look = permission_required("notifications.view_catalogue", raise_exception=True)


class Line(NamedTuple):
    """A kind of message and the subject that its readers see."""

    kind: MessageKind
    subject: str


@may_look
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every kind of message, by what it is about."""
    rules = next(iter(rulebooks().values()))
    parts = {
        group: [
            Line(one, preview(one, rules).mail.subject) for one in kinds() if one.group is group
        ]
        for group in Group
    }
    return render(
        request,
        "desk/mailing/catalogue.html",
        {"parts": [(group, lines) for group, lines in parts.items() if lines]},
    )


@may_look
@require_safe
def kind(request: HttpRequest, code: str) -> HttpResponse:
    """One kind: who receives it and when, then the text, the page and the letter."""
    found, rules, seen = _previewed(request, code)
    letter = html.render(seen.letter, title_level=3) if seen.letter else ""
    context = {
        "kind": found,
        "rulebooks": rulebooks().values() if found.of_convention else (),
        "rules": rules,
        "mail": seen.mail,
        "letter": mark_safe(letter),  # noqa: S308 — escaped there
    }
    return render(request, "desk/mailing/kind.html", context)


@may_look
@framed
@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The page of a mail, as a mailbox shows it."""
    return HttpResponse(_previewed(request, code)[2].mail.html)


def _previewed(request: HttpRequest, code: str) -> tuple[MessageKind, Rulebook, Preview]:
    known = rulebooks()
    rules = known.get(request.GET.get("modele", ""), next(iter(known.values())))
    try:
        found = kind_of(code)
    except UnknownKind as unknown:
        raise Http404 from unknown
    return found, rules, preview(found, rules)
