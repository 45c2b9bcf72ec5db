"""What replaying an act costs, against one transition of ``viewflow.fsm`` on the same machine.

The life is that of a yearly convention of ten years with twelve acts and its nine renewals. Both
are timed in turns in one run, and the best turn of each counts: the machine may be shared.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from time import perf_counter
from typing import NamedTuple

from django.db.models import TextChoices
from viewflow.fsm import State

from workflows import acts
from workflows.acts import Act
from workflows.clock import PARIS
from workflows.replay import replay
from workflows.rulebook import Rulebook

TURNS, TRANSITIONS_A_TURN, REPLAYS_A_TURN = 25, 2_000, 100
GOAL = 4
"""At most so many times the cost of one transition, for one act."""

AS_OF = date(2024, 12, 31)
"""The last day of the tenth term."""


class Light(TextChoices):
    """States of the plainest machine there is."""

    RED = "red"
    GREEN = "green"


class Signal:
    """Two states and two guarded transitions, on a plain class."""

    state = State(Light, default=Light.RED)

    @state.transition(source=Light.RED, target=Light.GREEN)
    def go(self) -> None:
        """Turn green."""

    @state.transition(source=Light.GREEN, target=Light.RED)
    def stop(self) -> None:
        """Turn red."""


def rulebook() -> Rulebook:
    """One year, renewed by tacit agreement, with a notice, a breach clause and a CNIL condition."""
    letter = {"forms": ["registered_letter"]}
    return Rulebook.model_validate(
        {
            "code": "modele-mesure",
            "version": 1,
            "title": "Convention de mesure",
            "object": {"article": "1"},
            "caisse": "Caisse fictive",
            "parties": [
                {"role": "caisse", "designation": "la caisse"},
                {"role": "partner", "designation": "le partenaire"},
            ],
            "effect": {
                "article": "9-1",
                "rule": "last_signature",
                "conditions": [
                    {
                        "article": "9-1",
                        "kind": "cnil",
                        "label": "Déclaration CNIL",
                        "consequence": "suspends_effect",
                        "accepted": ["transmission"],
                    }
                ],
            },
            "term": {
                "article": "9-1",
                "kind": "length",
                "length": "P1Y",
                "renewal": {"article": "9-1", "kind": "tacit", "length": "P1Y"},
            },
            "notice": {"article": "9-1", "length": "P3M", "counts_from": "posting", **letter},
            "breach": {
                "article": "9-2",
                "delay": "P30D",
                "counts_from": "reception",
                "cure": "express",
                **letter,
            },
            "suspension": {"article": "7-2", "grounds": "accès non conforme"},
            "avenant": {"article": "9-3"},
            "services": [{"article": "3", "code": "service", "label": "Service fictif"}],
            "habilitation": {
                "article": "4",
                "account_holder": "partner",
                "loss": {"article": "5", "procedure": "new_habilitation"},
            },
            "documents": {"article": "2"},
            "provisions": {},
        }
    )


def life() -> tuple[Act, ...]:
    """Twelve acts: the making, a breach repaired, a suspension lifted, a notice."""

    def at(kind: type[Act], on: date, **own: object) -> Act:
        name = f"{kind.kind}-{on.isoformat()}-{own.get('party', '')}"
        recorded_at = datetime.combine(on, time(12), tzinfo=PARIS)
        return kind(id=name, on=on, recorded_at=recorded_at, **own)

    form = {"form": "registered_letter"}
    return (
        at(acts.SentForSignature, date(2014, 12, 1)),
        at(acts.Cnil, date(2014, 12, 10), basis="transmission"),
        at(acts.Signature, date(2014, 12, 20), party="partner"),
        at(acts.Signature, date(2015, 1, 1), party="caisse"),
        at(acts.FormalNotice, date(2018, 5, 2), letter="A", by="caisse", **form),
        at(acts.LetterPosted, date(2018, 5, 2), letter="A"),
        at(acts.LetterDelivered, date(2018, 5, 4), letter="A"),
        at(acts.Cure, date(2018, 5, 20)),
        at(acts.AccessSuspended, date(2020, 3, 2)),
        at(acts.SuspensionLifted, date(2020, 3, 9)),
        at(acts.Notice, date(2024, 9, 12), letter="B", by="partner", **form),
        at(acts.LetterPosted, date(2024, 9, 12), letter="B"),
    )


class Figures(NamedTuple):
    """Seconds, each the best of all turns."""

    transition: float
    replay: float
    acts: int
    renewals: int

    @property
    def times(self) -> float:
        """The cost of one act, its share of the renewals included, in transitions."""
        return self.replay / self.acts / self.transition

    @property
    def times_each(self) -> float:
        """The cost of one act or renewal, in transitions."""
        return self.replay / (self.acts + self.renewals) / self.transition


def measure() -> Figures:
    """Time both, turn by turn."""
    rules, told = rulebook(), life()
    signal = Signal()
    timeline = replay(rules, told, AS_OF)
    renewals = sum(step.name == "renew" for step in timeline.steps)
    assert timeline.refused == ()
    assert (len(told), renewals) == (12, 9)

    def there_and_back() -> None:
        signal.go()
        signal.stop()

    transitions, replays = [], []
    for _ in range(TURNS):
        transitions.append(_timed(there_and_back, TRANSITIONS_A_TURN // 2) / 2)
        replays.append(_timed(lambda: replay(rules, told, AS_OF), REPLAYS_A_TURN))
    return Figures(min(transitions), min(replays), len(told), renewals)


def _timed(call: Callable[[], object], times: int) -> float:
    started = perf_counter()
    for _ in range(times):
        call()
    return (perf_counter() - started) / times


def main() -> None:
    """Print the figures, and whether the goal is met."""
    figures = measure()
    met = "met" if figures.times <= GOAL else "MISSED"
    print("Replay of a ten-year convention")
    print(f"  one transition of viewflow.fsm     {figures.transition * 1e6:7.2f} µs")
    print(
        f"  one replay                         {figures.replay * 1e6:7.2f} µs, "
        f"{figures.acts} acts, {figures.renewals} renewals"
    )
    print(f"  one act, renewals included         {figures.replay / figures.acts * 1e6:7.2f} µs")
    print(f"  that is {figures.times:.1f} transitions an act (goal: at most {GOAL}; {met})")
    print(f"  and {figures.times_each:.1f} transitions for each act or renewal")
