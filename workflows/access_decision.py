"""May this named user enter this service now? Decided from dates, at the moment of the question.

Denied by default: every branch but one denies. The life of the convention and that of the
habilitation are to be replayed with what was known at the instant asked about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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

REASONS = {
    PERMITTED: "Accès ouvert.",
    NOT_HABILITATED: "Ce compte n’a pas d’habilitation à ce service.",
    CONVENTION_NOT_IN_EFFECT: "La convention n’a pas encore pris effet.",
    CONVENTION_OVER: "La convention a pris fin.",
    ACCESS_SUSPENDED: "L’accès donné par la convention est suspendu.",
    FORCE_MAJEURE: "L’accès est suspendu par un cas de force majeure.",
    HABILITATION_SUSPENDED: "L’habilitation est suspendue.",
    HABILITATION_CLOSED: "L’habilitation est fermée.",
}
"""What each code says; the codes never change, their sentences may."""

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

    @property
    def permit(self) -> bool:
        """Whether the user may enter."""
        return self.code == PERMITTED

    @property
    def locks(self) -> bool:
        """Whether an account must exist and stay locked: what was open, or nearly, no longer is."""
        return not self.permit and self.code not in (NOT_HABILITATED, CONVENTION_NOT_IN_EFFECT)


def refusal(code: str, article: str = "", detail: str = "") -> AccessDecision:
    """A denial with its sentence."""
    return AccessDecision(code, typeset(f"{REASONS[code]}{detail}"), article)


def decide(life: HabilitationLife, at: datetime) -> AccessDecision:
    """Whether the habilitation gives access at an aware instant."""
    day = civil_date(at)
    timeline, rules = life.convention, life.data.rulebook
    step = next((s for s in reversed(life.steps) if s.on <= day), None)
    if step is None or step.to_state == "requested":
        return refusal(NOT_HABILITATED)
    standing = standing_on(timeline, day)
    match standing.kind:
        case "before":
            return refusal(CONVENTION_NOT_IN_EFFECT, rules.article_of("effect"))
        case "over":
            return _over(timeline)
        case "suspended":
            return refusal(ACCESS_SUSPENDED, rules.article_of("suspension"))
        case "force_majeure":
            return refusal(FORCE_MAJEURE, rules.article_of("force_majeure"))
    if step.to_state == "closed":
        return refusal(HABILITATION_CLOSED, life.article_of(step))
    if step.to_state == "suspended":
        return refusal(HABILITATION_SUSPENDED, life.article_of(step))
    ends = [on for on in (standing.until, life.over_on) if on is not None]
    return AccessDecision(
        PERMITTED,
        typeset(REASONS[PERMITTED] + (_PROVISIONAL if standing.provisional else "")),
        rules.article_of("habilitation.gate"),
        start_of_day(min(ends)) if ends else None,
        standing.provisional,
    )


def best(decisions: Iterable[AccessDecision]) -> AccessDecision:
    """The answer for an account that several habilitations, given oldest first, may let in.

    A permission wins, that which holds longest; else the latest habilitation tells why not.
    """
    latest = refusal(NOT_HABILITATED)
    permitted: list[AccessDecision] = []
    for decision in decisions:
        if decision.permit:
            permitted.append(decision)
        elif decision.code != NOT_HABILITATED:
            latest = decision
    return max(permitted, key=_holds, default=latest)


def _holds(decision: AccessDecision) -> tuple[bool, float, bool]:
    until = decision.valid_until
    return until is None, until.timestamp() if until else 0.0, not decision.provisional


def _over(timeline: Timeline) -> AccessDecision:
    step, last_day = last_step(timeline), timeline.last_day_in_force
    detail = "" if last_day is None else f" Dernier jour en vigueur : {date_in_words(last_day)}."
    return refusal(CONVENTION_OVER, timeline.article_of(step) if step else "", detail)
