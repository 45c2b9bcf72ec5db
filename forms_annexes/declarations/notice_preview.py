"""What a letter of notice by the partner would do, and until when it may leave: pure.

Read from the very functions by which a notice is recorded, so that the page and the record agree.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from templates_conventions.letter_words import by_post
from workflows import facts
from workflows.acts import Act
from workflows.deadlines import Deadline
from workflows.french import article_number, date_in_words, typeset
from workflows.letter_verdicts import notice_conclusion, notice_reasons
from workflows.rulebook import Rulebook
from workflows.timeline import Timeline


class Limits(NamedTuple):
    """Until when a notice may end one period."""

    term_last_day: date
    prudent: Deadline
    legal: Deadline


class NoticePreview(NamedTuple):
    """What the page says before anything is declared."""

    forms: str
    """The letters that the convention admits, in words."""
    by: str
    """Who may sign it for the partner, in words; empty where the rules do not say."""
    article: str
    conclusion: str
    """What a letter of today would be worth."""
    reasons: tuple[str, ...]
    ends_on: date | None
    """The last day in force that it would bring; None when it would bring none."""
    limits: Limits | None
    """The next period that may still be declined; None under a notice at any time."""
    has_model: bool
    """Whether a model of the letter can be prepared: its effect is known, or is counted from it."""


def letter_of_today(rules: Rulebook, now: datetime) -> tuple[Act, ...]:
    """The acts of a letter posted and received today, as if it were recorded."""
    notice = rules.notice
    assert notice is not None
    day = now.date().isoformat()
    fact: dict[str, Any] = {
        "kind": "notice",
        "id": "preview",
        "recorded_at": now.isoformat(),
        "by": "partner",
        "form": str(notice.forms[0]),
        "posted_on": day,
    }
    if notice.counts_from != "posting":
        fact |= {"first_presented_on": day, "received_on": day}
    return facts.read([fact]).acts


def preview(before: Timeline, after: Timeline) -> NoticePreview:
    """What the letter of today changes between two lives, and until when one may leave."""
    rules = before.rulebook
    notice = rules.notice
    assert notice is not None
    known, limits = before.notices, _next_limits(before)
    record = next(one for key, one in after.notices.items() if key not in known)
    return NoticePreview(
        by_post(notice.forms),
        " ou ".join(
            quality
            for party in rules.parties
            if party.role == "partner"
            for quality in party.signatory_qualities
        ),
        article_number(notice.article),
        notice_conclusion(record),
        tuple(map(typeset, notice_reasons(after, record))),
        after.last_day_in_force,
        limits,
        limits is not None or notice.timing == "at_any_time",
    )


def _next_limits(timeline: Timeline) -> Limits | None:
    """The limits of the first period that a letter of today, or later, may still decline."""
    by_term = {(one.kind, one.term): one for one in timeline.deadlines}
    for (kind, number), legal in by_term.items():
        term = timeline.term(number)
        if kind != "notice_limit" or legal.due_on < timeline.as_of or term is None:
            continue
        if term.last_day is not None:
            return Limits(term.last_day, by_term["notice_prudent", number], legal)
    return None


def in_one_sentence(told: NoticePreview) -> str:
    """« Postée aujourd’hui, la lettre mettrait fin à la convention le 14 janvier 2027. »."""
    if told.ends_on is None:
        return typeset("Une lettre partie aujourd’hui ne mettrait pas fin à la convention.")
    return typeset(
        "Une lettre partie aujourd’hui mettrait fin à la convention : dernier jour en vigueur le "
        f"{date_in_words(told.ends_on)}."
    )
