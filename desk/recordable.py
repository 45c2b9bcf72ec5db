"""What may be recorded about a convention today, and what stands in the way of the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from desk.events import EVENTS, MAKING, Event
from desk.known_events import as_known, knows
from workflows.calendar import first_day_after
from workflows.convention import ENDED, IN_FORCE, TRANSITIONS
from workflows.convention_state import FormalNoticeRecord, NoticeRecord
from workflows.deadline_acts import TOPICS
from workflows.findings import Duty
from workflows.french import date_in_words, typeset
from workflows.rulebook import PartyRule, Rulebook
from workflows.timeline import Timeline


class Offer(NamedTuple):
    """An event, and why it is not possible now; empty when it is."""

    event: Event
    why_not: str


def offers(timeline: Timeline, may: Callable[[str], bool]) -> tuple[Offer, ...]:
    """The events for which one has the power, each with what stands in its way.

    Events that the rulebook does not know are left out: its silence is a rule.
    """
    return tuple(
        Offer(as_known(timeline.rulebook, event), why_not(event, timeline))
        for event in EVENTS
        if may(event.power) and knows(timeline.rulebook, event)
    )


def by_heading(found: Sequence[Offer], state: str) -> dict[str, list[Offer]]:
    """The offers under their headings: what made the convention comes last once it binds."""
    headings: dict[str, list[Offer]] = {}
    for offer in found:
        headings.setdefault(offer.event.heading, []).append(offer)
    if state in IN_FORCE | ENDED and MAKING in headings:
        headings[MAKING] = headings.pop(MAKING)
    return headings


def why_not(event: Event, timeline: Timeline) -> str:
    """The sentence that says why an event cannot happen in this state; empty when it can."""
    if event.transition:
        transition = TRANSITIONS[event.transition]
        if timeline.state not in {source for source, _ in transition.edges}:
            return transition.refusal
    if event.in_force and timeline.state not in IN_FORCE:
        return "La convention n’est pas en vigueur."
    stands = _STANDS_IN_THE_WAY.get(event.kind)
    return typeset(stands(timeline)) if stands else ""


# What an event may be about: the form offers these, and without any the event is not possible.


def silent_topics(rulebook: Rulebook) -> tuple[str, ...]:
    """The points on which the text says nothing, and a person may have to set a deadline."""
    return tuple(topic for topic in TOPICS if getattr(rulebook, topic) is None)


def notices_to_confirm(timeline: Timeline) -> tuple[NoticeRecord, ...]:
    """The late notices that their sender may still maintain for the next term."""
    current = timeline.current_term
    return tuple(
        notice
        for notice in timeline.data.notices.values()
        if notice.verdict == "late"
        and not notice.confirmed
        and notice.rule.late == "next_term_if_confirmed"
        and current is not None
        and current.number <= notice.term + 1
    )


def notices_to_withdraw(timeline: Timeline) -> tuple[NoticeRecord, ...]:
    """The notices that the parties may give up together."""
    return tuple(n for n in timeline.data.notices.values() if n.verdict != "withdrawn")


def breaches_to_cure(timeline: Timeline) -> tuple[FormalNoticeRecord, ...]:
    """The breach letters whose delay runs, and which a repair may stop."""
    known = timeline.data.formal_notices.values()
    return tuple(letter for letter in known if letter.pending and letter.rule.cure != "none")


def breaches_to_withdraw(timeline: Timeline) -> tuple[FormalNoticeRecord, ...]:
    """The breach letters that their sender may give up."""
    known = timeline.data.formal_notices.values()
    return tuple(letter for letter in known if letter.pending or letter.standing == "waiting")


def parties_that_may_leave(timeline: Timeline) -> tuple[PartyRule, ...]:
    """The parties that may leave while the others stay, and have not."""
    left = timeline.data.left
    return tuple(p for p in timeline.rulebook.parties if p.may_leave and p.role not in left)


def duties_to_do(timeline: Timeline) -> tuple[Duty, ...]:
    """What is still to be done after the end."""
    return tuple(d for d in timeline.duties if d.to_be_done and d.done_on is None)


# What stands in the way.


def _all_signed(timeline: Timeline) -> str:
    signed = timeline.data.rules.roles <= timeline.data.signatures.keys()
    return "Toutes les parties ont signé." if signed else ""


def _is_suspended(timeline: Timeline) -> bool:
    suspensions = timeline.data.suspensions
    return bool(suspensions) and suspensions[-1].until is None


def _not_lifted(timeline: Timeline) -> str:
    if not _is_suspended(timeline):
        return "L’accès n’est pas suspendu."
    definitive = timeline.data.suspensions[-1].definitive
    return "Une suspension définitive ne se lève pas." if definitive else ""


def _force_majeure_since(timeline: Timeline) -> date | None:
    running = timeline.data.force_majeure
    return running[-1][0] if running and running[-1][1] is None else None


def _already_notified(timeline: Timeline) -> str:
    since = _force_majeure_since(timeline)
    return f"Un cas est déjà notifié, le {date_in_words(since)}." if since else ""


def _no_force_majeure(timeline: Timeline) -> str:
    return "" if _force_majeure_since(timeline) else "Aucun cas de force majeure n’est en cours."


def _no_faculty(timeline: Timeline) -> str:
    since, rule = _force_majeure_since(timeline), timeline.rulebook.force_majeure
    if since is None or rule is None:
        return "Aucun cas de force majeure n’est en cours."
    opens = first_day_after(since, rule.faculty_after)
    if opens <= timeline.as_of:
        return ""
    return (
        f"Le délai de {rule.faculty_after.in_words()} n’est pas dépassé : la faculté de résilier "
        f"s’ouvre le {date_in_words(opens)}."
    )


def _not_bound_yet(timeline: Timeline) -> str:
    bound = timeline.state in IN_FORCE | ENDED
    return "" if bound else "La convention n’a pas pris effet."


def _already_renewed(timeline: Timeline) -> str:
    current = timeline.current_term
    agreed = current is not None and timeline.data.renewal_agreed_for > current.number
    return "Le renouvellement est déjà convenu pour la période suivante." if agreed else ""


def _no_dispute(timeline: Timeline) -> str:
    running = any(until is None for _, until in timeline.data.disputes)
    return "" if running else "Aucun différend n’est en cours."


def _no_late_notice(timeline: Timeline) -> str:
    if notices_to_confirm(timeline):
        return ""
    return "Aucune dénonciation tardive n’attend d’être maintenue."


def _no_duty(timeline: Timeline) -> str:
    if timeline.state not in ENDED:
        return "La convention n’est pas arrivée à son terme."
    return "" if duties_to_do(timeline) else "Aucune obligation ne reste à accomplir."


_STANDS_IN_THE_WAY: Mapping[str, Callable[[Timeline], str]] = {
    "signature": _all_signed,
    "prior_request": lambda life: (
        "La demande préalable est déjà enregistrée." if life.data.requested_on else ""
    ),
    "validation": lambda life: "La validation est enregistrée." if life.data.validated_on else "",
    "renewal_agreed": _already_renewed,
    "cnil_copy_requested": lambda life: (
        "" if life.data.cnil_on else "Aucune déclaration n’est encore enregistrée."
    ),
    "suspension": lambda life: "L’accès est déjà suspendu." if _is_suspended(life) else "",
    "suspension_lifted": _not_lifted,
    "force_majeure": _already_notified,
    "force_majeure_ended": _no_force_majeure,
    "force_majeure_termination": _no_faculty,
    "dispute": _not_bound_yet,
    "dispute_settled": _no_dispute,
    "notice_confirmed": _no_late_notice,
    "notice_withdrawn": lambda life: (
        "" if notices_to_withdraw(life) else "Aucune dénonciation n’est en cours."
    ),
    "party_left": lambda life: (
        "" if parties_that_may_leave(life) else "Aucune partie ne peut plus se retirer."
    ),
    "duty_done": _no_duty,
    "deadline_set": lambda life: (
        "" if silent_topics(life.rulebook) else "Le texte a une clause pour chaque échéance."
    ),
    "deadline_lifted": lambda life: "" if life.data.hand_set else "Aucune échéance n’est posée.",
}
"""Kinds whose event may already have happened, or have nothing to be about."""
