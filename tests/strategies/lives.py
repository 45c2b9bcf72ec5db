"""Random lives of a convention, and how a property is tried on them.

`HYPOTHESIS_PROFILE=thorough` tries many more lives than the suite does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.strategies.acts import EVENTS, ONE_DAY, Draft
from tests.strategies.rulebooks import days, rulebooks
from workflows import acts, fold
from workflows.acts import Act
from workflows.calendar import HolidayCalendar
from workflows.clock import PARIS
from workflows.convention_state import ConventionState
from workflows.question_kinds import QUESTION_KINDS
from workflows.replay import replay_in
from workflows.rulebook import Rulebook
from workflows.rulebook_types import PartnerKind
from workflows.timeline import Circumstances, Interpretation, Timeline

RULEBOOKS = 2_000 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 30
"""Rulebooks that a property is tried on, each with several lives."""


class Life(NamedTuple):
    """A rulebook and facts, and from where one looks at them."""

    rulebook: Rulebook
    acts: tuple[Act, ...]
    interpretations: tuple[Interpretation, ...]
    partner_kind: PartnerKind | None
    holidays: HolidayCalendar
    as_of: date
    later: date
    """No earlier than ``as_of``."""
    known_at: datetime
    chance: int
    """A number that the test may use as it likes."""

    @property
    def circumstances(self) -> Circumstances:
        """All that a replay depends on besides the days."""
        return Circumstances(
            self.rulebook, self.acts, self.interpretations, self.partner_kind, self.holidays
        )

    def replayed(
        self,
        as_of: date | None = None,
        known_at: datetime | None = None,
        with_acts: Iterable[Act] | None = None,
    ) -> Timeline:
        """Its timeline, by default as of its own day, everything being known."""
        circumstances = self.circumstances
        if with_acts is not None:
            circumstances = circumstances._replace(acts=tuple(with_acts))
        return replay_in(circumstances, as_of or self.as_of, known_at)


@st.composite
def _lives(draw: st.DrawFn, rulebook: Rulebook) -> Life:
    """A random life under a rulebook; most of them take effect."""
    first_day = draw(days())
    draft = Draft(rulebook, first_day)
    if draw(st.integers(0, 9)):
        _made(draft, first_day, draw(st.integers(0, 3)))
    for event in draw(EVENTS[rulebook.notice is not None, rulebook.breach is not None]):
        draft.event = event
        event.write(draft, event)
    landmarks = st.sampled_from([*draft.landmarks, *(act.on for act in draft.acts)])
    as_of, later = sorted([draw(landmarks), draw(landmarks)])
    return Life(
        rulebook,
        tuple(draft.acts),
        tuple(draw(_INTERPRETATIONS)),
        draw(st.sampled_from([None, None, PartnerKind.COMMUNE, PartnerKind.DEPARTEMENT])),
        draw(st.sampled_from([HolidayCalendar.METROPOLITAN, HolidayCalendar.ALSACE_MOSELLE])),
        as_of + draw(st.integers(-1, 2)) * ONE_DAY,
        later + 3 * ONE_DAY,
        datetime.combine(draw(landmarks), time(12), tzinfo=PARIS),
        draw(st.integers(0, 99)),
    )


def _made(life: Draft, first_day: date, gap: int) -> None:
    """All that any rulebook may ask for before the effect, the signatures in one go or not."""
    life.add(acts.DocumentDate, first_day)
    life.add(acts.Validation, first_day)
    for number, role in enumerate(life.roles):
        life.add(acts.Signature, first_day + timedelta(days=gap * number), party=role)
    life.add(acts.DocumentReceived, first_day, document="delegation")
    life.add(acts.Cnil, first_day + timedelta(days=3 * gap), basis="not_applicable")


_INTERPRETATIONS = st.lists(
    st.builds(
        lambda kind, number, on: Interpretation(
            kind.kind, kind.answers[number].code, datetime.combine(on, time(12), tzinfo=PARIS)
        ),
        st.sampled_from(list(QUESTION_KINDS.values())),
        st.integers(0, 1),
        days(),
    ),
    max_size=1,
)


def lives_of_one_type() -> st.SearchStrategy[list[Life]]:
    """One random rulebook, which costs more to draw than the rest, and several lives under it."""
    return rulebooks().flatmap(lambda rulebook: st.lists(_lives(rulebook), min_size=1, max_size=8))


def states(life: Life) -> Iterator[tuple[ConventionState, ConventionState]]:
    """The states of a fold by `apply` and `advance`, each with the one before it."""
    timeline = life.replayed()
    state = fold.initial(
        life.rulebook,
        timeline.acts,
        {interpretation.kind: interpretation.answer for interpretation in life.interpretations},
        life.holidays,
        life.partner_kind,
    )
    for number, act in enumerate(timeline.acts):
        if number % 2:
            before, state = state, fold.advance(state, act.legal_date)
            yield before, state
        before, state = state, fold.apply(state, act)
        yield before, state
    # By two strides, which ought to make no difference.
    for day in sorted({max(state.day, life.as_of), timeline.horizon}):
        before, state = state, fold.advance(state, day)
        yield before, state


def holds_for(check: Callable[[Life], None]) -> Callable[[], None]:
    """Try a property on the random lives of random rulebooks."""

    @settings(max_examples=RULEBOOKS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(lives_of_one_type())
    def test(lives: list[Life]) -> None:
        for life in lives:
            check(life)

    test.__doc__ = check.__doc__
    return test
