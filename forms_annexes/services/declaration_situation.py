"""What the rules and the life of a convention say of declaring now."""

from __future__ import annotations

from access.models import UserReview
from contracts.models import Convention
from forms_annexes.declarations.offers import Situation
from forms_annexes.models import Declaration
from forms_annexes.models.declarations import DeclarationStatus
from workflows import clock
from workflows.convention import ENDED, IN_FORCE

_IN_PROGRESS = (DeclarationStatus.SENT.value, DeclarationStatus.RETURNED.value)


def situation_of(convention: Convention, *, whole_partner: bool = True) -> Situation:
    """The situation of a convention today, for the whole partner or for one structure."""
    in_progress = Declaration.objects.filter(convention=convention, status__in=_IN_PROGRESS)
    return Situation(
        rules=convention.rules,
        state=convention.state,
        attestation_awaited=_attestation_awaited(convention),
        review_open=_open_review(convention) is not None,
        whole_partner=whole_partner,
        in_progress=dict(in_progress.values_list("kind", "number")),
    )


def _open_review(convention: Convention) -> UserReview | None:
    """The list of users that waits for the partner; None when none does."""
    if convention.state not in IN_FORCE:
        return None
    found: UserReview | None = convention.user_reviews.filter(confirmed_on=None).first()
    return found


def _attestation_awaited(convention: Convention) -> bool:
    survival = convention.rules.survival
    if convention.state not in ENDED or survival is None or survival.attestation is None:
        return False
    duties = convention.timeline(clock.today()).duties
    return any(duty.code == "attestation" and duty.done_on is None for duty in duties)
