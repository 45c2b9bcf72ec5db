"""Taking up again a request that lapsed: a new one, filled with its answers."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from forms_annexes.models import AccessRequest, RequestedUser
from forms_annexes.models.requests import RequestStatus
from forms_annexes.services.filling import start
from forms_annexes.services.moving import RequestRefused
from workflows.french import typeset


def take_up_again(lapsed: AccessRequest, author: Any) -> AccessRequest:
    """Open a request with the answers of one that lapsed, to be read over, signed and sent.

    No signature, piece or decision comes along. Raises ``RequestRefused`` for a request that did
    not lapse, while another draft of the same form is open, and where no request may start.
    """
    if lapsed.status != RequestStatus.LAPSED.value:
        raise RequestRefused("Cette demande n’est pas caduque : elle ne se reprend pas.")
    with transaction.atomic():
        draft = AccessRequest.objects.filter(
            convention=lapsed.convention,
            site=lapsed.site,
            form_code=lapsed.form_code,
            status=RequestStatus.DRAFT.value,
        ).first()
        if draft is not None:
            raise RequestRefused(
                typeset(
                    f"La demande {draft.number}, du même formulaire, est déjà commencée : "
                    "continuez celle-ci, ou retirez-la d’abord."
                )
            )
        opened = start(lapsed.convention, author, site=lapsed.site, form_code=lapsed.form_code)
        known = {field.code for block in opened.definition.blocks for field in block.fields}
        opened.answers |= {code: value for code, value in lapsed.answers.items() if code in known}
        opened.signatory_quality = lapsed.signatory_quality
        opened.save()
        for user in lapsed.users.order_by("position"):
            RequestedUser.objects.create(
                request=opened,
                position=user.position,
                first_name=user.first_name,
                last_name=user.last_name,
                email=user.email,
                answers=user.answers,
                replaces=user.replaces,
            )
    return opened
