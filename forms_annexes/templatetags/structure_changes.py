"""The structures declared, wherever the staff look for what waits for them."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import RequestContext

from forms_annexes.services.structure_changes import to_answer
from workflows import clock

register = template.Library()


@register.inclusion_tag("forms_annexes/instruction/structures_waiting.html", takes_context=True)
def structures_to_answer(context: RequestContext) -> dict[str, Any]:
    """How many wait for an answer, with the way to their list; nothing when none does."""
    user = context["request"].user
    return {"waiting": to_answer(user, clock.today()).count()}
