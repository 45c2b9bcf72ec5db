"""The lifecycle of a convention: its states, and the transitions that lead from one to another.

The guards are ``viewflow.fsm`` transitions on a plain class. Each names the rule of the rulebook
that allows it and the sentence shown when it is refused. What an act or a date makes of a
convention is decided in ``making``, ``notices``, ``breaches`` and ``endings``, which all pass
through here. Nobody assigns a state.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import TextChoices
from viewflow.fsm import State, TransitionNotAllowed

from workflows.acts import Act
from workflows.convention_state import ConventionState, RaisedQuestion, RefusedAct, Step
from workflows.french import typeset


class ConventionStatus(TextChoices):
    """States of a convention, with the words shown."""

    DRAFT = "draft", "Brouillon"
    SENT_FOR_SIGNATURE = "sent_for_signature", "Envoyée pour signature"
    SIGNED = "signed", "Signée"
    CNIL_TRANSMITTED = "cnil_transmitted", "Déclaration CNIL transmise (ou sans objet)"
    ACTIVE = "active", "En vigueur"
    NOTICE_GIVEN = "notice_given", "Dénoncée, en vigueur jusqu’à l’échéance"
    TERMINATION_PENDING = "termination_pending", "Résiliation notifiée, délai en cours"
    EXPIRED = "expired", "Arrivée à échéance"
    TERMINATED = "terminated", "Résiliée"
    ABANDONED = "abandoned", "Classée sans suite"
    CLOSED = "closed", "Clôturée"


IN_FORCE = frozenset({"active", "notice_given", "termination_pending"})
"""States in which the convention binds and gives access."""

ENDED = frozenset({"expired", "terminated", "closed"})
"""States after the end; nothing leads back from them."""

_DRAFT, _SENT, _SIGNED, _CNIL = "draft", "sent_for_signature", "signed", "cnil_transmitted"
_ACTIVE, _NOTICE, _PENDING = "active", "notice_given", "termination_pending"


class Refused(Exception):
    """The rules do not allow an act: ``code``, the reason in French, the path of the rule."""

    def __init__(self, code: str, reason: str, rule: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = typeset(reason)
        self.rule = rule


def _guard(rule: str, refusal: str) -> dict[str, str]:
    return {"rule": rule, "refusal": refusal}


def _standing(life: ConventionLifecycle, **_: Any) -> str:
    """What a convention in force is, by the letters that stand against it."""
    for record in life.data.formal_notices.values():
        if record.pending:
            return _PENDING
    for notice in life.data.notices.values():
        if notice.stands:
            return _NOTICE
    return _ACTIVE


class ConventionLifecycle:
    """Guards over one ``ConventionState``; every transition leaves its step in it.

    Transitions take ``on`` (first day of the new state), ``cause`` (identifier of the act, empty
    for a date) and ``rule`` (path in the rulebook, the transition's own by default).
    """

    status = State(ConventionStatus, default=_DRAFT)

    def __init__(self, data: ConventionState) -> None:
        self.data = data

    status.getter()(attrgetter("data.status"))

    @status.setter()
    def _set_status(self, value: str) -> None:
        self.data.status = value

    @status.on_success()
    def _record(
        self, method: Any, source: str, _target: Any, *, on: date, cause: str = "", rule: str = ""
    ) -> None:
        data = self.data
        if data.status == source:
            # Nothing changed: a second letter, or a renewal, which the fold writes down itself.
            return
        name = method._func.__name__
        number = data.terms[-1].number if data.terms else 0
        data.steps.append(
            Step(source, data.status, on, name, cause, rule or TRANSITIONS[name].rule, number)
        )

    # The making.

    @status.transition(
        source=_DRAFT,
        target=_SENT,
        label="Envoi pour signature",
        custom=_guard("documents", "Seul un brouillon peut être envoyé pour signature."),
    )
    def send_for_signature(self, **_: Any) -> None:
        """The text leaves for signature and no longer changes."""

    @status.transition(
        source=(_DRAFT, _SENT),
        target=_SIGNED,
        label="Signature de toutes les parties",
        custom=_guard("effect", "La convention est déjà signée par toutes les parties."),
    )
    def sign(self, **_: Any) -> None:
        """Every required party has signed."""

    @status.transition(
        source=_SIGNED,
        target=_CNIL,
        label="Déclaration CNIL transmise ou sans objet",
        custom=_guard("effect", "La convention n’est pas encore signée par toutes les parties."),
    )
    def transmit_cnil(self, **_: Any) -> None:
        """The CNIL condition is met."""

    @status.transition(
        source=(_SIGNED, _CNIL),
        target=_ACTIVE,
        label="Prise d’effet",
        custom=_guard("effect", "La convention n’est pas signée ou a déjà pris effet."),
    )
    def activate(self, **_: Any) -> None:
        """The convention binds and gives access."""

    @status.transition(
        source=(_DRAFT, _SENT, _SIGNED),
        target="abandoned",
        label="Classement sans suite",
        custom=_guard(
            "effect",
            "Une convention qui a pris effet ne se classe pas sans suite : elle se dénonce ou se "
            "résilie.",
        ),
    )
    def abandon(self, **_: Any) -> None:
        """The file is closed before anything took effect."""

    # The life.

    @status.transition(
        source=(_ACTIVE, _NOTICE, _PENDING),
        label="Tacite reconduction",
        custom=_guard("term.renewal", "Seule une convention en vigueur se renouvelle."),
    )
    def renew(self, **_: Any) -> None:
        """The next term opens, whatever letters are on their way."""

    @status.transition(
        source=_ACTIVE,
        target=_NOTICE,
        label="Dénonciation",
        custom=_guard("notice", "Seule une convention en vigueur peut être dénoncée."),
    )
    @status.transition(source=(_NOTICE, _PENDING), label="Dénonciation")
    def give_notice(self, **_: Any) -> None:
        """A notice stands: no further term opens after the one it ends."""

    @status.transition(
        source=_NOTICE,
        target=State.GET_STATE(_standing, states=[_ACTIVE, _NOTICE]),
        label="Retrait de la dénonciation",
        custom=_guard("notice", "Aucune dénonciation en cours n’est à retirer."),
    )
    @status.transition(source=(_ACTIVE, _PENDING), label="Retrait de la dénonciation")
    def withdraw_notice(self, **_: Any) -> None:
        """All parties gave the notice up."""

    @status.transition(
        source=(_ACTIVE, _NOTICE),
        target=_PENDING,
        label="Délai de résiliation ouvert",
        custom=_guard("breach", "Seule une convention en vigueur peut être résiliée."),
    )
    @status.transition(source=_PENDING, label="Délai de résiliation ouvert")
    def begin_termination(self, **_: Any) -> None:
        """A breach letter starts its delay; several may run at once."""

    @status.transition(
        source=_PENDING,
        target=State.GET_STATE(_standing, states=[_ACTIVE, _NOTICE, _PENDING]),
        label="Manquement réparé",
        custom=_guard("breach", "Aucun délai de résiliation n’est en cours."),
    )
    def cure(self, **_: Any) -> None:
        """The breach is repaired in time: the state is again what it was."""

    @status.transition(
        source=_PENDING,
        target=State.GET_STATE(_standing, states=[_ACTIVE, _NOTICE, _PENDING]),
        label="Retrait de la lettre de résiliation",
        custom=_guard("breach", "Aucun délai de résiliation n’est en cours."),
    )
    def withdraw_formal_notice(self, **_: Any) -> None:
        """Its sender gave the breach letter up."""

    # The ends.

    @status.transition(
        source=(_ACTIVE, _NOTICE, _PENDING),
        target="expired",
        label="Fin à l’échéance",
        custom=_guard("term", "Seule une convention en vigueur arrive à échéance."),
    )
    def expire(self, **_: Any) -> None:
        """The last term is over."""

    @status.transition(
        source=(_ACTIVE, _NOTICE, _PENDING),
        target="terminated",
        label="Résiliation",
        custom=_guard("breach", "Seule une convention en vigueur peut être résiliée."),
    )
    def terminate(self, **_: Any) -> None:
        """The convention ends before its term."""

    @status.transition(
        source=("expired", "terminated"),
        target="closed",
        label="Clôture du dossier",
        custom=_guard("survival", "Seule une convention arrivée à son terme peut être clôturée."),
    )
    def close(self, **_: Any) -> None:
        """A person closes the file, all duties performed."""

    # What the modules of acts need of it.

    def perform(self, name: str, act: Act, rule: str = "") -> None:
        """Fire transition ``name`` on the day that the fold has reached, because of ``act``.

        Raises ``Refused`` with the transition's own sentence when the state forbids it.
        """
        try:
            getattr(self, name)(on=self.data.day, cause=act.id, rule=rule)
        except TransitionNotAllowed as forbidden:
            transition = TRANSITIONS[name]
            raise Refused("not_in_this_state", transition.refusal, transition.rule) from forbidden

    def raise_question(self, kind: str, act: str, on: date | None = None) -> str:
        """Raise a question and return its answer; empty while nobody has answered.

        It arises ``on`` that day, by default the day that the fold has reached.
        """
        data = self.data
        question = RaisedQuestion(kind, act, on or data.day)
        if all(other.identity != question.identity for other in data.questions):
            data.questions.append(question)
        return self.answer(kind, act)

    def answer(self, kind: str, act: str) -> str:
        """The decision on this question, else the standing interpretation of its kind."""
        data = self.data
        return data.decisions.get(f"{kind}:{act}") or data.interpretations.get(kind, "")

    def drop_questions(self, act: str) -> None:
        """What ``act`` raised no longer matters."""
        self.data.moot.extend(q.identity for q in self.data.questions if q.act == act)

    def refuse(self, act: Act, refused: Refused) -> None:
        """Keep an act that the rules do not allow among the refused ones."""
        self.data.refused.append(RefusedAct(act.id, refused.code, refused.reason, refused.rule))


class TransitionText(NamedTuple):
    """What is shown of a transition."""

    name: str
    label: str
    rule: str
    refusal: str
    edges: tuple[tuple[str, str], ...]
    """From state, to state."""


def _described() -> Mapping[str, TransitionText]:
    described = {}
    for method, transitions in ConventionLifecycle.status.get_transitions().items():
        transitions = tuple(transitions)
        texts = next(t for t in transitions if t.custom)
        edges = [
            (t.source, t.source if not isinstance(target, str) else target)
            for t in transitions
            for target in t.declared_targets()
        ]
        described[method.slug] = TransitionText(
            method.slug, texts.label, texts.custom["rule"], texts.custom["refusal"], tuple(edges)
        )
    return described


TRANSITIONS: Mapping[str, TransitionText] = _described()
"""Every transition by its name."""
