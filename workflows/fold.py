"""The fold: one state, moved by acts in legal order and by the days between them.

``apply`` and ``advance`` are pure and work on a copy; ``replay`` folds in place with the same
``take`` and ``reach``. A dated transition happens at 0 h of its day, before the acts of that day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from workflows import (
    acts,
    amending,
    breaches,
    deciding,
    endings,
    letters,
    making,
    notices,
    setting_deadlines,
    succeeding,
    suspending,
)
from workflows.acts import Act
from workflows.calendar import HolidayCalendar
from workflows.convention import ENDED, IN_FORCE, ConventionLifecycle, Refused
from workflows.convention_state import ConventionState, Step
from workflows.rulebook import Rulebook
from workflows.rulebook_types import PartnerKind

_Handler = Callable[[ConventionLifecycle, Any], None]

_HANDLERS: Mapping[type[Act], _Handler] = {
    acts.Decision: deciding.on_decision,
    acts.SentForSignature: making.on_sent_for_signature,
    acts.Deliberation: making.on_deliberation,
    acts.PriorRequest: making.on_prior_request,
    acts.DocumentReceived: making.on_document_received,
    acts.Cnil: making.on_cnil,
    acts.DocumentDate: making.on_document_date,
    acts.Signature: making.on_signature,
    acts.Validation: making.on_validation,
    acts.Abandonment: making.on_abandonment,
    acts.Avenant: amending.on_avenant,
    acts.RenewalAgreed: endings.on_renewal_agreed,
    acts.Experiment: making.on_experiment,
    acts.PartyLeft: endings.on_party_left,
    acts.PartnerSucceeded: succeeding.on_succession,
    acts.ForceMajeureNotified: suspending.on_force_majeure,
    acts.ForceMajeureEnded: suspending.on_force_majeure_ended,
    acts.DisputeNotified: suspending.on_dispute,
    acts.DisputeSettled: suspending.on_dispute_settled,
    acts.Notice: letters.on_notice,
    acts.FormalNotice: letters.on_formal_notice,
    acts.LetterPosted: letters.on_posted,
    acts.LetterPresented: letters.on_presented,
    acts.LetterDelivered: letters.on_delivered,
    acts.LetterRefused: letters.on_refused,
    acts.LetterUnclaimed: letters.on_unclaimed,
    acts.LetterUndeliverable: letters.on_undeliverable,
    acts.LetterProofLost: letters.on_proof_lost,
    acts.NoticeWithdrawn: notices.on_withdrawn,
    acts.NoticeConfirmed: notices.on_confirmed,
    acts.FormalNoticeWithdrawn: breaches.on_withdrawn,
    acts.Cure: breaches.on_cure,
    acts.MutualTermination: endings.on_mutual_termination,
    acts.ForceMajeureTermination: endings.on_force_majeure_termination,
    acts.Replaced: endings.on_replaced,
    acts.AccessSuspended: suspending.on_suspension,
    acts.SuspensionLifted: suspending.on_suspension_lifted,
    acts.DeadlineSet: setting_deadlines.on_deadline_set,
    acts.DeadlineLifted: setting_deadlines.on_deadline_lifted,
    acts.DutyDone: endings.on_duty_done,
    acts.Closing: endings.on_closing,
}

_WITHOUT_HANDLER = frozenset({acts.Annulment, acts.CnilCopyRequested, acts.AddressChanged})
"""Acts that bear on others before the fold, or that are kept and change no date."""

_AFTER_THE_END = frozenset(
    {
        *_WITHOUT_HANDLER,
        acts.PartnerSucceeded,
        acts.Decision,
        acts.LetterPosted,
        acts.LetterPresented,
        acts.LetterDelivered,
        acts.LetterRefused,
        acts.LetterUnclaimed,
        acts.LetterUndeliverable,
        acts.LetterProofLost,
        acts.ForceMajeureEnded,
        acts.DisputeNotified,
        acts.DisputeSettled,
        acts.DocumentReceived,
        acts.Cnil,
        acts.DeadlineSet,
        acts.DeadlineLifted,
        acts.DutyDone,
        acts.Closing,
    }
)
"""Acts that still mean something once the convention has ended."""

_BESIDE_THE_ENDS = frozenset(
    {
        acts.AccessSuspended,
        acts.SuspensionLifted,
        acts.ForceMajeureNotified,
        acts.ForceMajeureEnded,
        acts.DisputeNotified,
        acts.DisputeSettled,
        acts.Experiment,
        acts.AddressChanged,
        acts.PartnerSucceeded,
        acts.CnilCopyRequested,
        acts.DeadlineSet,
        acts.DeadlineLifted,
        acts.DutyDone,
    }
)
"""Acts that leave every date to come where it was."""

_RENEWAL = "term.renewal"

_FORESEEN: Mapping[type[Act], Callable[[ConventionState, Any], None]] = {
    acts.Decision: deciding.foresee,
    acts.Cure: breaches.foresee,
    acts.LetterPosted: letters.foresee_posted,
    acts.LetterPresented: letters.foresee_presented,
    acts.LetterUnclaimed: letters.foresee_unclaimed,
    acts.LetterProofLost: letters.foresee_proof_lost,
}
"""Acts that bear on others dated before them."""


def initial(
    rulebook: Rulebook,
    known: Iterable[Act] = (),
    interpretations: Mapping[str, str] | None = None,
    holidays: HolidayCalendar = HolidayCalendar.METROPOLITAN,
    partner_kind: PartnerKind | None = None,
) -> ConventionState:
    """The draft before any act, with what ``known`` acts say about one another.

    Decisions, cures and the order of a letter's moments bear on acts dated before them, so the fold
    has to know them from its start.
    """
    data = ConventionState(rulebook, rulebook, holidays, partner_kind)
    if interpretations:
        data.interpretations.update(interpretations)
    for act in known:
        foresee = _FORESEEN.get(type(act))
        if foresee is not None:
            foresee(data, act)
    return data


def apply(state: ConventionState, act: Act) -> ConventionState:
    """The state once ``act`` has happened; an act that the rules refuse is listed and no more."""
    life = ConventionLifecycle(state.copy())
    take(life, act)
    return life.data


def advance(state: ConventionState, day: date) -> ConventionState:
    """The state at 0 h of ``day``: every dated transition up to it has happened."""
    life = ConventionLifecycle(state.copy())
    reach(life, day)
    return life.data


def fold(state: ConventionState, in_legal_order: Sequence[Act], until: date) -> ConventionState:
    """``state`` moved in place by the acts and by the days up to ``until``; the same state."""
    life = ConventionLifecycle(state)
    for act in in_legal_order:
        take(life, act)
    reach(life, until)
    return state


def reach(life: ConventionLifecycle, day: date) -> None:
    """Let the days pass up to 0 h of ``day``."""
    data = life.data
    while data.next_on <= day:
        if data.next_on > data.day:
            data.day = data.next_on
        if data.status not in IN_FORCE:
            making.activate_on(life, data.day)
            endings.weigh(data)
        elif data.due is None:
            _renew(life, day)
        elif data.due.cause == "breach" and breaches.saved_by_later_cure(life, data.due.act):
            data.formal_notices[data.due.act].standing = "held"
            endings.weigh(data)
        else:
            endings.finish(life, data.due, data.day)
        endings.schedule(data)
    if day > data.day:
        data.day = day


def _renew(life: ConventionLifecycle, day: date) -> None:
    """Open the terms that begin up to ``day``, until an end falls due.

    The guard is asked once: a renewal leaves the state as it is.
    """
    data = life.data
    life.renew(on=data.day)
    status = data.status
    while True:
        opened = making.next_term(data)
        data.terms.append(opened)
        data.steps.append(Step(status, status, data.day, "renew", "", _RENEWAL, opened.number))
        endings.schedule(data)
        if data.next_on > day or data.due is not None:
            return
        data.day = data.next_on


def take(life: ConventionLifecycle, act: Act) -> None:
    """Let ``act`` happen, after the days before it."""
    data = life.data
    kind, on = type(act), act.legal_date
    if data.next_on <= on:
        reach(life, on)
    elif on > data.day:
        data.day = on
    try:
        if data.status in ENDED and kind not in _AFTER_THE_END:
            raise Refused(
                "after_the_end", "La convention a pris fin avant la date de cet événement.", "term"
            )
        if data.status == "abandoned":
            raise Refused("abandoned", "La convention a été classée sans suite.", "effect")
        handler = _HANDLERS.get(kind)
        if handler is not None:
            handler(life, act)
        elif kind not in _WITHOUT_HANDLER:
            raise Refused(
                "not_about_a_convention",
                f"« {act.label} » n’est pas un événement de la vie d’une convention.",
            )
        if kind not in _BESIDE_THE_ENDS:
            if data.status in IN_FORCE:
                endings.weigh(data)
            endings.schedule(data)
    except Refused as refused:
        life.refuse(act, refused)
