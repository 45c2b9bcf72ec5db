"""The lifecycle of a habilitation: the right of one named user to one service.

It is replayed like the convention that gives it, from the user's own acts and the convention's
timeline: granted, notified, used, suspended, closed. It never outlives the convention.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from django.db.models import TextChoices
from viewflow.fsm import State, TransitionNotAllowed

from workflows.calendar import Duration, first_day_after
from workflows.convention import Refused
from workflows.convention_state import RefusedAct, Step
from workflows.rulebook import Rulebook
from workflows.rulebook_access import Territory
from workflows.scopes import EVERYWHERE, Level, Scope, reach


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


class UserSuspension(NamedTuple):
    """A suspension of one user; ``until`` is the first day on which it is lifted or replaced."""

    act: str
    since: date
    until: date | None
    definitive: bool
    reason_code: str
    """One of ``SUSPENSION_REASONS``; empty where none was given."""


@dataclass(slots=True)
class HabilitationState:
    """What the acts so far have made of a habilitation."""

    rulebook: Rulebook
    status: str = _REQUESTED
    service: str = ""
    """The service that its grant names; empty where the convention opens one only."""
    profile: str = ""
    """Number of the profile; empty where none was given."""
    scope: Scope = EVERYWHERE
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
    suspensions: list[UserSuspension] = field(default_factory=list)
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
    def suspension(self) -> UserSuspension | None:
        """The suspension that runs; None while there is none."""
        last = self.suspensions[-1] if self.suspensions else None
        return last if last is not None and last.until is None else None

    @property
    def territory(self) -> Territory | None:
        """How far the service reaches by the rules; None where they do not say."""
        return territory_of(self.rulebook, self.service)

    @property
    def reach(self) -> Level | None:
        """How far the user reaches: the narrower of the territory and of the user's scope."""
        return reach(self.scope, self.territory)

    @property
    def unused_since(self) -> date | None:
        """The day from which want of use is counted: the last login.

        A user who never logged in counts from the notification, else from the grant.
        """
        return self.last_login_on or self.notified_on or self.granted_on

    @property
    def dormancy_warning_from(self) -> date | None:
        """First day on which one is warned of a closing to come; None without such rule."""
        dormancy = self.rulebook.habilitation.dormancy
        return None if dormancy is None else self._unused_for(dormancy.warn_after)

    @property
    def dormant_from(self) -> date | None:
        """First day on which the account may be closed for want of use; None without such rule."""
        dormancy = self.rulebook.habilitation.dormancy
        return None if dormancy is None else self._unused_for(dormancy.after)

    def _unused_for(self, delay: Duration | None) -> date | None:
        since = self.unused_since
        return None if delay is None or since is None else first_day_after(since, delay)

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


def territory_of(rulebook: Rulebook, service: str) -> Territory | None:
    """How far a service reaches; without its code, the only one that the convention opens."""
    services = rulebook.services
    if not service and len(services) == 1:
        return services[0].territory
    return next((one.territory for one in services if one.code == service), None)


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

    @status.transition(source=_GRANTED, target=_SENT, label="Identifiants envoyés")
    @status.transition(
        source=(_SENT, _ACTIVE),
        label="Identifiants renvoyés",
        custom={
            "refusal": "Une habilitation suspendue, fermée ou jamais accordée ne se notifie pas."
        },
    )
    def send_credentials(self, **_: Any) -> None:
        """The notification of habilitation left; or left again, with other credentials."""

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

    def reach(self, day: date) -> None:
        """Let the dates close it, up to 0 h of ``day``."""
        data = self.data
        while data.next_on <= day:
            on, cause = data.next_on, data.close_cause
            if data.closes_on != on:
                ends = data.convention_closes_on == on
                cause, data.closes_on = ("convention" if ends else "dormancy"), on
            data.close_cause = cause
            self.close(on=on, cause="", rule="habilitation")

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
