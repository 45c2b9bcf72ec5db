"""Looking again at what was decided: rights already given stay, the rest is decided anew."""

from __future__ import annotations

from typing import Any

from access.models import Habilitation
from contracts.identifiers import validate_no_nir
from forms_annexes.flows import RequestFlow
from forms_annexes.models import (
    AccessRequest,
    RequestedUser,
    RequestTransition,
    TransitionNote,
)
from forms_annexes.models.requests import RequestKind, RequestStatus
from forms_annexes.models.users import UserDecision
from forms_annexes.services.moving import RequestRefused, changing, move, write_verdicts

REOPENABLE = (RequestStatus.ACCEPTED.value, RequestStatus.REFUSED.value)


def reopen(
    request: AccessRequest, author: Any, reason: str, seen_revision: int | None = None
) -> AccessRequest:
    """Bring a decided request back to the queue.

    Whoever holds a right keeps it, and stays decided. Those refused, and those accepted to whom no
    right could be given yet, wait for another decision. Raises ``RequestRefused`` without a reason
    and ``StaleRequest`` for a request that is not decided.
    """
    if not reason.strip():
        raise RequestRefused("Dites pourquoi la demande est rouverte.")
    validate_no_nir(reason)
    with changing(request, seen_revision) as current:
        line = move(current, RequestTransition.Name.REOPEN, author)
        TransitionNote.objects.create(transition=line, text=reason.strip())
        again = to_decide_again(current)
        for user in again:
            _open(user)
        write_verdicts(line, again)
        RequestFlow.reopen.run(request=current)
    return current


def to_decide_again(request: AccessRequest) -> list[RequestedUser]:
    """The named users whom a reopening lets decide anew, in their order."""
    granted = set(
        Habilitation.objects.filter(
            request_reference__in=request.users.values("reference")
        ).values_list("request_reference", flat=True)
    )
    creates = request.kind == RequestKind.CREATE
    return [
        user
        for user in request.users.order_by("position")
        if user.decision == UserDecision.REFUSED
        or (creates and user.decision == UserDecision.ACCEPTED and user.reference not in granted)
    ]


def _open(user: RequestedUser) -> None:
    user.decision = UserDecision.PENDING
    user.refusal_reason = user.refusal_note = user.grant_problem = ""
    user.decided_by = user.decided_at = None
    user.save()
