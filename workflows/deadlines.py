"""Legal deadlines, each explained: rule, article, facts, arithmetic in words, the other reading."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from workflows.calendar import (
    Duration,
    Term,
    acceptance_window,
    add,
    first_day_after,
    last_working_day,
    notice_limits,
)
from workflows.convention_state import FormalNoticeRecord
from workflows.deadline_acts import TOPICS
from workflows.french import date_in_words, typeset
from workflows.rulebook import LetterForm, Notice
from workflows.timeline import Timeline

_ONE_DAY = timedelta(days=1)


class Input(NamedTuple):
    """A fact that a deadline is computed from."""

    label: str
    value: str


class Deadline(NamedTuple):
    """A date, and why it is that one."""

    kind: str
    title: str
    due_on: date
    rule: str
    article: str
    inputs: tuple[Input, ...]
    arithmetic: str
    last_working_day: date
    """The last day on or before it on which a letter can be posted; the deadline does not move."""
    competing: str = ""
    """The other defensible reading, and the date it gives."""
    act: str = ""
    """Identifier of the act that started it; empty for the dates of the terms."""
    term: int = 0


def deadlines_of(timeline: Timeline) -> tuple[Deadline, ...]:
    """Every deadline: of the terms not over at ``as_of``, of letters and events, or set by hand."""
    found = [
        *_of_terms(timeline),
        *_of_breaches(timeline),
        *_of_letters(timeline),
        *_of_events(timeline),
        *_after_the_end(timeline),
        *_set_by_hand(timeline),
    ]
    return tuple(sorted(found, key=lambda deadline: (deadline.due_on, deadline.kind)))


def end_of(timeline: Timeline) -> Deadline | None:
    """The last day in force, explained by its term or its delay, even once it has passed.

    None while no end is in sight, and for an end that an agreement or an event alone dates.
    """
    last_day = timeline.last_day_in_force
    if last_day is None:
        return None
    if timeline.end_cause == "breach":
        for record in timeline.formal_notices.values():
            if record.last_day == last_day and record.counted_on and record.rule.delay:
                return _breach_end(timeline, record, record.counted_on, last_day, record.rule.delay)
    if timeline.end_cause in ("notice", "fixed_term"):
        for term in timeline.data.terms:
            if term.last_day == last_day:
                return _term_end(timeline, term, last_day)
    return None


def _deadline(
    timeline: Timeline,
    kind: str,
    title: str,
    due_on: date,
    rule: str,
    inputs: tuple[Input, ...],
    arithmetic: str,
    competing: str = "",
    act: str = "",
    term: int = 0,
) -> Deadline:
    return Deadline(
        kind,
        typeset(title),
        due_on,
        rule,
        timeline.rulebook.article_of(rule),
        inputs,
        typeset(arithmetic),
        last_working_day(due_on, timeline.data.holidays),
        typeset(competing),
        act,
        term,
    )


# The terms: last day, and the limits to give notice.


def _of_terms(timeline: Timeline) -> Iterator[Deadline]:
    data, notice, end = timeline.data, timeline.rulebook.notice, timeline.last_day_in_force
    by_term = notice is not None and notice.timing == "before_term_end"
    for term in data.terms:
        if term.last_day is None or term.last_day < timeline.as_of:
            continue
        if end is not None and end < term.last_day:
            # Cut short: nothing falls on its last day, and there is no next term to decline.
            return
        yield _term_end(timeline, term, term.last_day)
        if notice is not None and by_term and term.last_day != end:
            yield from _limits(timeline, term, term.last_day, notice)


def _term_end(timeline: Timeline, term: Term, last_day: date) -> Deadline:
    data, renewal = timeline.data, timeline.rulebook.term.renewal.length
    anchor, first, arithmetic = data.anchor, data.first_length, "Date fixée par la convention"
    if first is not None and anchor is not None and term.number >= data.base_number:
        # Always from the anchor: the sum from a clamped first day may give another date.
        length, renewals = first, term.number - data.base_number
        if renewals and renewal is not None:
            length = Duration(
                first.months + renewals * renewal.months, first.days + renewals * renewal.days
            )
        arithmetic = (
            f"{date_in_words(anchor)} + {length.in_words()} − 1 jour = {date_in_words(last_day)}"
        )
    return _deadline(
        timeline,
        "term_end",
        f"Dernier jour de la {_ordinal(term.number)} période",
        last_day,
        "term" if term.number == 1 else "term.renewal",
        (Input("Premier jour de la période", date_in_words(term.first_day)),),
        arithmetic,
        term=term.number,
    )


def _limits(timeline: Timeline, term: Term, last_day: date, notice: Notice) -> Iterator[Deadline]:
    limits = notice_limits(last_day, notice.length)
    length, said = notice.length.in_words(), _said_of(notice)
    inputs = (
        Input("Dernier jour de la période", date_in_words(last_day)),
        Input("Délai de la dénonciation", length),
        Input("Date qui compte", said),
    )
    yield _deadline(
        timeline,
        "notice_prudent",
        "Dernier jour conseillé pour dénoncer",
        limits.prudent,
        "notice",
        inputs,
        f"{date_in_words(last_day)} − {length} = {date_in_words(limits.prudent)}",
        term=term.number,
    )
    upper = ""
    if limits.upper != limits.whole_months:
        upper = (
            f"Si l’échéance est le jour anniversaire ({date_in_words(last_day + _ONE_DAY)}) et non "
            f"sa veille, le dernier jour est le {date_in_words(limits.upper)} : entre les deux, un "
            "juriste tranche."
        )
    yield _deadline(
        timeline,
        "notice_limit",
        "Dernier jour de réception d’une dénonciation"
        if notice.counts_from == "reception"
        else "Dernier jour d’envoi d’une dénonciation",
        limits.whole_months,
        "notice",
        inputs,
        f"{date_in_words(limits.whole_months)} + {length} = "
        f"{date_in_words(add(limits.whole_months, notice.length))}, dans la période ; le "
        "lendemain, le délai n’y tiendrait plus",
        competing=upper,
        term=term.number,
    )
    anchor = timeline.data.earlier_anchor
    if anchor is not None and term.number == 1 and timeline.rulebook.term.length is not None:
        earlier_last_day = add(anchor, timeline.rulebook.term.length) - _ONE_DAY
        earlier = notice_limits(earlier_last_day, notice.length).prudent
        yield _deadline(
            timeline,
            "earliest_alert",
            "Alerte la plus prudente pour dénoncer",
            earlier,
            "effect",
            (Input("Dernière signature", date_in_words(anchor)), *inputs[1:]),
            f"Si l’effet remontait à la signature : {date_in_words(anchor)} + "
            f"{timeline.rulebook.term.length.in_words()} − 1 jour − {length} = "
            f"{date_in_words(earlier)}",
            competing="L’effet date de la condition remplie : une condition suspensive ne "
            "rétroagit pas (C. civ. 1304-6). Cette date avance seulement l’alerte.",
            term=1,
        )


def _said_of(notice: Notice) -> str:
    return {
        "posting": "l’envoi",
        "first_presentation": "la première présentation",
        "reception": "la réception",
    }[notice.counts_from]


def _ordinal(number: int) -> str:
    return "1ʳᵉ" if number == 1 else f"{number}ᵉ"


# Breach letters.


def _of_breaches(timeline: Timeline) -> Iterator[Deadline]:
    for record in timeline.formal_notices.values():
        delay = record.rule.delay
        if record.last_day is None or record.counted_on is None or delay is None:
            continue
        if record.standing in ("running", "held"):
            yield _breach_end(timeline, record, record.counted_on, record.last_day, delay)


def _breach_end(
    timeline: Timeline, record: FormalNoticeRecord, counted: date, last_day: date, delay: Duration
) -> Deadline:
    other = record.rule.other_reading_days
    competing = ""
    if other:
        competing = (
            "« Prend effet » ce jour-là : dernier jour en vigueur le "
            f"{date_in_words(last_day + timedelta(days=other))}."
        )
    deemed = " (réputée, à confirmer)" if record.deemed_received_on is not None else ""
    return _deadline(
        timeline,
        "breach_end",
        "Dernier jour en vigueur si rien n’arrête la résiliation",
        last_day,
        "breach",
        (
            Input(f"Date qui compte{deemed}", date_in_words(counted)),
            Input("Délai", delay.in_words()),
        ),
        f"{date_in_words(counted)} (jour exclu) + {delay.in_words()} = {date_in_words(last_day)} à "
        "24 h ; ni jour férié ni fin de semaine ne le prolonge",
        competing=competing,
        act=record.act,
    )


# Electronic registered letters: time to accept, and proof.


def _of_letters(timeline: Timeline) -> Iterator[Deadline]:
    for letter in timeline.data.letters.values():
        informed_on = letter.presented_on or letter.posted_on
        electronic = letter.form == LetterForm.QUALIFIED_ELECTRONIC_REGISTERED_LETTER
        if not electronic or informed_on is None or letter.received_on is not None:
            continue
        _, last_day, proof_by = acceptance_window(informed_on)
        for kind, title, due_on in (
            ("letter_acceptance", "Dernier jour pour accepter la lettre électronique", last_day),
            ("letter_proof", "Dernier jour de la preuve de non-réclamation", proof_by),
        ):
            yield Deadline(
                kind,
                title,
                due_on,
                "",
                "CPCE R.53-3",
                (Input("Information du destinataire", date_in_words(informed_on)),),
                f"{date_in_words(informed_on)} (jour exclu) + 15 jours = {date_in_words(last_day)}"
                + ("" if kind == "letter_acceptance" else " ; preuve le lendemain au plus tard"),
                last_working_day(due_on, timeline.data.holidays),
                act=letter.act,
            )


# Force majeure and disputes.


def _of_events(timeline: Timeline) -> Iterator[Deadline]:
    rules, data = timeline.rulebook, timeline.data
    if rules.force_majeure is not None:
        for since, until in data.force_majeure:
            after = rules.force_majeure.faculty_after
            opens = first_day_after(since, after)
            if until is None or opens <= until:
                yield _after_delay(
                    timeline,
                    "force_majeure_faculty",
                    "Faculté de résilier pour force majeure à partir de ce jour",
                    opens,
                    "force_majeure",
                    since,
                    after,
                )
    if rules.dispute is not None and rules.dispute.amicable is not None:
        for since, until in data.disputes:
            opens = first_day_after(since, rules.dispute.amicable)
            if until is None or opens <= until:
                yield _after_delay(
                    timeline,
                    "court_possible",
                    "Saisine de la juridiction compétente possible à partir de ce jour",
                    opens,
                    "dispute",
                    since,
                    rules.dispute.amicable,
                )


def _after_delay(
    timeline: Timeline, kind: str, title: str, opens: date, rule: str, since: date, delay: Duration
) -> Deadline:
    return _deadline(
        timeline,
        kind,
        title,
        opens,
        rule,
        (Input("Notification", date_in_words(since)), Input("Délai", delay.in_words())),
        f"{date_in_words(since)} (jour exclu) + {delay.in_words()} = "
        f"{date_in_words(opens - _ONE_DAY)} ; au-delà, donc le {date_in_words(opens)}",
    )


# After the end.


def _after_the_end(timeline: Timeline) -> Iterator[Deadline]:
    last_day = timeline.last_day_in_force
    for duty in timeline.duties:
        if duty.until is None or last_day is None or duty.done_on is not None:
            continue
        yield _deadline(
            timeline,
            f"{duty.code}_until",
            f"{duty.label} : dernier jour prévu par la convention",
            duty.until,
            f"survival.{duty.code}",
            (Input("Dernier jour en vigueur", date_in_words(last_day)),),
            f"{date_in_words(last_day)} + {_length_of(timeline, duty.code)} = "
            f"{date_in_words(duty.until)}",
            competing=duty.note,
        )


def _length_of(timeline: Timeline, duty: str) -> str:
    survival = timeline.rulebook.survival
    assert survival is not None
    confidentiality, attestation = survival.confidentiality, survival.attestation
    if duty == "confidentiality" and confidentiality is not None and confidentiality.after_end:
        return confidentiality.after_end.in_words()
    if attestation is not None and attestation.within:
        return attestation.within.in_words()
    return ""


# Set by a person, where the text says nothing.

SET_BY_HAND = "set_by_hand"


def _set_by_hand(timeline: Timeline) -> Iterator[Deadline]:
    for one in timeline.data.hand_set:
        yield Deadline(
            SET_BY_HAND,
            one.task,
            one.due_on,
            "",
            "",
            (
                Input("Ce dont le texte ne dit rien", TOPICS[one.topic]),
                Input("Fondement", typeset(one.ground)),
                Input("Posée le", date_in_words(one.set_on)),
            ),
            "Date posée à la main, sans calcul",
            last_working_day(one.due_on, timeline.data.holidays),
            act=one.act,
        )
