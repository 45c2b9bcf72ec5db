"""May this named user enter this service now? Decided from dates, at the moment of the question.

Denied by default: every branch but one denies. The life of the convention and that of the
habilitation are to be replayed with what was known at the instant asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from workflows.access import last_step, standing_on
from workflows.clock import civil_date, start_of_day
from workflows.french import date_in_words, typeset
from workflows.habilitation_life import HabilitationLife
from workflows.timeline import Timeline

PERMITTED = "permitted"
NOT_HABILITATED = "not_habilitated"
CONVENTION_NOT_IN_EFFECT = "convention_not_in_effect"
CONVENTION_OVER = "convention_over"
ACCESS_SUSPENDED = "access_suspended"
FORCE_MAJEURE = "force_majeure"
HABILITATION_SUSPENDED = "habilitation_suspended"
HABILITATION_CLOSED = "habilitation_closed"
OUTSIDE_TERRITORY = "outside_territory"
OUTSIDE_SITE = "outside_site"

REASONS = {
    PERMITTED: "Accès ouvert.",
    NOT_HABILITATED: "Ce compte n’a pas d’habilitation à ce service.",
    CONVENTION_NOT_IN_EFFECT: "La convention n’a pas encore pris effet.",
    CONVENTION_OVER: "La convention a pris fin.",
    ACCESS_SUSPENDED: "L’accès donné par la convention est suspendu.",
    FORCE_MAJEURE: "L’accès est suspendu par un cas de force majeure.",
    HABILITATION_SUSPENDED: "L’habilitation est suspendue.",
    HABILITATION_CLOSED: "L’habilitation est fermée.",
    OUTSIDE_TERRITORY: "Le territoire demandé n’est pas couvert par l’habilitation.",
    OUTSIDE_SITE: "La structure demandée n’est pas couverte par l’habilitation.",
}
"""What each code says; the codes never change, their sentences may."""

_ONE_DAY = timedelta(days=1)
_PROVISIONAL = " À titre provisoire : une question attend la décision d’un juriste."


@dataclass(frozen=True, slots=True)
class AccessDecision:
    """The answer to one question, about one habilitation."""

    code: str
    reason: str
    article: str = ""
    valid_until: datetime | None = None
    """While permitted, the first instant without access; None when there is none in sight."""
    provisional: bool = False
    """While permitted: a blocking question is open, whose decision may close access."""
    last_day: date | None = None
    """While permitted, the last day of access; once the convention is over, its last day in force.

    None when none is in sight.
    """

    @property
    def permit(self) -> bool:
        """Whether the user may enter."""
        return self.code == PERMITTED

    @property
    def locks(self) -> bool:
        """Whether an account must exist and stay locked: what was open, or nearly, no longer is."""
        return not self.permit and self.code not in (NOT_HABILITATED, CONVENTION_NOT_IN_EFFECT)


@lru_cache(maxsize=4096)
def told(
    code: str, article: str = "", last_day: date | None = None, provisional: bool = False
) -> AccessDecision:
    """A decision with its sentence; what ``last_day`` means is said in ``AccessDecision``."""
    detail, valid_until = _PROVISIONAL if provisional else "", None
    if last_day is not None and code == CONVENTION_OVER:
        detail = f" Dernier jour en vigueur : {date_in_words(last_day)}."
    elif last_day is not None and code == PERMITTED:
        valid_until = start_of_day(last_day + _ONE_DAY)
    reason = typeset(f"{REASONS[code]}{detail}")
    return AccessDecision(code, reason, article, valid_until, provisional, last_day)


def decide(life: HabilitationLife, at: datetime) -> AccessDecision:
    """Whether the habilitation gives access at an aware instant."""
    return decide_on(life, civil_date(at))


def decide_on(life: HabilitationLife, day: date) -> AccessDecision:
    """Whether the habilitation gives access on a civil day: the answer changes at midnight only.

    Each day on which another answer may begin is one of ``access_course``.
    """
    timeline, rules = life.convention, life.data.rulebook
    step = next((s for s in reversed(life.steps) if s.on <= day), None)
    if step is None or step.to_state == "requested":
        return told(NOT_HABILITATED)
    standing = standing_on(timeline, day)
    match standing.kind:
        case "before":
            return told(CONVENTION_NOT_IN_EFFECT, rules.article_of("effect"))
        case "over":
            return _over(timeline)
        case "suspended":
            return told(ACCESS_SUSPENDED, rules.article_of("suspension"))
        case "force_majeure":
            return told(FORCE_MAJEURE, rules.article_of("force_majeure"))
    if step.to_state == "closed":
        return told(HABILITATION_CLOSED, life.article_of(step))
    if step.to_state == "suspended":
        return told(HABILITATION_SUSPENDED, life.article_of(step))
    ends = [on for on in (standing.until, life.over_on) if on is not None]
    last_day = min(ends) - _ONE_DAY if ends else None
    return told(PERMITTED, rules.article_of("habilitation.gate"), last_day, standing.provisional)


def best(decisions: Iterable[AccessDecision]) -> AccessDecision:
    """The answer for an account that several habilitations, given oldest first, may let in.

    A permission wins, that which holds longest; else the latest habilitation tells why not.
    """
    decisions = list(decisions)
    place = best_of(decisions)
    return told(NOT_HABILITATED) if place is None else decisions[place]


def best_of(decisions: Sequence[AccessDecision]) -> int | None:
    """The place of the ``best`` decision; None when no habilitation was granted."""
    permitted = [place for place, decision in enumerate(decisions) if decision.permit]
    if permitted:
        return max(permitted, key=lambda place: _holds(decisions[place]))
    denied = [p for p, decision in enumerate(decisions) if decision.code != NOT_HABILITATED]
    return denied[-1] if denied else None


def _holds(decision: AccessDecision) -> tuple[bool, float, bool]:
    until = decision.valid_until
    return until is None, until.timestamp() if until else 0.0, not decision.provisional


def _over(timeline: Timeline) -> AccessDecision:
    step = last_step(timeline)
    article = timeline.article_of(step) if step else ""
    return told(CONVENTION_OVER, article, timeline.last_day_in_force)
