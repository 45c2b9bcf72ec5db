"""How a convention goes from term to term, and how it ends: the earliest end wins."""

from __future__ import annotations

from datetime import date, timedelta

from workflows import acts
from workflows.calendar import add
from workflows.convention import ENDED, IN_FORCE, ConventionLifecycle, Refused
from workflows.convention_state import ConventionState, End
from workflows.question_kinds import is_held

_ONE_DAY = timedelta(days=1)

_RULES = {
    "notice": "notice",
    "fixed_term": "term.renewal",
    "breach": "breach",
    "mutual_agreement": "mutual_termination",
    "force_majeure": "force_majeure",
    "replaced": "provisions.entire_agreement",
    "party_left": "parties",
}
"""Cause of an end to the rule that commands it."""

_AWAITING_EFFECT = frozenset({"signed", "cnil_transmitted"})

_EXPIRIES = frozenset({"notice", "fixed_term"})
"""Causes by which the convention reaches its end; by the others it is cut short."""


def may_renew(data: ConventionState) -> bool:
    """Whether the rules let another term follow the last one."""
    last, renewal = data.terms[-1], data.rules.term.renewal
    if renewal.kind == "none" or last.last_day is None:
        return False
    if renewal.maximum is not None and last.number > renewal.maximum:
        return False
    return renewal.kind == "tacit" or data.renewal_agreed_for > last.number


def weigh(data: ConventionState) -> None:
    """Find, after an act, what may end the convention apart from its terms, and what holds it."""
    held = data.held = bool(data.questions) and is_held(data)
    early, ending = None, {}
    # On one day, what the parties agreed comes before what one of them did.
    for end in data.agreed_ends:
        early = _earlier(early, end)
    for notice in data.notices.values():
        if notice.ends_term:
            ending[notice.ends_term] = notice.act
        elif notice.last_day is not None and notice.stands:
            early = _earlier(early, End(notice.last_day, "notice", notice.act))
    for record in data.formal_notices.values():
        if record.standing == "running" and record.last_day is not None:
            early = _earlier(early, End(record.last_day, "breach", record.act))
    data.early_end, data.ending_terms = early, ending
    renewal = data.rules.term.renewal
    data.goes_on = (
        early is None
        and not ending
        and not held
        and renewal.kind == "tacit"
        and renewal.maximum is None
    )


def _earlier(first: End | None, other: End) -> End:
    """The earlier of two ends; of two on one day, the one known first."""
    return other if first is None or other.last_day < first.last_day else first


def due_end(data: ConventionState) -> End | None:
    """The earliest of the ends that the facts so far command; None when none does.

    On the same day the end of the term comes before a termination: it needs no fault.
    """
    early, last = data.early_end, data.terms[-1]
    if data.ending_terms and min(data.ending_terms) < last.number:
        # A question held the end of that term, and no longer does.
        last = data.terms[min(data.ending_terms) - 1]
    if last.last_day is None or (early is not None and early.last_day < last.last_day):
        return early
    ending = data.ending_terms.get(last.number)
    if ending is not None:
        return End(last.last_day, "notice", ending)
    if not may_renew(data):
        return End(last.last_day, "fixed_term", "")
    return early if early is not None and early.last_day == last.last_day else None


def schedule(data: ConventionState) -> None:
    """Find the next day on which a date alone changes something, and whether it is an end."""
    data.due = None
    if data.status in IN_FORCE:
        last_day = data.terms[-1].last_day
        if data.goes_on and last_day is not None:
            data.next_on = last_day + _ONE_DAY
            return
        if not data.held:
            end = data.due = due_end(data)
            if end is not None:
                last_day = end.last_day
        elif data.rules.term.renewal.length is None:
            # Held by a question, and no rule opens another term: it goes on in the last one.
            last_day = None
        data.next_on = date.max if last_day is None else last_day + _ONE_DAY
    elif data.effect_on is not None and data.status in _AWAITING_EFFECT:
        data.next_on = data.effect_on
    else:
        data.next_on = date.max


def finish(life: ConventionLifecycle, end: End, on: date) -> None:
    """The convention ends: ``on`` is the first day on which it no longer binds."""
    data = life.data
    data.last_day_in_force, data.end_cause = end.last_day, end.cause
    move = life.expire if end.cause in _EXPIRIES else life.terminate
    move(on=on, cause=end.act, rule=_RULES[end.cause])


def on_renewal_agreed(life: ConventionLifecycle, act: acts.RenewalAgreed) -> None:
    """The parties agree on the next term."""
    data = life.data
    if data.rules.term.renewal.kind != "express":
        raise Refused(
            "renewal_is_not_express",
            "Cette convention ne se renouvelle pas par accord exprès.",
            "term.renewal",
        )
    _require_in_force(data, "Seule une convention en vigueur se renouvelle.", "term.renewal")
    data.renewal_agreed_for = data.terms[-1].number + 1


def on_mutual_termination(life: ConventionLifecycle, act: acts.MutualTermination) -> None:
    """All parties agree on the last day."""
    data = life.data
    if data.rules.mutual_termination is None:
        raise Refused(
            "no_mutual_termination_clause",
            "Le modèle de cette convention ne prévoit pas de résiliation d’un commun accord.",
        )
    _require_in_force(data, "Seule une convention en vigueur se résilie.", "mutual_termination")
    require_agreement(data, act.agreed_by, "mutual_termination")
    _require_not_past(act.last_day, act.on, "mutual_termination")
    data.agreed_ends.append(End(act.last_day, "mutual_agreement", act.id))


def on_force_majeure_termination(
    life: ConventionLifecycle, act: acts.ForceMajeureTermination
) -> None:
    """A party uses the faculty that lasting force majeure gives it."""
    data = life.data
    rule = data.rules.force_majeure
    if rule is None:
        raise Refused(
            "no_force_majeure_clause",
            "Le modèle de cette convention ne prévoit pas de résiliation pour force majeure.",
        )
    _require_in_force(data, "Seule une convention en vigueur se résilie.", "force_majeure")
    running = [since for since, until in data.force_majeure if until is None]
    if not running or act.on <= add(running[-1], rule.faculty_after):
        raise Refused(
            "faculty_not_open",
            "La faculté de résilier ne s’ouvre qu’une fois la force majeure notifiée et son délai "
            f"de {rule.faculty_after.in_words()} dépassé.",
            "force_majeure",
        )
    data.agreed_ends.append(End(act.on, "force_majeure", act.id))


def on_replaced(life: ConventionLifecycle, act: acts.Replaced) -> None:
    """A later convention takes the place of this one."""
    data = life.data
    agreement = data.rules.provisions.entire_agreement
    if agreement is None or not agreement.replaces_earlier:
        raise Refused(
            "no_replacement_clause",
            "Le modèle de cette convention ne prévoit pas qu’une autre la remplace : la résilier "
            "d’un commun accord.",
        )
    _require_in_force(data, "Seule une convention en vigueur se remplace.", "term")
    data.agreed_ends.append(End(act.on, "replaced", act.id))


def on_party_left(life: ConventionLifecycle, act: acts.PartyLeft) -> None:
    """A party leaves; with a single one left the convention ends. ``on`` is its last day."""
    data = life.data
    party = next((p for p in data.rules.parties if p.role == act.party), None)
    if party is None or not party.may_leave or act.party in data.left:
        raise Refused(
            "party_may_not_leave",
            f"La convention ne permet pas le retrait de la partie « {act.party} ».",
            "parties",
        )
    _require_in_force(data, "On ne se retire que d’une convention en vigueur.", "parties")
    data.left.append(act.party)
    if len(data.rules.parties) - len(data.left) < 2:
        data.agreed_ends.append(End(act.on, "party_left", act.id))


def on_duty_done(life: ConventionLifecycle, act: acts.DutyDone) -> None:
    """A duty that outlives the convention is performed."""
    if life.data.last_day_in_force is None:
        raise Refused("still_in_force", "La convention n’est pas arrivée à son terme.", "survival")
    life.data.duties_done[act.duty] = act.on


def on_closing(life: ConventionLifecycle, act: acts.Closing) -> None:
    """A person closes the file."""
    data = life.data
    survival = data.rules.survival
    awaited = survival is not None and survival.attestation is not None
    if awaited and data.status in ENDED and "attestation" not in data.duties_done:
        raise Refused(
            "duties_pending",
            "L’attestation de destruction ou de restitution n’est pas encore reçue.",
            "survival.attestation",
        )
    life.perform("close", act)


def require_agreement(data: ConventionState, agreed_by: tuple[str, ...], rule: str) -> None:
    """Refuse what all parties must agree on when one of them is missing."""
    missing = data.rules.roles.difference(data.left, agreed_by)
    if missing:
        raise Refused(
            "agreement_incomplete",
            "L’accord de toutes les parties est requis ; il manque celui de : "
            f"{', '.join(sorted(missing))}.",
            rule,
        )


def _require_in_force(data: ConventionState, reason: str, rule: str) -> None:
    if data.status not in IN_FORCE:
        raise Refused("not_in_force", reason, rule)


def _require_not_past(last_day: date, on: date, rule: str) -> None:
    if last_day < on:
        raise Refused(
            "last_day_in_the_past",
            "Le dernier jour convenu précède l’accord : une convention ne finit pas dans le passé.",
            rule,
        )
