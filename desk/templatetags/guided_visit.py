"""The guided visit as the first page proposes it."""

from __future__ import annotations

from typing import Any

from django import template

from desk.visit.steps import is_proposed

register = template.Library()


@register.inclusion_tag("desk/visit/on_home.html", takes_context=True)
def guided_visit(context: Any) -> dict[str, Any]:
    """Draw the visit; nothing outside the demonstration, or once the user has ended it."""
    request = context["request"]
    return {"is_proposed": is_proposed(request.user), "csrf_token": context["csrf_token"]}
