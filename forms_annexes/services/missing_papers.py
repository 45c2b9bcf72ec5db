"""Asking for what a request lacks: the reasons of a return ready to send, and the letter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contracts.models import IssuedDocument
from contracts.services.documents import facts_of, issue
from forms_annexes.completeness import Missing, obstacles
from forms_annexes.models import AccessRequest
from forms_annexes.models.requests import RequestStatus
from forms_annexes.reasons import ReturnReason
from forms_annexes.services.moving import RequestRefused
from templates_conventions.assembly import CannotAssemble
from templates_conventions.letter_assembly import letter_document
from workflows import clock
from workflows.french import typeset

LETTER = "demande-piece"
"""The letter of the types of convention that asks for a piece."""


LONGEST_NOTE = 1000
"""What the form of a return takes."""


def proposed_return(lacking: Iterable[Missing]) -> dict[str, Any]:
    """What the form of a return shows at first: the reasons met and the exact pieces."""
    found = list(lacking)
    return {
        "reasons": list(dict.fromkeys(one.reason.value for one in found)),
        "note": " ".join(one.words for one in found)[:LONGEST_NOTE],
    }


def awaited(request: AccessRequest) -> list[str]:
    """The pieces awaited, in words: those that the caisse asked for, else those found lacking."""
    if request.status == RequestStatus.RETURNED.value:
        said = [request.return_note] if request.return_note else []
        # What the note says exactly, the general reason would only say again.
        labels = [str(ReturnReason(code).label) for code in request.return_reasons]
        return said or labels
    if request.status == RequestStatus.SUBMITTED.value:
        return [one.words for one in obstacles(request, delegation_checked=True)]
    return []


def letter(request: AccessRequest, author: Any) -> IssuedDocument:
    """Issue the letter that asks for what is missing; the same letter again is the same document.

    Raises ``RequestRefused`` where nothing is missing, before the request has come, or where the
    rules have nothing on which such a letter rests.
    """
    missing = awaited(request)
    if not missing or request.received_on is None:
        raise RequestRefused("Il ne manque rien à cette demande : aucun courrier n’est à envoyer.")
    convention = request.convention
    users = [user.get_full_name() for user in request.users.order_by("position")]
    facts = facts_of(convention, site=request.site)
    values = {
        "received_on": request.received_on,
        "user": ", ".join(filter(None, users)),
        "missing": missing,
    }
    try:
        document = letter_document(
            convention.rules,
            LETTER,
            facts,
            clock.today(),
            values,
            signatory=(facts.caisse.representative, facts.caisse.quality),
        )
    except CannotAssemble as error:
        raise RequestRefused(typeset(str(error))) from error
    return issue(convention, document, author)
