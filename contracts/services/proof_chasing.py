"""The proofs of registered letters that should have come by now: to be asked of the operator."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from contracts.models import Caisse, OutgoingLetter

SETTING = "proof_chase_days"
DAYS = 21
"""After the posting, where the caisse has no setting: fifteen days at the post office, then the way
back."""


def chase_days(setting: object) -> int:
    """After how many days without a proof a caisse asks for it, by what its setting holds."""
    return setting if isinstance(setting, int) and 0 < setting <= 365 else DAYS


def is_overdue(posted_on: date, setting: object, today: date) -> bool:
    """Whether the proof of a letter that still awaits it should have come."""
    return posted_on + timedelta(days=chase_days(setting)) <= today


def overdue(letters: QuerySet[OutgoingLetter], today: date) -> QuerySet[OutgoingLetter]:
    """Those of some letters whose proof their caisse should ask for."""
    late = Q(pk__in=())
    by_days: dict[int, list[int]] = {}
    for caisse in Caisse.objects.only("pk", "settings"):
        by_days.setdefault(chase_days(caisse.settings.get(SETTING)), []).append(caisse.pk)
    for days, caisses in by_days.items():
        late |= Q(caisse__in=caisses, posted_on__lte=today - timedelta(days=days))
    return letters.filter(late, standing="proof_awaited")
