"""What a request asks about users who have a right, drawn on any page that shows the request."""

from typing import Any

from django import template

from forms_annexes.models import AccessRequest
from forms_annexes.services.change_words import lines_of
from forms_annexes.services.structures import ABOUT_RIGHTS

register = template.Library()


@register.inclusion_tag("forms_annexes/parts/user_changes.html")
def user_changes(
    access_request: AccessRequest, page: str = "", editable: bool = False
) -> dict[str, Any]:
    """Draw the lines of the request; nothing when it only asks for new accesses.

    `page` is the name of the page of one right, taking convention and right; none for the partner.
    """
    return {
        "access_request": access_request,
        "lines": [line._asdict() | {"page": page} for line in lines_of(access_request)],
        "editable": editable,
        "completing": bool(access_request.form_code) and access_request.kind in ABOUT_RIGHTS,
    }
