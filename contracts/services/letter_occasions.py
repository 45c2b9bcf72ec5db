"""What calls for a letter on a day, and what the life of the convention already says of it.

Pure: a timeline in, occasions out. Every date comes from the rules and the acts, with the article
and the arithmetic that give it, so that nobody types one by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from contracts.services.letter_explanations import (
    attestation_explanation,
    earliest_end,
    explanation_of,
    removal_explanation,
    why_it_ended,
)
from templates_conventions.letter_words import by_post
from templates_conventions.occasions import occasions
from workflows.calendar import end_of_delay, subtract
from workflows.convention import IN_FORCE
from workflows.deadlines import Deadline
from workflows.french import article_number, date_in_words, typeset
from workflows.habilitation_fold import replay_user
from workflows.rulebook_types import Rule
from workflows.timeline import Timeline

_ONE_DAY = timedelta(days=1)
_ENDED = frozenset({"expired", "terminated"})
_RENEWING = frozenset({"active", "termination_pending"})
"""States in which the next term may still be declined."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One letter that makes sense, and the values that the facts give it."""

    letter: str
    """Code of the letter."""
    since: date
    """First day on which it makes sense: the same letter issued since then settles it."""
    due: bool
    """Whether something calls for it; otherwise a person may choose to send it."""
    why: str
    """Why, in one sentence."""
    article: str
    """The article that the letter rests on."""
    values: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""
    """Identifier of the user or of the act concerned, where there may be several."""


def occasions_of(timeline: Timeline) -> tuple[Occasion, ...]:
    """The letters that make sense at ``as_of``, those that something calls for first.

    Letters about an access request (acknowledgement, missing piece, invitation, notification) are
    called for by the request, and filled by whoever knows it.
    """
    sources: tuple[Callable[[Timeline], Iterator[Occasion]], ...] = (
        _signature,
        _end,
        _attestation,
        _suspensions,
        _users,
        _reminders,
        _non_renewal,
        _breach_letter,
    )
    found = [occasion for source in sources for occasion in source(timeline)]
    return tuple(sorted(found, key=lambda occasion: not occasion.due))


# The making.


def _signature(timeline: Timeline) -> Iterator[Occasion]:
    if timeline.state not in ("draft", "sent_for_signature"):
        return
    sent = [step.on for step in timeline.past_steps if step.name == "send_for_signature"]
    yield Occasion(
        "envoi-signature",
        since=sent[-1] if sent else date.min,
        due=bool(sent),
        why=typeset("La convention part à la signature."),
        article=timeline.rulebook.effect.article,
    )


# The limits of a notice.


def _reminders(timeline: Timeline) -> Iterator[Occasion]:
    limits = _next_limits(timeline)
    if limits is None or timeline.rulebook.term.renewal.length is None:
        return
    prudent, legal, last_day = limits
    common = {
        "advised_on": prudent.due_on,
        "legal_on": legal.due_on,
        "last_working_on": legal.last_working_day,
        "term_last_day": last_day,
    }
    since = subtract(prudent.due_on, occasions().courtesy)
    for code, officer in (
        ("rappel-partenaire-denonciation", False),
        ("rappel-limite-denonciation", True),
    ):
        explanation = explanation_of(legal, other_reading=officer)
        yield Occasion(
            code,
            since=since,
            due=timeline.as_of >= since and not officer,
            why=typeset(
                f"Le dernier jour pour ne pas renouveler est le {date_in_words(legal.due_on)}."
            ),
            article=legal.article,
            values=common | {"explanation": explanation},
        )


def _non_renewal(timeline: Timeline) -> Iterator[Occasion]:
    notice, limits = timeline.rulebook.notice, _next_limits(timeline)
    if notice is None or limits is None or "caisse" not in notice.by:
        return
    _, legal, last_day = limits
    ends = next(
        (one for one in timeline.deadlines if one.kind == "term_end" and one.term == legal.term),
        None,
    )
    yield Occasion(
        "denonciation",
        since=timeline.as_of,
        due=False,
        why=typeset(
            f"La caisse peut ne pas renouveler la convention au-delà du {date_in_words(last_day)}."
        ),
        article=notice.article,
        values={
            "form": by_post(notice.forms[0]),
            "last_day_in_force": last_day,
            "closed_on": last_day + _ONE_DAY,
            "limit_on": legal.due_on,
            "explanation": " ".join(
                explanation_of(one) for one in (ends, legal) if one is not None
            ),
            **_confidentiality(timeline, last_day),
        },
    )


def _next_limits(timeline: Timeline) -> tuple[Deadline, Deadline, date] | None:
    """The advised and the legal last day of the first term that may still be declined."""
    notice = timeline.rulebook.notice
    if notice is None or notice.timing != "before_term_end" or timeline.state not in _RENEWING:
        return None
    limits = {(one.kind, one.term): one for one in timeline.deadlines}
    for (kind, number), legal in limits.items():
        if kind != "notice_limit" or legal.due_on < timeline.as_of:
            continue
        term = timeline.term(number)
        if term is not None and term.last_day is not None:
            return limits["notice_prudent", number], legal, term.last_day
    return None


# Breach.


def _breach_letter(timeline: Timeline) -> Iterator[Occasion]:
    breach = timeline.rulebook.breach
    if breach is None or timeline.state not in IN_FORCE:
        return
    yield Occasion(
        "mise-en-demeure",
        since=timeline.as_of,
        due=False,
        why=typeset("Un manquement du partenaire permet de résilier la convention."),
        article=breach.article,
        values={"form": by_post(breach.forms[0]), **earliest_end(breach, timeline.as_of)},
    )


# The end.


def _end(timeline: Timeline) -> Iterator[Occasion]:
    last_day, cause = timeline.last_day_in_force, timeline.end_cause
    if last_day is None or timeline.state not in _ENDED:
        return
    why = typeset(f"La convention a cessé d’être en vigueur le {date_in_words(last_day)}.")
    values: dict[str, Any] = {
        "last_day_in_force": last_day,
        "closed_on": last_day + _ONE_DAY,
        "explanation": why_it_ended(timeline, last_day),
        **_confidentiality(timeline, last_day),
    }
    steps = [step for step in timeline.past_steps if step.name in ("expire", "terminate")]
    article = timeline.article_of(steps[-1]) if steps else ""
    if timeline.state == "expired":
        values["cause"] = {
            "notice": "une partie a choisi de ne pas la renouveler",
            "fixed_term": "la durée convenue est écoulée",
        }.get(cause, "son échéance est arrivée")
        code = "fin-convention"
    else:
        values["ground"] = cause
        values |= _sender(timeline, last_day)
        code = "resiliation"
    yield Occasion(code, last_day + _ONE_DAY, True, why, article, values)


def _sender(timeline: Timeline, last_day: date) -> dict[str, str]:
    """Who sent the breach letter that ended the convention."""
    if timeline.end_cause == "breach":
        for record in timeline.formal_notices.values():
            if record.last_day == last_day and record.by in ("caisse", "partner"):
                return {"by": record.by}
    return {}


def _confidentiality(timeline: Timeline, last_day: date) -> dict[str, date]:
    survival = timeline.rulebook.survival
    rule = survival.confidentiality if survival is not None else None
    if rule is None or rule.after_end is None:
        return {}
    return {"confidentiality_until": end_of_delay(last_day, rule.after_end)}


def _attestation(timeline: Timeline) -> Iterator[Occasion]:
    last_day = timeline.last_day_in_force
    if last_day is None or timeline.state not in _ENDED:
        return
    for duty in timeline.duties:
        if duty.code != "attestation" or duty.done_on is not None:
            continue
        values: dict[str, Any] = {
            "last_day_in_force": last_day,
            "explanation": attestation_explanation(timeline, duty, last_day),
        }
        if duty.until is not None:
            values["attestation_by"] = duty.until
        yield Occasion(
            "demande-attestation",
            since=last_day + _ONE_DAY,
            due=True,
            why=typeset("L’attestation de restitution ou de destruction n’est pas arrivée."),
            article=duty.article,
            values=values,
        )


# Access.


def _suspensions(timeline: Timeline) -> Iterator[Occasion]:
    rule, day = timeline.rulebook.suspension, timeline.as_of
    past = [one for one in timeline.data.suspensions if one.since <= day]
    if rule is None or not past or timeline.state not in IN_FORCE:
        return
    last = past[-1]
    if last.until is not None and last.until <= day:
        yield Occasion(
            "levee-suspension",
            since=last.until,
            due=True,
            why=typeset(f"La suspension a été levée le {date_in_words(last.until)}."),
            article=rule.article,
            values={"suspended_on": last.since, "lifted_on": last.until},
        )
        return
    yield Occasion(
        "suspension",
        since=last.since,
        due=True,
        why=typeset(f"L’accès est suspendu depuis le {date_in_words(last.since)}."),
        article=rule.article,
        values={
            "suspended_on": last.since,
            "nature": "definitive" if last.definitive else "temporary",
        },
    )


_CLOSING = {
    "departure": ("departure", "departure"),
    "credentials_lost": ("credentials_lost", "loss"),
    "dormancy_closure": ("dormancy", "dormancy"),
}
"""Act that closes one person's access: the cause that the letter says, and the rule."""


def _users(timeline: Timeline) -> Iterator[Occasion]:
    for act in timeline.user_acts:
        if act.kind not in _CLOSING or act.legal_date > timeline.as_of:
            continue
        cause, name = _CLOSING[act.kind]
        rule: Rule | None = getattr(timeline.rulebook.habilitation, name)
        closes_on = replay_user(timeline, act.user).closes_on
        if closes_on is None or rule is None:
            continue
        yield Occasion(
            "suppression-utilisateur",
            since=closes_on,
            due=True,
            why=typeset(f"{act.label}, le {date_in_words(act.on)}."),
            article=article_number(rule.article),
            values={
                "cause": cause,
                "closed_on": closes_on,
                "explanation": removal_explanation(act.label, act.on, closes_on, rule.article),
            },
            about=act.user,
        )
