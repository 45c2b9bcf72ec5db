"""What a list of requests says of the messages not yet read."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import RequestContext

from forms_annexes.models import AccessRequest
from forms_annexes.services.exchanging import unread_of_caisse, unread_of_partner
from workflows import clock

register = template.Library()


@register.inclusion_tag("forms_annexes/parts/unread_messages.html", takes_context=True)
def unread_messages(context: RequestContext, side: str) -> dict[str, Any]:
    """The requests with messages that the user has not read: ``partner`` or ``caisse``."""
    user = context["request"].user
    counting = unread_of_partner if side == "partner" else unread_of_caisse
    counts = counting(user, clock.today())
    found = AccessRequest.objects.filter(pk__in=counts).select_related("convention__partner")
    return {
        "unread": [(one, counts[one.pk]) for one in found.order_by("number")],
        "total": sum(counts.values()),
        "page": "space_request" if side == "partner" else "instruction_request",
        "staff": side != "partner",
    }
