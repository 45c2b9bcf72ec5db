"""Entering what came on paper about users who have an access: successor, change, removal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction

from access.models import Habilitation
from forms_annexes.completeness import USER_BLOCK
from forms_annexes.models import AccessRequest
from forms_annexes.models.requests import RequestKind
from forms_annexes.receiving import Received
from forms_annexes.services import changing_users
from forms_annexes.services.moving import RequestRefused
from forms_annexes.services.paper_entry import PaperForm, check_dates, copy_sheet
from workflows.scopes import Scope


class PaperChange(NamedTuple):
    """What the sheet asks, and about whom."""

    kind: RequestKind
    rights: Sequence[Habilitation]
    """One, but for a removal."""
    leaves_on: date | None = None
    """For a replacement or a removal: the first day without access."""
    profile: str = ""
    scope: Scope | None = None
    """For a change; None: the territory stays."""


def enter_change(change: PaperChange, paper: PaperForm, author: Any) -> AccessRequest:
    """Enter the sheet, all or nothing; it is then to check.

    A departure past or of the day takes effect at once, as it does online. Raises
    ``ValidationError`` for a date or file that is not accepted, ``RequestRefused`` for what the
    rules or the lives of these users exclude.
    """
    check_dates(paper)
    with transaction.atomic():
        request = _opened(change, Received(paper.channel, paper.received_on), author)
        named = list(request.users.order_by("position").values_list("reference", flat=True))
        if USER_BLOCK in paper.answers:
            # The rows of the sheet are about the users just named, in their order.
            paper = paper._replace(references={**paper.references, USER_BLOCK: named})
        return copy_sheet(request, paper, author)


def _opened(change: PaperChange, received: Received, author: Any) -> AccessRequest:
    first = change.rights[0]
    if change.kind is RequestKind.MODIFY:
        return changing_users.ask_modification(
            first, author, profile=change.profile, scope=change.scope, received=received
        )
    assert change.leaves_on is not None
    if change.kind is RequestKind.REPLACE:
        return changing_users.ask_replacement(first, change.leaves_on, author, received)
    opened = changing_users.ask_removal(
        first.convention, change.rights, change.leaves_on, author, received
    )
    if len(opened) > 1:
        raise RequestRefused(
            "Ces personnes ne tiennent pas sur une feuille, ou sont de plusieurs structures. "
            "Saisissez une feuille après l’autre."
        )
    return opened[0]
