"""Whether a convention may be proposed a version of its rulebook, and which dates would move.

Pure: the life of the convention in, reasons and moves out. Both lives are replays of the same acts,
the second with the avenant signed by all on the day of the question.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from contracts.life_differences import deadline_changes
from workflows import acts
from workflows.convention import ENDED, IN_FORCE, ConventionStatus
from workflows.french import date_in_words, typeset
from workflows.replay import replay_in
from workflows.rule_changes import described
from workflows.rulebook import Rulebook
from workflows.timeline import Timeline

PROPOSED = frozenset(
    {
        ConventionStatus.SIGNED.value,
        ConventionStatus.CNIL_TRANSMITTED.value,
        ConventionStatus.ACTIVE.value,
    }
)
"""States of a convention in force, or about to be, that nothing ends."""

_STATES = {
    ConventionStatus.DRAFT.value: "Ce brouillon suivra de lui-même la dernière version publiée.",
    ConventionStatus.SENT_FOR_SIGNATURE.value: (
        "Elle est encore à la signature : un avenant modifie une convention conclue."
    ),
    ConventionStatus.ABANDONED.value: "Elle est classée sans suite.",
    ConventionStatus.CLOSED.value: "Elle est clôturée.",
}
_ENDS = {
    ConventionStatus.NOTICE_GIVEN.value: "Elle est dénoncée",
    ConventionStatus.TERMINATION_PENDING.value: "Sa résiliation est notifiée",
}


class DateMove(NamedTuple):
    """A date to watch that the new version moves, brings or takes away."""

    kind: str
    """Kind of the deadline: ``term_end``, ``notice_limit``."""
    title: str
    before: date | None
    after: date | None
    article: str


class RulesRefuse(Exception):
    """The rules do not allow the avenant; the text is their reason, in French."""


def moves(life: Timeline, avenant: acts.Avenant) -> tuple[DateMove, ...]:
    """The dates that an avenant would move, in the order of the dates that hold in the end.

    None before the convention is in force: its dates are counted once it is. Raises
    ``RulesRefuse``.
    """
    if life.state not in IN_FORCE:
        return ()
    known = life.circumstances
    after = replay_in(known._replace(acts=(*known.acts, avenant)), life.as_of, life.known_at)
    for refusal in after.refused:
        if refusal.act.id == avenant.id:
            raise RulesRefuse(str(refusal))
    return tuple(
        DateMove(
            change.deadline.kind,
            change.title,
            change.before,
            change.after,
            change.deadline.article,
        )
        for change in deadline_changes(life, after)
    )


def why_left_out(
    life: Timeline,
    target: Rulebook,
    from_versions: Collection[int],
    published: Rulebook | None,
    open_avenant: int | None,
) -> str:
    """Why the version ``target`` is not to be proposed to a convention; empty where it is.

    ``published`` is the version that the convention lives by today, as it was published; without
    that, its rules are of its own. ``open_avenant`` is the number of an avenant awaiting signature.
    """
    if reason := _why_not_in_this_state(life):
        return typeset(reason)
    rules = life.rulebook
    if rules.version >= target.version:
        return typeset(f"Elle vit déjà sous la version {rules.version}.")
    if rules.version not in from_versions:
        return typeset(f"Elle vit sous la version {rules.version}, que la campagne ne vise pas.")
    if asked := [one.kind_text.title for one in life.open_questions if one.blocking]:
        return typeset(f"Une question est à trancher d’abord : {asked[0]}.")
    if open_avenant is not None:
        return typeset(f"Son avenant n° {open_avenant} attend déjà une signature.")
    if published is None or rules.digest != published.digest:
        return typeset(_own_rules(rules, published))
    return ""


def _why_not_in_this_state(life: Timeline) -> str:
    if life.state in PROPOSED:
        return ""
    if life.state in _STATES:
        return _STATES[life.state]
    last_day = life.last_day_in_force
    until = f" le {date_in_words(last_day)}" if last_day else ""
    if life.state in ENDED:
        return f"Elle a pris fin{until}."
    return f"{_ENDS[life.state]} : elle prend fin{until}."


def _own_rules(rules: Rulebook, published: Rulebook | None) -> str:
    """Going over to the version whole would undo what the parties agreed for themselves."""
    own = [change.label for change in described(published, rules)] if published else []
    told = f" ({', '.join(own)})" if own else ""
    return (
        f"Ses avenants lui ont donné des règles propres{told} : passer à la nouvelle version les "
        "effacerait. Préparez son avenant à la main."
    )
