"""The lifecycle of a habilitation: the right of one named user to one service.

It is replayed like the convention that gives it, from the user's own acts and the convention's
timeline: granted, notified, used, suspended, closed. It never outlives the convention.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import TextChoices
from viewflow.fsm import State, TransitionNotAllowed

from workflows import acts
from workflows.access import over_on
from workflows.acts import UserAct
from workflows.calendar import first_day_after
from workflows.clock import civil_date
from workflows.convention import Refused
from workflows.convention_state import RefusedAct, Step, Suspended
from workflows.rulebook import Rulebook
from workflows.timeline import Timeline


class HabilitationStatus(TextChoices):
    """States of a habilitation, with the words shown."""

    REQUESTED = "requested", "Demandée"
    GRANTED = "granted", "Accordée"
    CREDENTIALS_SENT = "credentials_sent", "Identifiants envoyés"
    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspendue"
    CLOSED = "closed", "Fermée"


_REQUESTED, _GRANTED, _SENT = "requested", "granted", "credentials_sent"
_ACTIVE, _SUSPENDED, _CLOSED = "active", "suspended", "closed"


@dataclass(slots=True)
class HabilitationState:
    """What the acts so far have made of a habilitation."""

    rulebook: Rulebook
    status: str = _REQUESTED
    before_suspension: str = ""
    granted_on: date | None = None
    notified_on: date | None = None
    last_login_on: date | None = None
    left_on: date | None = None
    reported_late_by_days: int = 0
    closes_on: date | None = None
    close_cause: str = ""
    convention_closes_on: date | None = None
    """First day after the convention: its suspension closes nobody's right."""
    suspensions: list[Suspended] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    refused: list[RefusedAct] = field(default_factory=list)

    def copy(self) -> HabilitationState:
        """An independent copy."""
        return replace(
            self,
            suspensions=self.suspensions.copy(),
            steps=self.steps.copy(),
            refused=self.refused.copy(),
        )

    @property
    def dormant_from(self) -> date | None:
        """First day on which the account may be closed for want of use; None without such rule.

        A user who never logged in counts from the notification, else from the grant.
        """
        dormancy = self.rulebook.habilitation.dormancy
        since = self.last_login_on or self.notified_on or self.granted_on
        if dormancy is None or since is None:
            return None
        return first_day_after(since, dormancy.after)

    @property
    def dormancy_automatic(self) -> bool | None:
        """Whether it closes by itself; None without such rule."""
        dormancy = self.rulebook.habilitation.dormancy
        return None if dormancy is None else dormancy.automatic

    @property
    def next_on(self) -> date:
        """The next day on which a date alone closes it."""
        if self.status in (_REQUESTED, _CLOSED):
            return date.max
        due = [self.convention_closes_on or date.max, self.closes_on or date.max]
        if self.dormancy_automatic and self.dormant_from is not None:
            due.append(self.dormant_from)
        return min(due)


def _before(life: HabilitationLifecycle, **_: Any) -> str:
    return life.data.before_suspension


class HabilitationLifecycle:
    """Guards over one ``HabilitationState``; every transition leaves its step in it."""

    status = State(HabilitationStatus, default=_REQUESTED)

    def __init__(self, data: HabilitationState) -> None:
        self.data = data

    @status.getter()
    def _get_status(self) -> str:
        return self.data.status

    @status.setter()
    def _set_status(self, value: str) -> None:
        self.data.status = value

    @status.on_success()
    def _record(
        self, method: Any, source: str, _target: Any, *, on: date, cause: str = "", rule: str = ""
    ) -> None:
        name = method._func.__name__
        if self.data.status != source:
            self.data.steps.append(Step(source, self.data.status, on, name, cause, rule, 0))

    @status.transition(
        source=_REQUESTED,
        target=_GRANTED,
        label="Habilitation accordée",
        custom={"refusal": "Cette habilitation est déjà accordée."},
    )
    def grant(self, **_: Any) -> None:
        """The caisse grants the right."""

    @status.transition(
        source=_GRANTED,
        target=_SENT,
        label="Identifiants envoyés",
        custom={"refusal": "Seule une habilitation accordée et pas encore notifiée se notifie."},
    )
    def send_credentials(self, **_: Any) -> None:
        """The notification of habilitation left."""

    @status.transition(source=(_GRANTED, _SENT), target=_ACTIVE, label="Première connexion")
    @status.transition(
        source=_ACTIVE,
        label="Connexion",
        custom={"refusal": "Une habilitation suspendue ou fermée ne permet pas de se connecter."},
    )
    def log_in(self, **_: Any) -> None:
        """The user entered the service."""

    @status.transition(
        source=(_GRANTED, _SENT, _ACTIVE),
        target=_SUSPENDED,
        label="Suspension",
        custom={"refusal": "Cette habilitation est déjà suspendue, ou n’est pas ouverte."},
    )
    def suspend(self, **_: Any) -> None:
        """Access is suspended."""

    @status.transition(
        source=_SUSPENDED,
        target=State.GET_STATE(_before, states=[_GRANTED, _SENT, _ACTIVE]),
        label="Levée de la suspension",
        custom={"refusal": "Cette habilitation n’est pas suspendue."},
    )
    def lift(self, **_: Any) -> None:
        """The suspension is over: the state is again what it was."""

    @status.transition(
        source=(_GRANTED, _SENT, _ACTIVE, _SUSPENDED),
        target=_CLOSED,
        label="Fermeture",
        custom={"refusal": "Cette habilitation est déjà fermée, ou n’a jamais été accordée."},
    )
    def close(self, **_: Any) -> None:
        """The right is over; a new one needs a new habilitation."""

    def perform(self, name: str, on: date, cause: str, rule: str) -> None:
        """Fire a transition; raises ``Refused`` with its sentence where the state forbids it."""
        try:
            getattr(self, name)(on=on, cause=cause, rule=rule)
        except TransitionNotAllowed as forbidden:
            raise Refused("not_in_this_state", REFUSALS[name], rule) from forbidden


REFUSALS: Mapping[str, str] = {
    method.slug: next(t.custom["refusal"] for t in transitions if t.custom)
    for method, transitions in HabilitationLifecycle.status.get_transitions().items()
}
"""What each transition says when it is refused, by its name."""


def apply(state: HabilitationState, act: UserAct) -> HabilitationState:
    """The state once ``act`` has happened; a refused act is listed and changes nothing else."""
    life = HabilitationLifecycle(state.copy())
    _reach(life, act.on)
    try:
        _HANDLERS[type(act)](life, act)
    except Refused as refused:
        life.data.refused.append(RefusedAct(act.id, refused.code, refused.reason, refused.rule))
    return life.data


def advance(state: HabilitationState, day: date) -> HabilitationState:
    """The state at 0 h of ``day``."""
    life = HabilitationLifecycle(state.copy())
    _reach(life, day)
    return life.data


def replay_user(timeline: Timeline, user: str) -> HabilitationState:
    """The habilitation of ``user`` under the convention of ``timeline``, up to its horizon.

    A user whose grant is not among the acts is taken as granted on the effect of the convention.
    """
    state = initial(timeline)
    known = [act for act in timeline.user_acts if act.user == user]
    if timeline.effect_on is not None and not any(type(a) is acts.Granted for a in known):
        life = HabilitationLifecycle(state)
        state.granted_on = timeline.effect_on
        life.grant(on=timeline.effect_on, rule="habilitation")
    return fold(state, known, timeline.horizon)


def initial(timeline: Timeline) -> HabilitationState:
    """What is asked under the convention of ``timeline``, before any act."""
    return HabilitationState(timeline.rulebook, convention_closes_on=over_on(timeline))


def fold(
    state: HabilitationState, in_legal_order: Iterable[UserAct], until: date
) -> HabilitationState:
    """The state once the acts have happened and the days up to ``until`` have passed."""
    for act in in_legal_order:
        state = apply(state, act)
    return advance(state, until)


def _reach(life: HabilitationLifecycle, day: date) -> None:
    data = life.data
    while data.next_on <= day:
        on, cause = data.next_on, data.close_cause
        if data.closes_on != on:
            ends = data.convention_closes_on == on
            cause, data.closes_on = ("convention" if ends else "dormancy"), on
        data.close_cause = cause
        life.close(on=on, cause="", rule="habilitation")


def _on_granted(life: HabilitationLifecycle, act: acts.Granted) -> None:
    over = life.data.convention_closes_on
    if over is not None and over <= act.on:
        raise Refused(
            "convention_over", "La convention a pris fin : elle ne donne plus d’accès.", "term"
        )
    life.perform("grant", act.on, act.id, "habilitation")
    life.data.granted_on = act.on


def _on_credentials_sent(life: HabilitationLifecycle, act: acts.CredentialsSent) -> None:
    life.perform("send_credentials", act.on, act.id, "habilitation")
    life.data.notified_on = act.on


def _on_login(life: HabilitationLifecycle, act: acts.LastLogin) -> None:
    life.perform("log_in", act.on, act.id, "habilitation")
    life.data.last_login_on = act.on


def _on_suspended(life: HabilitationLifecycle, act: acts.UserSuspended) -> None:
    data = life.data
    if data.rulebook.suspension is None and not act.visa:
        raise Refused(
            "no_suspension_clause",
            "Cette convention n’a pas de clause de suspension : une mesure conservatoire de "
            "sécurité demande le visa du service juridique.",
        )
    before = data.status
    life.perform("suspend", act.on, act.id, "suspension")
    data.before_suspension = before
    data.suspensions.append(Suspended(act.on, None, act.nature == "definitive"))


def _on_lifted(life: HabilitationLifecycle, act: acts.UserSuspensionLifted) -> None:
    data = life.data
    if data.suspensions and data.suspensions[-1].definitive:
        raise Refused(
            "definitive_suspension", "Une suspension définitive ne se lève pas.", "suspension"
        )
    life.perform("lift", act.on, act.id, "suspension")
    data.suspensions[-1] = data.suspensions[-1]._replace(until=act.on)


def _on_departure(life: HabilitationLifecycle, act: acts.Departure) -> None:
    """Access closes as soon as the departure is known, and no earlier than it happens."""
    data = life.data
    known_on = civil_date(act.recorded_at)
    if data.status in (_REQUESTED, _CLOSED):
        raise Refused("not_in_this_state", REFUSALS["close"], "habilitation.departure")
    data.left_on = act.on
    data.reported_late_by_days = max(0, (known_on - act.on).days)
    closes_on = max(act.on, known_on)
    data.closes_on = closes_on if data.closes_on is None else min(closes_on, data.closes_on)
    data.close_cause = "departure"
    _reach(life, act.on)


def _on_credentials_lost(life: HabilitationLifecycle, act: acts.CredentialsLost) -> None:
    """Lost credentials close the right, and a new one is granted; unless the user helps himself."""
    if life.data.rulebook.habilitation.loss.procedure == "self_service":
        return
    _close_now(life, act, "credentials_lost", "habilitation.loss")


def _on_dormancy(life: HabilitationLifecycle, act: acts.DormancyClosure) -> None:
    dormant_from = life.data.dormant_from
    if dormant_from is None:
        raise Refused(
            "no_dormancy_clause",
            "Cette convention ne permet pas de fermer un compte pour inactivité.",
        )
    if act.on < dormant_from:
        raise Refused(
            "not_yet_dormant",
            "Le délai d’inactivité prévu n’est pas révolu.",
            "habilitation.dormancy",
        )
    _close_now(life, act, "dormancy", "habilitation.dormancy")


def _close_now(life: HabilitationLifecycle, act: UserAct, cause: str, rule: str) -> None:
    life.perform("close", act.on, act.id, rule)
    life.data.closes_on, life.data.close_cause = act.on, cause


_HANDLERS: Mapping[type[UserAct], Callable[[HabilitationLifecycle, Any], None]] = {
    acts.Granted: _on_granted,
    acts.CredentialsSent: _on_credentials_sent,
    acts.LastLogin: _on_login,
    acts.UserSuspended: _on_suspended,
    acts.UserSuspensionLifted: _on_lifted,
    acts.Departure: _on_departure,
    acts.CredentialsLost: _on_credentials_lost,
    acts.DormancyClosure: _on_dormancy,
}
