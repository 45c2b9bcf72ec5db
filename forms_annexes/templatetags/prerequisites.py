"""The papers that a convention wants before any access, for the pages that mention them."""

from __future__ import annotations

from typing import Any

from django import template

from contracts.models import Convention
from forms_annexes.services import prerequisites
from workflows import clock

register = template.Library()


@register.inclusion_tag("forms_annexes/parts/prerequisite_notice.html")
def prerequisite_notice(convention: Convention) -> dict[str, Any]:
    """What lacks today, with the page on which to give it; nothing where all is there."""
    return {
        "convention": convention,
        "prerequisites": prerequisites.unmet(convention, clock.today()),
    }
