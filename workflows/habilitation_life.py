"""The life of one habilitation under its convention, and whether an act may be recorded in it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property

from workflows import habilitation_fold
from workflows import replay as replaying
from workflows.acts import Act, Annulment, UserAct
from workflows.clock import civil_date
from workflows.convention_state import Step
from workflows.habilitation import HabilitationLifecycle, HabilitationState, HabilitationStatus
from workflows.life import Doubt
from workflows.recording import ActRefused, refuse_future
from workflows.replay import user_acts_known
from workflows.timeline import Refusal, Timeline

_LABELS = {
    method.slug: str([*transitions][-1].label)
    for method, transitions in HabilitationLifecycle.status.get_transitions().items()
}


class HabilitationLife:
    """What the acts about one named user and the life of the convention make of the right."""

    def __init__(
        self, convention: Timeline, acts: Sequence[Act], data: HabilitationState, as_of: date
    ) -> None:
        self.convention = convention
        self.acts = acts
        """Every act recorded about it, in any order."""
        self.data = data
        self._as_of = as_of

    @property
    def as_of(self) -> date:
        """The day that divides past from projection."""
        return self._as_of

    @cached_property
    def _past(self) -> int:
        return bisect_right(self.data.steps, self.as_of, key=lambda step: step.on)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Past and projected steps, in order."""
        return tuple(self.data.steps)

    @property
    def past_steps(self) -> tuple[Step, ...]:
        """Steps up to ``as_of``, that day included."""
        return tuple(self.data.steps[: self._past])

    @property
    def last_step(self) -> Step | None:
        """The step that made the state what it is at ``as_of``."""
        return self.data.steps[self._past - 1] if self._past else None

    @property
    def state(self) -> str:
        """State at ``as_of``."""
        return self.last_step.to_state if self.last_step else HabilitationStatus.REQUESTED.value

    @property
    def next_change_on(self) -> date | None:
        """The next day on which the right changes by itself: a departure, the convention's end."""
        coming = self.data.steps[self._past : self._past + 1]
        return coming[0].on if coming else None

    @property
    def over_on(self) -> date | None:
        """First day on which the right is over, past or projected."""
        return next((step.on for step in self.data.steps if step.to_state == "closed"), None)

    @property
    def open_questions(self) -> tuple[Doubt, ...]:
        """None of its own: the doubts are the convention's."""
        return ()

    @cached_property
    def refused(self) -> tuple[Refusal, ...]:
        """Acts that the rules do not allow."""
        by_id = {act.id: act for act in self.acts}
        return tuple(
            Refusal(by_id[r.act], r.code, r.reason, self.data.rulebook.article_of(r.rule))
            for r in self.data.refused
        )

    def label_of(self, state: str) -> str:
        """A state in words."""
        return str(HabilitationStatus(state).label)

    def article_of(self, step: Step) -> str:
        """The article that commands a step."""
        return self.data.rulebook.article_of(step.rule)

    def label_of_step(self, step: Step) -> str:
        """What happened at a step, in French."""
        return _LABELS[step.name]


def replay(
    convention: Timeline, acts: Sequence[Act], as_of: date, known_at: datetime | None = None
) -> HabilitationLife:
    """The life that the acts about one user make under the convention of a timeline.

    ``convention`` is to be replayed with the same ``known_at``.
    """
    known, refused = user_acts_known(acts, known_at)
    data = habilitation_fold.fold(habilitation_fold.initial(convention), known, convention.horizon)
    data.refused.extend(refused)
    return HabilitationLife(convention, acts, data, as_of)


def foreseen(life: HabilitationLife) -> HabilitationLife:
    """The same life told to its end: nothing is to come beyond it but the convention's renewals."""
    convention = replaying.foreseen(life.convention)
    if convention.data is life.convention.data and life.data.next_on == date.max:
        return life
    return replay(convention, life.acts, life.as_of, convention.known_at)


def consider(
    convention: Timeline, acts: Sequence[Act], new_act: Act, user: str
) -> HabilitationLife:
    """The life of the habilitation ``user`` with ``new_act``, on the day of its recording.

    Raises ``ActRefused`` when the act is about something else, is dated after that day though it
    announces nothing, is one that the rules refuse, or would take the place of an act of its kind
    already recorded: that one is to be annulled first.
    """
    if not isinstance(new_act, UserAct | Annulment):
        reason = f"« {new_act.label} » n’est pas un événement de la vie d’une habilitation."
        raise ActRefused(Refusal(new_act, "not_about_a_habilitation", reason, ""))
    if isinstance(new_act, UserAct) and new_act.user != user:
        reason = "Cet événement nomme une autre habilitation que celle où il est enregistré."
        raise ActRefused(Refusal(new_act, "another_habilitation", reason, ""))
    refuse_future(new_act)
    day = civil_date(new_act.recorded_at)
    life = replay(convention, (*acts, new_act), day)
    known = {(r.act.id, r.code) for r in replay(convention, acts, day).refused}
    for refusal in life.refused:
        displaced = refusal.act.kind == new_act.kind and (refusal.act.id, refusal.code) not in known
        if refusal.act.id == new_act.id or displaced:
            raise ActRefused(refusal._replace(act=new_act))
    return life
