"""The pages of one convention, as the partner goes from one to another."""

from __future__ import annotations

from typing import Any

from django import template

from contracts.models import Convention
from forms_annexes.services.structure_changes import covers_structures

register = template.Library()


@register.inclusion_tag("forms_annexes/parts/convention_nav.html", takes_context=True)
def convention_nav(context: Any, convention: Convention) -> dict[str, Any]:
    """The pages of the convention, the present one marked."""
    return {
        "convention": convention,
        "has_structures": covers_structures(convention),
        "request": context["request"],
    }
