"""What a notice is worth: in time, in the grey zone, late, in the wrong form, or to be qualified.

A notice is judged by the rules in force when it was given, against the term running on the day that
counts. Its verdict is that of the limits of ``calendar.notice_limits`` (Cass. 3e civ., 13 January
2004, n° 02-18.337; 31 October 2006).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from workflows import acts
from workflows.calendar import add
from workflows.convention import IN_FORCE, TRANSITIONS, ConventionLifecycle, Refused
from workflows.convention_state import ConventionState, LetterRecord, NoticeRecord, Verdict
from workflows.endings import require_agreement
from workflows.rulebook import Notice

_ONE_DAY = timedelta(days=1)


def register(life: ConventionLifecycle, act: acts.Notice) -> None:
    """Take a notice into the file. Raises ``Refused`` where the rulebook knows none."""
    data = life.data
    rule = data.rules.notice
    if rule is None:
        raise Refused(
            "no_notice_clause", "Cette convention ne prévoit pas de dénonciation par une partie."
        )
    if act.by not in rule.by or act.by in data.left:
        raise Refused(
            "unknown_party",
            f"« {act.by} » ne peut pas dénoncer cette convention. Le peuvent : "
            f"{', '.join(rule.by)}.",
            "notice",
        )
    if data.status not in IN_FORCE:
        raise Refused("not_in_this_state", TRANSITIONS["give_notice"].refusal, "notice")
    record = NoticeRecord(act.id, act.by, act.form, act.letter, rule)
    data.notices[act.id] = record
    if act.form not in rule.forms:
        record.verdict, record.counted_on = "invalid_form", act.on


def assess(life: ConventionLifecycle, key: str, letter: LetterRecord) -> None:
    """Say what the notice is worth now that more is known of its letter."""
    data = life.data
    record = data.notices[key]
    rule = record.rule
    if record.verdict in ("invalid_form", "withdrawn"):
        return
    if record.verdict == "" and data.status not in IN_FORCE:
        # The convention ended first: there is no term left to decline, and no doubt to settle.
        return
    if rule.counts_from == "posting":
        _assess_by_posting(life, record, rule, letter)
    else:
        _assess_by_reception(life, record, rule, letter)


def _assess_by_posting(
    life: ConventionLifecycle, record: NoticeRecord, rule: Notice, letter: LetterRecord
) -> None:
    counted = letter.counted_on("posting")
    if record.verdict == "" and counted is not None:
        _settle(life, record, rule, counted, _judge(life.data, record, rule, counted))
    record.received_on = letter.received_on
    record.never_received = letter.outcome in ("unclaimed", "undeliverable")


def _assess_by_reception(
    life: ConventionLifecycle, record: NoticeRecord, rule: Notice, letter: LetterRecord
) -> None:
    data = life.data
    if letter.posted_on is not None and record.posting_verdict == "":
        record.posting_verdict = _judge(data, record, rule, letter.posted_on)
        decided = life.answer("notice_to_qualify", record.act)
        if record.posting_verdict == "in_time" and decided == "in_time":
            # A decision already taken that the posting suffices holds from the posting on.
            _settle(life, record, rule, letter.posted_on, "in_time")
    received = letter.counted_on(rule.counts_from)
    if received is None and letter.outcome in ("unclaimed", "lost"):
        _assess_unproven(life, record, rule, letter)
        return
    if received is not None and (record.letter, "lost") in data.letter_days:
        _found_again(life, record)
    posting = record.posting_verdict
    if received is None or record.verdict not in ("", "in_time"):
        return
    posted_for, posted_last_day = record.term, record.term_last_day
    verdict = _judge(data, record, rule, received)
    if _posting_is_better(posting, verdict) or (posting == "in_time" and record.term != posted_for):
        record.term, record.term_last_day = posted_for, posted_last_day
        verdict = "to_qualify"
    if record.verdict == "":
        _settle(life, record, rule, received, verdict)
    elif verdict == "to_qualify":
        life.raise_question("notice_to_qualify", record.act)


def _assess_unproven(
    life: ConventionLifecycle, record: NoticeRecord, rule: Notice, letter: LetterRecord
) -> None:
    """Nobody came for it, or what proves its reception is lost."""
    record.deemed_received_on = letter.presented_on
    if record.verdict != "":
        return
    counted, posting = letter.presented_on or life.data.day, record.posting_verdict
    if posting == "":
        # Nothing says when it was posted: its term is that of the presentation.
        _judge(life.data, record, rule, counted)
    _settle(life, record, rule, counted, "late" if posting == "late" else "to_qualify")


def _found_again(life: ConventionLifecycle, record: NoticeRecord) -> None:
    """A proof that was lost is found: nothing is left to qualify but what it says."""
    if record.verdict == "to_qualify":
        life.drop_questions(record.act)
        record.verdict, record.deemed_received_on = "", None


_WORTH = {"": 0, "late": 0, "grey_zone": 1, "in_time": 2}


def _posting_is_better(posting: Verdict, reception: Verdict) -> bool:
    return _WORTH[posting] > _WORTH[reception]


def _judge(data: ConventionState, record: NoticeRecord, rule: Notice, counted: date) -> Verdict:
    """The verdict of one date against the term running then; notes that term and its limits."""
    running = next(
        (term for term in reversed(data.terms) if term.first_day <= counted), data.terms[0]
    )
    record.term = running.number
    if rule.timing == "at_any_time" or running.last_day is None:
        return "in_time"
    record.term_last_day = running.last_day
    if add(counted, rule.length) <= running.last_day:
        return "in_time"
    return "grey_zone" if add(counted, rule.length) <= running.last_day + _ONE_DAY else "late"


def _settle(
    life: ConventionLifecycle, record: NoticeRecord, rule: Notice, counted: date, verdict: Verdict
) -> None:
    """Write the verdict, asking the lawyer where the rules leave a doubt."""
    record.counted_on = counted
    if verdict in ("grey_zone", "to_qualify"):
        kind = "grey_zone" if verdict == "grey_zone" else "notice_to_qualify"
        answer = life.raise_question(kind, record.act)
        if answer in ("in_time", "late"):
            verdict = "in_time" if answer == "in_time" else "late"
    record.verdict = verdict
    if verdict == "in_time":
        if rule.timing == "at_any_time":
            record.last_day = add(counted, rule.length)
        _give(life, record)


def _give(life: ConventionLifecycle, record: NoticeRecord) -> None:
    """The notice stands. The state says so while the convention is in force."""
    if life.data.status in IN_FORCE:
        life.give_notice(on=life.data.day, cause=record.act)


def doubt(life: ConventionLifecycle, term: int, avenant: acts.Avenant) -> None:
    """Ask what becomes of the notices that were to end a term which an avenant has changed."""
    for record in life.data.notices.values():
        if record.ends_term != term:
            continue
        if life.raise_question("notice_before_avenant", record.act) == "given_up":
            record.verdict, record.confirmed = "withdrawn", False
            life.perform("withdraw_notice", avenant)


def on_withdrawn(life: ConventionLifecycle, act: acts.NoticeWithdrawn) -> None:
    """All parties give the notice up: unilateral and acquired, only their agreement undoes it."""
    data = life.data
    record = _meant(data, act.notice, lambda notice: notice.verdict != "withdrawn")
    require_agreement(data, act.agreed_by, "notice")
    record.verdict, record.last_day, record.confirmed = "withdrawn", None, False
    life.drop_questions(record.act)
    life.perform("withdraw_notice", act)


def on_confirmed(life: ConventionLifecycle, act: acts.NoticeConfirmed) -> None:
    """The sender of a late notice maintains it for the term after."""
    data = life.data
    record = _meant(data, act.notice, lambda notice: notice.verdict == "late")
    if record.rule.late != "next_term_if_confirmed":
        raise Refused(
            "late_notice_is_void",
            "Une dénonciation tardive est sans effet dans ce modèle.",
            "notice",
        )
    if data.terms[-1].number > record.term + 1:
        raise Refused(
            "confirmation_too_late",
            "La période que cette dénonciation pouvait encore arrêter est passée : il en faut une "
            "nouvelle.",
            "notice",
        )
    if record.confirmed:
        raise Refused("already_confirmed", "Cette dénonciation est déjà maintenue.", "notice")
    record.confirmed = True
    _give(life, record)


def _meant(
    data: ConventionState, key: str, eligible: Callable[[NoticeRecord], bool]
) -> NoticeRecord:
    """The notice that an act names, or the only one it can mean."""
    candidates = [n for n in data.notices.values() if eligible(n) and key in ("", n.act)]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        raise Refused(
            "ambiguous_reference",
            "Plusieurs dénonciations sont en cours : préciser laquelle.",
            "notice",
        )
    raise Refused(
        "no_such_notice", "Aucune dénonciation en cours ne correspond à cet événement.", "notice"
    )
