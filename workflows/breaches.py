"""Breach letters: the delay that each starts, and what may stop it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from workflows import acts
from workflows.calendar import end_of_delay, is_working_day, next_working_day
from workflows.convention import IN_FORCE, TRANSITIONS, ConventionLifecycle, Refused
from workflows.convention_state import (
    ConventionState,
    FormalNoticeRecord,
    KnownCure,
    LetterRecord,
    Standing,
)
from workflows.rulebook import Breach


def foresee(data: ConventionState, act: acts.Cure) -> None:
    """Let the rules know a cure before its day: it may save a delay that is over by then."""
    data.cures += (KnownCure(act.id, act.on, act.formal_notice),)


def register(life: ConventionLifecycle, act: acts.FormalNotice) -> None:
    """Take a breach letter into the file. Raises ``Refused`` where the text has no such clause."""
    data = life.data
    rule = data.rules.breach
    if rule is None:
        raise Refused(
            "no_breach_clause",
            "Cette convention n’a pas de clause de résiliation pour manquement : relève du droit "
            "commun (C. civ. 1224 à 1229), sur décision du service juridique.",
        )
    if act.by not in data.rules.roles or act.by in data.left:
        raise Refused("unknown_party", f"« {act.by} » n’est pas une partie.", "parties")
    if data.status not in IN_FORCE:
        raise Refused("not_in_this_state", TRANSITIONS["begin_termination"].refusal, "breach")
    record = FormalNoticeRecord(act.id, act.by, act.form, act.letter, rule)
    if act.form not in rule.forms:
        record.standing = "void"
    data.formal_notices[act.id] = record


def assess(life: ConventionLifecycle, key: str, letter: LetterRecord) -> None:
    """Start the delay once the day that counts is known."""
    data = life.data
    record = data.formal_notices[key]
    rule = record.rule
    if record.standing == "held" and letter.received_on is not None:
        _found_again(life, record, letter)
        return
    if record.standing != "waiting" or data.status not in IN_FORCE:
        return
    counted = letter.counted_on(rule.counts_from)
    if counted is not None:
        _start(life, record, rule, counted, "running")
        return
    if letter.outcome == "unclaimed":
        _assess_unproven(
            life, record, rule, letter.presented_on or data.day, _UNPROVEN["unclaimed"]
        )
    elif letter.presented_on is not None:
        for outcome, doubt in _UNPROVEN.items():
            # It is known not to be proven, and a lawyer has answered that the delay runs from here.
            answered = life.answer(doubt, key) == "first_presentation"
            known = (record.letter, outcome) in data.letter_days and answered
            if letter.outcome == outcome or known:
                _assess_unproven(life, record, rule, letter.presented_on, doubt)
                return


_UNPROVEN = {"unclaimed": "unclaimed_formal_notice", "lost": "lost_formal_notice_proof"}
"""What became of a letter whose reception nothing proves, and what is asked then."""


def _assess_unproven(
    life: ConventionLifecycle,
    record: FormalNoticeRecord,
    rule: Breach,
    presented_on: date,
    doubt: str,
) -> None:
    record.deemed_received_on = presented_on
    answer = life.raise_question(doubt, record.act)
    if answer == "not_received":
        record.standing = "void"
    else:
        _start(life, record, rule, presented_on, "running" if answer else "held")


def _found_again(
    life: ConventionLifecycle, record: FormalNoticeRecord, letter: LetterRecord
) -> None:
    """A proof that was lost is found: the delay runs from the day that it tells, without doubt."""
    counted = letter.counted_on(record.rule.counts_from)
    lost = (record.letter, "lost") in life.data.letter_days
    if lost and counted is not None and not record.doubted_by:
        life.drop_questions(record.act)
        record.deemed_received_on = None
        _start(life, record, record.rule, counted, "running")


def _start(
    life: ConventionLifecycle,
    record: FormalNoticeRecord,
    rule: Breach,
    counted: date,
    standing: Standing,
) -> None:
    record.counted_on, record.standing = counted, standing
    record.last_day = counted if rule.delay is None else end_of_delay(counted, rule.delay)
    if rule.other_reading_days and standing == "running":
        answer = life.raise_question("other_reading_of_delay", record.act)
        if answer == "start_of_last_day":
            record.last_day += timedelta(days=rule.other_reading_days)
    life.begin_termination(on=life.data.day, cause=record.act)


def saved_by_later_cure(life: ConventionLifecycle, key: str) -> bool:
    """Whether a delay that is over must wait: its last day was not a working day, and the breach
    was repaired on the next one (CPC 642 al. 2 may apply to an act to be done within a delay)."""
    data = life.data
    record = data.formal_notices[key]
    last_day = record.last_day
    if record.rule.cure == "none" or last_day is None:
        return False
    alone = sum(known.pending for known in data.formal_notices.values()) == 1
    doubt = _doubt(record.rule, late=True)
    answers = [
        # Answered against the cure, it is asked now: the end comes before the day of the cure.
        life.raise_question(doubt, cure.act, cure.on)
        if life.answer(doubt, cure.act) == "not_cured"
        else ""
        for cure in data.cures
        if (cure.formal_notice == key or (cure.formal_notice == "" and alone))
        and _is_on_next_working_day(data, last_day, cure.on)
    ]
    return any(answer != "not_cured" for answer in answers)


def _is_on_next_working_day(data: ConventionState, last_day: date, cured_on: date) -> bool:
    return (
        cured_on > last_day
        and not is_working_day(last_day, data.holidays)
        and cured_on == next_working_day(last_day, data.holidays)
    )


def _doubt(rule: Breach, *, late: bool) -> str:
    """The kind of question that a cure raises; empty when the text settles it."""
    if rule.cure == "ambiguous":
        return "ambiguous_cure"
    return "cure_on_next_working_day" if late else ""


def _all(data: ConventionState) -> Iterable[FormalNoticeRecord]:
    return data.formal_notices.values()


def _may_be_cured(record: FormalNoticeRecord) -> bool:
    return record.pending and record.rule.cure != "none"


def on_cure(life: ConventionLifecycle, act: acts.Cure) -> None:
    """The breach is repaired."""
    data = life.data
    rule = data.rules.breach
    if (rule is None or rule.cure == "none") and not any(map(_may_be_cured, _all(data))):
        raise Refused(
            "no_cure_clause",
            "Cette convention ne prévoit pas que la réparation du manquement arrête la "
            "résiliation ; l’auteur de la lettre peut la retirer.",
            "breach",
        )
    record = _meant(data, act.formal_notice, _may_be_cured)
    late = record.last_day is not None and act.on > record.last_day
    doubt = _doubt(record.rule, late=late)
    answer = "cured"
    if doubt:
        record.doubted_by += (act.id,)
        answer = life.raise_question(doubt, act.id)
    if answer == "cured":
        _stop(life, record, "cured")
        life.perform("cure", act)
    elif answer == "":
        record.standing = "held"


def on_withdrawn(life: ConventionLifecycle, act: acts.FormalNoticeWithdrawn) -> None:
    """Its sender gives the letter up, whether or not its delay runs yet."""
    record = _meant(
        life.data, act.formal_notice, lambda known: known.pending or known.standing == "waiting"
    )
    was_pending = record.pending
    _stop(life, record, "withdrawn")
    if was_pending:
        life.perform("withdraw_formal_notice", act)


def _stop(life: ConventionLifecycle, record: FormalNoticeRecord, standing: Standing) -> None:
    record.standing = standing
    for act in (record.act, *record.doubted_by):
        life.drop_questions(act)


def _meant(
    data: ConventionState, key: str, eligible: Callable[[FormalNoticeRecord], bool]
) -> FormalNoticeRecord:
    """The breach letter that an act names, or the only one it can mean."""
    candidates = [f for f in data.formal_notices.values() if eligible(f) and key in ("", f.act)]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        raise Refused(
            "ambiguous_reference",
            "Plusieurs lettres de résiliation sont en cours : préciser laquelle.",
            "breach",
        )
    raise Refused("no_pending_formal_notice", TRANSITIONS["cure"].refusal, "breach")
