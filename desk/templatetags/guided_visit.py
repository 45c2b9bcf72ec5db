"""The guided visit, as the first page proposes it and as the pages it leads to show it."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest

from desk.visit.steps import PARAMETER, is_proposed, steps_of
from workflows import clock

register = template.Library()


@register.inclusion_tag("desk/visit/on_home.html", takes_context=True)
def guided_visit(context: Any) -> dict[str, Any]:
    """Propose the visit; nothing outside the demonstration, or once the user has ended it."""
    request = context["request"]
    proposed = is_proposed(request.user) and PARAMETER not in request.GET
    return {"is_proposed": proposed, "csrf_token": context["csrf_token"]}


@register.inclusion_tag("desk/visit/step.html", takes_context=True)
def visited_step(context: Any) -> dict[str, Any]:
    """Say which step of the visit this page is, and lead to the next; nothing outside it."""
    request = context.get("request")
    number = _number(request) if request is not None else 0
    if not number:
        return {}
    steps = steps_of(request.user, clock.today())
    if number > len(steps):
        return {}
    addresses = [step.address(n) for n, step in enumerate(steps, start=1)]
    return {
        "step": steps[number - 1],
        "number": number,
        "steps": len(steps),
        "previous": addresses[number - 2] if number > 1 else "",
        "next": addresses[number] if number < len(steps) else "",
        "csrf_token": context["csrf_token"],
    }


def _number(request: HttpRequest) -> int:
    asked = request.GET.get(PARAMETER, "")
    if not settings.TACITE_DEMONSTRATION or not request.user.is_authenticated:
        return 0
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 3 else 0
