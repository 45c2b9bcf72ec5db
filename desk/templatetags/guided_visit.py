"""The guided visit as the first page proposes it."""

from __future__ import annotations

from typing import Any

from django import template

from contracts.rules import is_staff
from desk.visit.steps import is_proposed, steps_of
from workflows import clock

register = template.Library()


@register.inclusion_tag("desk/visit/on_home.html", takes_context=True)
def guided_visit(context: Any) -> dict[str, Any]:
    """Draw the visit; nothing outside the demonstration, or once the user has ended it."""
    request = context["request"]
    steps = []
    if is_proposed(request.user) and is_staff(request.user):
        steps = steps_of(request.user, clock.today())
    return {"steps": steps, "csrf_token": context["csrf_token"]}
