"""What an act says besides its kind and its date, in a few words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workflows import acts
from workflows.acts import Act
from workflows.amending import amended, in_effect
from workflows.french import NO_BREAK_SPACE, date_in_words
from workflows.letter_verdicts import designation
from workflows.question_kinds import QUESTION_KINDS
from workflows.rule_changes import described
from workflows.timeline import Timeline

_CNIL_BASES = {
    "transmission": "déclaration transmise",
    "modification": "modification transmise",
    "not_applicable": "sans objet",
}
_FORMS = {
    "registered_letter": "lettre recommandée avec avis de réception",
    "qualified_electronic_registered_letter": "lettre recommandée électronique qualifiée",
    "served_by_commissaire_de_justice": "acte de commissaire de justice",
    "hand_delivered_letter": "remise en main propre",
    "ordinary_letter": "lettre simple",
    "email": "courriel",
}
_NATURES = {"temporary": "temporaire", "definitive": "définitive"}


def said_by(act: Act, timeline: Timeline) -> str:
    """The act's own words: by whom, on what ground, until when. Empty when its kind says it all."""
    describe = _DESCRIPTIONS.get(type(act))
    return describe(act, timeline) if describe else ""


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _parties(roles: tuple[str, ...], timeline: Timeline) -> str:
    return " et ".join(designation(timeline, role) for role in roles)


def _decision(act: acts.Decision, timeline: Timeline) -> str:
    kind = QUESTION_KINDS.get(act.question.partition(":")[0])
    labels = {answer.code: answer.label for answer in kind.answers} if kind else {}
    return f"{labels.get(act.answer, act.answer)}. Motifs{NO_BREAK_SPACE}: {act.reasons}"


def _annulment(act: acts.Annulment, timeline: Timeline) -> str:
    annulled = next((a for a in timeline.circumstances.acts if a.id == act.of), None)
    what = f"{annulled.label} du {date_in_words(annulled.on)}" if annulled else ""
    return _joined(what, act.reason)


def _lifted(act: acts.DeadlineLifted, timeline: Timeline) -> str:
    deadline = next((a for a in timeline.circumstances.acts if a.id == act.of), None)
    what = deadline.task if isinstance(deadline, acts.DeadlineSet) else ""
    return _joined(what, act.reason)


def _avenant(act: acts.Avenant, timeline: Timeline) -> str:
    before = after = timeline.circumstances.rulebook
    for one in in_effect(timeline, act.effective_on):
        before, after = after, amended(after, one.changes)
        if one.id == act.id:
            changes = [
                f"{one.label} ({one.before} → {one.after})" for one in described(before, after)
            ]
            break
    else:
        # Refused: its paths say what it would have changed.
        changes = [f"{path} = {value}" for path, value in act.changes.items()]
    return _joined(f"à compter du {date_in_words(act.effective_on)}", *changes)


def _letter(act: acts.Notice | acts.FormalNotice, timeline: Timeline) -> str:
    return _joined(f"par {designation(timeline, act.by)}", _FORMS[str(act.form)])


def _document(act: acts.DocumentReceived, timeline: Timeline) -> str:
    conditions = timeline.rulebook.effect.conditions
    label = next((c.label for c in conditions if c.document == act.document), act.document)
    until = f"valable jusqu’au {date_in_words(act.valid_until)}" if act.valid_until else ""
    return _joined(label, until)


def _by(act: Any, timeline: Timeline) -> str:
    return f"par {designation(timeline, act.by)}" if act.by else ""


def _force_majeure(act: acts.ForceMajeureNotified, timeline: Timeline) -> str:
    began = f"événement commencé le {date_in_words(act.began_on)}" if act.began_on else ""
    return _joined(_by(act, timeline), began)


def _agreed(act: Any, timeline: Timeline) -> str:
    return f"d’accord{NO_BREAK_SPACE}: {_parties(act.agreed_by, timeline)}"


_DESCRIPTIONS: Mapping[type[Act], Callable[[Any, Timeline], str]] = {
    acts.Annulment: _annulment,
    acts.Decision: _decision,
    acts.Deliberation: lambda act, _: act.reference,
    acts.DocumentReceived: _document,
    acts.Cnil: lambda act, _: _joined(_CNIL_BASES[act.basis], act.reference),
    acts.CnilCopyRequested: _by,
    acts.Signature: lambda act, timeline: designation(timeline, act.party),
    acts.Abandonment: lambda act, _: act.reason,
    acts.Avenant: _avenant,
    acts.Experiment: lambda act, _: f"jusqu’au {date_in_words(act.until)}",
    acts.PartyLeft: lambda act, timeline: designation(timeline, act.party),
    acts.PartnerSucceeded: lambda act, _: act.reference,
    acts.ForceMajeureNotified: _force_majeure,
    acts.ForceMajeureTermination: _by,
    acts.DisputeNotified: _by,
    acts.AddressChanged: _by,
    acts.Notice: _letter,
    acts.FormalNotice: _letter,
    acts.NoticeWithdrawn: _agreed,
    acts.MutualTermination: lambda act, timeline: _joined(
        f"dernier jour le {date_in_words(act.last_day)}", _agreed(act, timeline)
    ),
    acts.Replaced: lambda act, _: act.convention,
    acts.AccessSuspended: lambda act, _: _joined(_NATURES[act.nature], act.visa, act.reason),
    acts.DeadlineSet: lambda act, _: _joined(
        act.task,
        f"au plus tard le {date_in_words(act.due_on)}",
        f"fondement{NO_BREAK_SPACE}: {act.ground}",
    ),
    acts.DeadlineLifted: _lifted,
    acts.DutyDone: lambda act, timeline: next(
        (duty.label for duty in timeline.duties if duty.code == act.duty), act.duty
    ),
}
