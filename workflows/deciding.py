"""A lawyer's decisions: they say what has always been true, so the fold knows them at its start."""

from __future__ import annotations

from workflows import acts
from workflows.convention import ConventionLifecycle, Refused
from workflows.convention_state import ConventionState
from workflows.question_kinds import QUESTION_KINDS


def foresee(data: ConventionState, act: acts.Decision) -> None:
    """Let the rules know a decision before they meet its question; the first one stands."""
    if _is_an_answer(act):
        data.decisions.setdefault(act.question, act.answer)
        data.decided_by.setdefault(act.question, act.id)


def on_decision(life: ConventionLifecycle, act: acts.Decision) -> None:
    """Refuse a decision that answers nothing, or a question decided before."""
    kind = QUESTION_KINDS.get(act.question.partition(":")[0])
    if kind is None:
        raise Refused(
            "unknown_question",
            f"« {act.question} » ne désigne aucune question. Attendu : sa nature et l’événement "
            "qui la soulève, par exemple « grey_zone:17 ».",
        )
    if all(answer.code != act.answer for answer in kind.answers):
        raise Refused(
            "unknown_answer",
            f"« {act.answer} » ne répond pas à cette question. Réponses possibles : "
            f"{', '.join(answer.code for answer in kind.answers)}.",
            kind.rule,
        )
    if not act.reasons.strip():
        raise Refused("reasons_missing", "Une décision donne ses motifs.", kind.rule)
    if life.data.decided_by.get(act.question) != act.id:
        raise Refused(
            "already_decided",
            "Cette question est déjà tranchée : annuler la décision précédente, avec le motif.",
            kind.rule,
        )


def _is_an_answer(act: acts.Decision) -> bool:
    kind = QUESTION_KINDS.get(act.question.partition(":")[0])
    return (
        kind is not None
        and bool(act.reasons.strip())
        and any(answer.code == act.answer for answer in kind.answers)
    )
