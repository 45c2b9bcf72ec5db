"""All that the page of one named user shows, read from the life and its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from access.decisions import Decision, decide
from access.desired import DirectoryState
from access.drift import drift_between
from access.models import DirectoryTask, Habilitation, HabilitationAct
from access.models.accounts import AccountState
from access.services.accounts import desired_state
from contracts.services.proposals import proposer_of_each
from desk.convention_users import MEANINGS
from desk.users.words import (
    CLOSED_BY,
    MEANS,
    directory_words,
    profile_words,
    said_by_user_act,
    services_of,
)
from workflows import access_decision, clock
from workflows.access_decision import AccessDecision
from workflows.convention_state import Step
from workflows.habilitation_life import HabilitationLife
from workflows.rulebook_access import Service
from workflows.scopes import in_words, scope_of


class Moment(NamedTuple):
    """One line of the life: a step, past or to come, or an event that made none."""

    on: date
    label: str
    state: str
    """The new state in words; empty where nothing changed."""
    article: str
    cause: str
    words: str
    row: HabilitationAct | None
    stands: bool
    """Whether the event is neither annulled nor refused by the rules."""
    is_to_come: bool


@dataclass(frozen=True)
class UserSheet:
    """One habilitation, its life at ``today`` and what was recorded of it."""

    habilitation: Habilitation
    life: HabilitationLife
    rows: tuple[HabilitationAct, ...]
    today: date

    @property
    def name(self) -> str:
        """The person."""
        return self.habilitation.person.get_full_name()

    @property
    def meaning(self) -> str:
        """The meaning under which the state is drawn."""
        return MEANINGS[self.life.state]  # type: ignore[index]

    @property
    def state(self) -> str:
        """The state in words."""
        return self.life.label_of(self.life.state)

    @property
    def means(self) -> str:
        """What the state means, in one sentence."""
        return MEANS[self.life.state]

    @cached_property
    def service(self) -> Service | None:
        """The service as the convention describes it."""
        offered = self.life.data.rulebook.services
        return next((one for one in offered if one.code == self.habilitation.service), None)

    @property
    def service_label(self) -> str:
        """What the screens call the service."""
        return self.service.label if self.service else self.habilitation.service

    @property
    def profile(self) -> str:
        """« profil 2, Services instructeurs »; empty without profile."""
        return profile_words(self.habilitation.profile, self.life.data.rulebook)

    @property
    def scope(self) -> str:
        """What narrows it, in words; empty: as far as the service."""
        return in_words(scope_of(self.habilitation.scope))

    @cached_property
    def decision(self) -> Decision:
        """What the portal would answer now."""
        account = self.habilitation.account
        return decide(account.caisse, account.identifier, self.habilitation.service)

    @cached_property
    def own(self) -> AccessDecision:
        """What this habilitation alone gives now."""
        return access_decision.decide(self.life, clock.now())

    @property
    def enters_otherwise(self) -> bool:
        """Whether the account enters by another habilitation than this one, which gives nothing."""
        return self.decision.permit and not self.own.permit

    @cached_property
    def _wanted(self) -> DirectoryState:
        return desired_state(self.habilitation.account, clock.now())

    @property
    def account_known(self) -> str:
        """What the directory is known to hold, in words."""
        account = self.habilitation.account
        known = DirectoryState(AccountState(account.state), tuple(account.services))
        return directory_words(known, self._labels)

    @property
    def account_wanted(self) -> str:
        """What it should hold, in words; empty where it already does."""
        account = self.habilitation.account
        known = DirectoryState(AccountState(account.state), tuple(account.services))
        same = drift_between(known, self._wanted) is None
        return "" if same else directory_words(self._wanted, self._labels)

    @cached_property
    def task(self) -> DirectoryTask | None:
        """What an agent has still to do by hand in the directory for this account."""
        return self.habilitation.account.tasks.filter(outcome="").first()

    @property
    def _labels(self) -> dict[str, str]:
        return services_of(self.life.data.rulebook)

    @property
    def closed_by(self) -> str:
        """Why the right is over, or will be."""
        cause = self.life.data.close_cause
        return CLOSED_BY.get(cause, cause) if self.life.over_on else ""

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """The life as a dated list: what happened, then what the dates foresee."""
        by_id = {row.identifier: row for row in self.rows}
        told = {step.cause for step in self.life.steps}
        moments = [self._of_step(step, by_id.get(step.cause)) for step in self.life.steps]
        refused = {refusal.act.id for refusal in self.life.refused}
        annulled = {row.payload.get("of") for row in self.rows if row.kind == "annulment"}
        moments += [
            Moment(
                on=row.on,
                label=row.act.label,
                state="",
                article="",
                cause="",
                words=self._said(row),
                row=row,
                stands=row.identifier not in refused | annulled,
                is_to_come=row.on > self.today,
            )
            for row in self.rows
            if row.identifier not in told
        ]
        return tuple(sorted(moments, key=lambda moment: (moment.on, bool(moment.state))))

    @property
    def annullable(self) -> frozenset[str]:
        """The events that may be annulled: those that stand, corrections apart."""
        return frozenset(
            moment.row.identifier
            for moment in self.moments
            if moment.row is not None and moment.stands and moment.row.kind != "annulment"
        )

    def _of_step(self, step: Step, row: HabilitationAct | None) -> Moment:
        cause = ""
        if row is None:
            cause = self.closed_by if step.to_state == "closed" else "La date seule"
        return Moment(
            on=step.on,
            label=self.life.label_of_step(step),
            state=self.life.label_of(step.to_state),
            article=self.life.article_of(step),
            cause=cause,
            words=self._said(row) if row is not None else "",
            row=row,
            stands=True,
            is_to_come=step.on > self.life.as_of,
        )

    def _said(self, row: HabilitationAct) -> str:
        return said_by_user_act(row.act, self.life.acts, self.life.data.rulebook)


def user_sheet_of(habilitation: Habilitation, today: date) -> UserSheet:
    """Fetch the acts of a habilitation and replay its life."""
    rows = tuple(
        habilitation.acts.select_related("author")
        .annotate(proposer=proposer_of_each())
        .prefetch_related("evidence__verification")
        .order_by("revision")
    )
    life = habilitation.replayed([row.act for row in rows], today)
    return UserSheet(habilitation, life, rows, today)
