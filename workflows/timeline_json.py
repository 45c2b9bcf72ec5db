"""The life of a convention as JSON can hold it: dates in ISO, codes as the engine names them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from workflows.convention_state import Step
from workflows.habilitation_fold import replay_user
from workflows.questions import Question
from workflows.timeline import Timeline


def as_json(timeline: Timeline) -> dict[str, Any]:
    """All that a timeline says, past and projected."""
    rulebook = timeline.rulebook
    return {
        "rulebook": {"code": rulebook.code, "version": rulebook.version, "digest": rulebook.digest},
        "as_of": _iso(timeline.as_of),
        "known_at": _iso(timeline.known_at),
        "horizon": _iso(timeline.horizon),
        "state": timeline.state,
        "state_label": timeline.state_label,
        "effect_on": _iso(timeline.effect_on),
        "last_day_in_force": _iso(timeline.last_day_in_force),
        "end_cause": timeline.end_cause or None,
        "next_change_on": _iso(timeline.next_change_on),
        "steps": [_step(timeline, step) for step in timeline.steps],
        "terms": [
            {
                "number": term.number,
                "first_day": _iso(term.first_day),
                "last_day": _iso(term.last_day),
            }
            for term in timeline.terms
        ],
        "notices": [
            {
                "act": notice.act,
                "by": notice.by,
                "verdict": notice.verdict,
                "counted_on": _iso(notice.counted_on),
                "term": notice.term,
                "limits": _dates(notice.limits),
                "flags": list(notice.flags),
                "deemed_received_on": _iso(notice.deemed_received_on),
            }
            for notice in timeline.notices.values()
        ],
        "formal_notices": [
            {
                "act": record.act,
                "by": record.by,
                "standing": record.standing,
                "counted_on": _iso(record.counted_on),
                "last_day": _iso(record.last_day),
                "deemed_received_on": _iso(record.deemed_received_on),
            }
            for record in timeline.formal_notices.values()
        ],
        "deadlines": [
            {
                **_dates(deadline),
                "inputs": [member._asdict() for member in deadline.inputs],
            }
            for deadline in timeline.deadlines
        ],
        "questions": [_question(question) for question in timeline.questions],
        "refused": [
            {
                "act": refusal.act.id,
                "kind": refusal.act.kind,
                "on": _iso(refusal.act.on),
                "code": refusal.code,
                "reason": refusal.reason,
                "article": refusal.article,
            }
            for refusal in timeline.refused
        ],
        "warnings": [warned._asdict() for warned in timeline.warnings],
        "anomalies": [_dates(anomaly) for anomaly in timeline.anomalies],
        "duties": [_dates(duty) for duty in timeline.duties],
        "access": [_dates(interval) for interval in timeline.access_intervals],
        "users": [_user(timeline, user) for user in sorted({a.user for a in timeline.user_acts})],
    }


def _iso(value: date | datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def _dates(record: Any) -> dict[str, Any]:
    """A named tuple, its dates in ISO; nothing for none."""
    members = {} if record is None else record._asdict()
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in members.items()
    }


def _step(timeline: Timeline, step: Step) -> dict[str, Any]:
    return {
        **_dates(step),
        "label": timeline.label_of_step(step),
        "article": timeline.article_of(step),
        "projected": step.on > timeline.as_of,
    }


def _question(question: Question) -> dict[str, Any]:
    answer = question.answer
    return {
        "identity": question.identity,
        "on": _iso(question.on),
        "blocking": question.blocking,
        "open": question.is_open,
        "article": question.article,
        "asked": question.kind_text.asked,
        "answer": answer.code if answer is not None else None,
        "branches": [
            {
                "answer": choice.code,
                "label": choice.label,
                "reading": choice.reading,
                "last_day_in_force": _iso(question.branches[choice.code].last_day_in_force),
            }
            for choice in question.kind_text.answers
        ],
    }


def _user(timeline: Timeline, user: str) -> dict[str, Any]:
    state = replay_user(timeline, user)
    return {
        "user": user,
        "granted_on": _iso(state.granted_on),
        "closes_on": _iso(state.closes_on),
        "profile": state.profile,
        "scope": state.scope.content,
        "dormancy_warning_from": _iso(state.dormancy_warning_from),
        "dormant_from": _iso(state.dormant_from),
        "dormancy_automatic": state.dormancy_automatic,
        "reported_late_by_days": state.reported_late_by_days,
        "steps": [_dates(step) for step in state.steps],
    }
