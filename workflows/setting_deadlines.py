"""Deadlines set by a person stand beside the state, and move no date of it."""

from __future__ import annotations

from workflows import acts
from workflows.convention import ConventionLifecycle, Refused
from workflows.convention_state import HandSetDeadline
from workflows.french import typeset


def on_deadline_set(life: ConventionLifecycle, act: acts.DeadlineSet) -> None:
    """Keep it, unless the text itself says when: then the date is computed and not set."""
    rules = life.data.rules
    if getattr(rules, act.topic) is not None:
        raise Refused(
            "ruled_by_the_text",
            "La convention a une clause sur ce point : l’échéance se calcule selon elle.",
            act.topic,
        )
    if act.due_on < act.on:
        raise Refused("due_before_set", "L’échéance est antérieure au jour où elle est posée.")
    life.data.hand_set.append(
        HandSetDeadline(act.id, act.on, act.due_on, act.topic, typeset(act.task), act.ground)
    )


def on_deadline_lifted(life: ConventionLifecycle, act: acts.DeadlineLifted) -> None:
    """It no longer stands."""
    standing = [one for one in life.data.hand_set if one.act != act.of]
    if len(standing) == len(life.data.hand_set):
        raise Refused("no_such_deadline", "Cette échéance n’est pas posée, ou elle est déjà levée.")
    life.data.hand_set[:] = standing
