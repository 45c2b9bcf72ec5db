"""What becomes of one user's right, as an agent or the partner says it: each an act.

``identifier`` is made by the form, so that a form sent twice records one act.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple
from uuid import uuid4

from access.models import Habilitation, HabilitationAct
from access.services.habilitations import check_scope, record
from contracts.models import Power, User, UserScope
from contracts.services.visibility import roles_for
from workflows import acts, clock
from workflows.french import typeset
from workflows.scopes import Scope
from workflows.user_acts import SuspensionReason


class NotEntitled(Exception):
    """Whoever decided had no power to on that day; nothing was written."""

    def __init__(self, reason: str) -> None:
        super().__init__(typeset(reason))


class Measure(NamedTuple):
    """A suspension, as whoever decides it describes it."""

    reason_code: SuspensionReason
    reason: str = ""
    """In free words, without naming anybody; compulsory with the code ``other``."""
    nature: Literal["temporary", "definitive"] = "temporary"
    visa: str = ""
    """Reference of the legal officer's visa: for a security measure that no clause provides."""


def suspend(
    habilitation: Habilitation,
    measure: Measure,
    on: date,
    decided_by: User,
    author: User,
    *,
    identifier: str = "",
    seen_revision: int | None = None,
) -> HabilitationAct:
    """Suspend one user. ``decided_by`` answers for it, ``author`` writes it down.

    A legal officer decides; under a clause, a temporary suspension may also be decided by an agent
    who holds the power to suspend accesses; for good, two people do. Raises ``NotEntitled``,
    ``recording.ActRefused`` when the rules refuse it, ``NotRecorded`` where a second person lacks,
    ``ValidationError`` for a social security number in the words.
    """
    security = habilitation.convention.rules.suspension is None
    check_entitled(
        habilitation, decided_by, on, legal_only=security or measure.nature == "definitive"
    )
    act = acts.UserSuspended(
        id=identifier or str(uuid4()),
        on=on,
        recorded_at=clock.now(),
        user=habilitation.user_key,
        nature=measure.nature,
        visa=measure.visa.strip(),
        decided_by=str(decided_by.pk),
        reason_code=measure.reason_code,
        reason=measure.reason.strip(),
    )
    return record(habilitation, act, author, seen_revision)


def lift(
    habilitation: Habilitation,
    on: date,
    decided_by: User,
    author: User,
    *,
    reason: str = "",
    identifier: str = "",
    seen_revision: int | None = None,
) -> HabilitationAct:
    """Give the access back. Raises what ``suspend`` raises."""
    security = habilitation.convention.rules.suspension is None
    check_entitled(habilitation, decided_by, on, legal_only=security)
    act = acts.UserSuspensionLifted(
        id=identifier or str(uuid4()),
        on=on,
        recorded_at=clock.now(),
        user=habilitation.user_key,
        decided_by=str(decided_by.pk),
        reason=reason.strip(),
    )
    return record(habilitation, act, author, seen_revision)


def report_departure(
    habilitation: Habilitation,
    on: date,
    author: User | None,
    *,
    request: str = "",
    identifier: str = "",
    seen_revision: int | None = None,
) -> HabilitationAct:
    """The user left, or will leave on a day to come. Raises ``recording.ActRefused``.

    Told late, the access closes on the day of the telling, and the delay stays on record.
    """
    act = acts.Departure(
        id=identifier or str(uuid4()),
        on=on,
        recorded_at=clock.now(),
        user=habilitation.user_key,
        request=request,
    )
    return record(habilitation, act, author, seen_revision)


def change_profile(
    habilitation: Habilitation,
    profile: str,
    on: date,
    author: User,
    *,
    request: str = "",
    identifier: str = "",
    seen_revision: int | None = None,
) -> HabilitationAct:
    """The user's duties changed: another number of the rules' list of profiles.

    Raises ``recording.ActRefused``, with the article, outside that list.
    """
    act = acts.ProfileChanged(
        id=identifier or str(uuid4()),
        on=on,
        recorded_at=clock.now(),
        user=habilitation.user_key,
        profile=profile.strip(),
        request=request,
    )
    return record(habilitation, act, author, seen_revision)


def change_scope(
    habilitation: Habilitation,
    scope: Scope,
    on: date,
    author: User,
    *,
    request: str = "",
    identifier: str = "",
    seen_revision: int | None = None,
) -> HabilitationAct:
    """The user reaches another territory, never wider than the service's.

    Raises ``CannotGrant`` for a département that the caisse does not manage, and
    ``recording.ActRefused``, with the article, for a territory too wide.
    """
    check_scope(habilitation.convention, scope)
    act = acts.ScopeChanged(
        id=identifier or str(uuid4()),
        on=on,
        recorded_at=clock.now(),
        user=habilitation.user_key,
        scope=scope,
        request=request,
    )
    return record(habilitation, act, author, seen_revision)


def close_unused(
    habilitation: Habilitation,
    on: date,
    author: User,
    *,
    identifier: str = "",
    seen_revision: int | None = None,
) -> HabilitationAct:
    """A person closes an access that nobody used.

    Raises ``recording.ActRefused`` before its day, and where the rules know no such closing.
    """
    act = acts.DormancyClosure(
        id=identifier or str(uuid4()),
        on=on,
        recorded_at=clock.now(),
        user=habilitation.user_key,
    )
    return record(habilitation, act, author, seen_revision)


def check_entitled(
    habilitation: Habilitation, decided_by: User, on: date, *, legal_only: bool
) -> None:
    """Raise ``NotEntitled`` unless the user had the power to decide it on that day."""
    convention = habilitation.convention
    if UserScope.Role.LEGAL_OFFICER in roles_for(decided_by, convention, on):
        return
    powers = Power.objects.on(on).filter(
        kind=Power.Kind.SUSPEND_ACCESS, agent__user=decided_by, agent__caisse=convention.caisse_id
    )
    if not legal_only and powers.exists():
        return
    who = "un juriste de la caisse"
    if not legal_only:
        who += ", ou un agent qui a reçu le pouvoir de suspendre les accès"
    raise NotEntitled(
        f"Cette décision revient à {who}, en fonction ce jour-là. Indiquez qui l’a prise."
    )
