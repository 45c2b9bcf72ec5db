"""Random acts of every kind, plausible and absurd, near the days that count.

A life is written event by event, each from small whole numbers, so that a failing one shrinks to
the few acts that matter. Days are drawn around the landmarks of its rulebook: ends of terms, limits
of the notice, ends of delays, 29 February, weekends and public holidays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from workflows import acts
from workflows.acts import Act
from workflows.calendar import Duration, add, notice_limits
from workflows.clock import PARIS
from workflows.question_kinds import QUESTION_KINDS
from workflows.rulebook import LetterForm, Rulebook

ONE_DAY = timedelta(days=1)
AWKWARD_DAYS = (
    date(2024, 2, 29),
    date(2028, 2, 29),
    date(2025, 3, 30),  # Change to summer time.
    date(2026, 4, 5),  # Easter.
    date(2025, 5, 1),
    date(2025, 8, 31),
    date(2027, 12, 31),
)
FORMS = (
    LetterForm.REGISTERED_LETTER,
    LetterForm.REGISTERED_LETTER,
    LetterForm.QUALIFIED_ELECTRONIC_REGISTERED_LETTER,
    LetterForm.EMAIL,
)
OFFSETS = (0, 0, 1, 1, -1, 2, -2)
"""Days from a landmark."""
DELAYS = (0, 0, 0, 0, 1, 5, 45, 400, -3)
"""Days between an act and its recording; recorded beforehand is absurd unless announced."""
HOURS = (time(0), time(12), time(23, 59))


class Event(NamedTuple):
    """The drawn numbers of one event; each writer of acts reads them in its own way."""

    write: Writer
    landmark: int
    offset: int
    delay: int
    hour: int
    choice: int
    other: int


class Draft:
    """A life being written."""

    def __init__(self, rulebook: Rulebook, first_day: date) -> None:
        self.rulebook = rulebook
        self.roles = sorted(rulebook.roles)
        self.acts: list[Act] = []
        self.landmarks = [first_day, *_landmarks(rulebook, first_day)]
        self.event = Event(signature, 0, 0, 0, 0, 0, 0)

    def day(self) -> date:
        """The day of the event being written."""
        landmark = self.landmarks[self.event.landmark % len(self.landmarks)]
        return landmark + timedelta(days=self.event.offset)

    def add(self, act_class: type[Act], on: date, delay: int | None = None, **own: Any) -> Act:
        """Write one act, recorded when the event says, and remember its day as a landmark."""
        recorded_on = on + timedelta(days=self.event.delay if delay is None else delay)
        act = act_class(
            id=f"a{len(self.acts) + 1}",
            on=on,
            recorded_at=datetime.combine(recorded_on, HOURS[self.event.hour], tzinfo=PARIS),
            **own,
        )
        self.acts.append(act)
        return act

    def role(self, number: int) -> str:
        """A party, now and then one that nobody knows."""
        return (*self.roles, *self.roles, "inconnu")[number % (2 * len(self.roles) + 1)]

    def reference(self, number: int, *kinds: type[Act]) -> str:
        """Nothing, an act of these kinds, or an act that does not exist."""
        named = [act.id for act in self.acts if not kinds or isinstance(act, kinds)]
        return ("", *named, "a99")[number % (len(named) + 2)]

    def agreement(self, number: int) -> tuple[str, ...]:
        """All parties, or not all of them."""
        return tuple(self.roles) if number % 4 else tuple(self.roles[:1])


Writer = Callable[[Draft, Event], None]


def _landmarks(rulebook: Rulebook, first_day: date) -> Iterator[date]:
    yield from [day for day in AWKWARD_DAYS if day > first_day][:2]
    if rulebook.effect.fixed_on is not None:
        first_day = rulebook.effect.fixed_on
        yield first_day
    length = rulebook.term.length
    last_day = rulebook.term.last_day or add(first_day, length or Duration(12, 0)) - ONE_DAY
    for _ in range(4):
        yield last_day
        if rulebook.notice is not None:
            yield notice_limits(last_day, rulebook.notice.length).whole_months
        last_day = add(last_day, rulebook.term.renewal.length or Duration(12, 0))
    if rulebook.force_majeure is not None:
        yield add(first_day, rulebook.force_majeure.faculty_after)


# The making.


def signature(life: Draft, event: Event) -> None:
    life.add(acts.Signature, life.day(), party=life.role(event.choice))


def making(life: Draft, event: Event) -> None:
    """Something that comes before the effect."""
    day = life.day()
    match event.choice:
        case 0:
            life.add(acts.SentForSignature, day)
        case 1:
            life.add(acts.Cnil, day, basis=("transmission", "modification")[event.other % 2])
        case 2:
            life.add(acts.DocumentReceived, day, document=("delegation", "autre")[event.other % 2])
        case 3:
            life.add(acts.Validation, day)
        case 4:
            life.add(acts.DocumentDate, day)
        case 5:
            life.add(acts.PriorRequest, day)
        case 6:
            life.add(acts.Deliberation, day)
        case _:
            life.add(acts.Abandonment, day, reason="sans objet")


# The letters.


def notice(life: Draft, event: Event) -> None:
    _letter(life, event, acts.Notice)


def formal_notice(life: Draft, event: Event) -> None:
    _letter(life, event, acts.FormalNotice)


def _letter(life: Draft, event: Event, carried: type[acts.Notice | acts.FormalNotice]) -> None:
    """A letter with its postal life, whose moments may contradict one another."""
    posted_on = life.day()
    letter = f"l{len(life.acts)}" if event.other % 6 else "l0"
    by = life.roles[0] if event.other % 5 else life.role(event.other)
    if carried is acts.Notice and life.rulebook.notice is not None and event.other % 5:
        by = life.rulebook.notice.by[-1]
    life.add(carried, posted_on, letter=letter, by=by, form=FORMS[event.other % len(FORMS)])
    if event.choice != 7:
        life.add(acts.LetterPosted, posted_on, letter=letter)
    presented_on = posted_on + timedelta(days=(2, 2, 1, 0, 3, -1)[event.other % 6])
    if event.choice in (2, 3, 4, 5):
        life.add(acts.LetterPresented, presented_on, letter=letter)
    match event.choice:
        case 1 | 2 | 7:
            _moment(life, acts.LetterDelivered, presented_on + ONE_DAY, letter)
        case 3:
            _moment(life, acts.LetterRefused, presented_on, letter)
        case 4 | 6:
            _moment(life, acts.LetterUnclaimed, presented_on + timedelta(days=15), letter)
        case 5:
            _moment(life, acts.LetterUndeliverable, presented_on + ONE_DAY, letter)


def _moment(life: Draft, moment: type[acts.LetterAct], on: date, letter: str) -> None:
    life.add(moment, on, letter=letter)
    life.landmarks.append(on)
    breach = life.rulebook.breach
    if breach is not None and breach.delay is not None:
        life.landmarks.append(add(on, breach.delay))


def stray_moment(life: Draft, event: Event) -> None:
    """One more moment of some letter, perhaps of one that nobody sent."""
    moments = (
        acts.LetterPosted,
        acts.LetterPresented,
        acts.LetterDelivered,
        acts.LetterRefused,
        acts.LetterUnclaimed,
    )
    letters = sorted({act.letter for act in life.acts if isinstance(act, acts.LetterAct)})
    letter = [*letters, "l99"][event.other % (len(letters) + 1)]
    _moment(life, moments[event.choice % len(moments)], life.day(), letter)


def after_a_letter(life: Draft, event: Event) -> None:
    """What follows from letters, whether or not there is one."""
    day, other = life.day(), event.other
    match event.choice:
        case 0 | 1 | 2:
            life.add(acts.Cure, day, formal_notice=life.reference(other, acts.FormalNotice))
        case 3:
            named = life.reference(other, acts.FormalNotice)
            life.add(acts.FormalNoticeWithdrawn, day, formal_notice=named)
        case 4 | 5:
            named = life.reference(other, acts.Notice)
            life.add(acts.NoticeWithdrawn, day, notice=named, agreed_by=life.agreement(other))
        case _:
            life.add(acts.NoticeConfirmed, day, notice=life.reference(other, acts.Notice))


# The life.


def amendment(life: Draft, event: Event) -> None:
    """A change of rules: sound, beside the text, or with a value that means nothing."""
    changes: tuple[dict[str, Any], ...] = (
        {"term.length": "P2Y"},
        {"term.length": "P6M", "term.renewal.length": "P6M"},
        {"term.renewal.length": "P45D"},
        {"notice.length": "P1M"},
        {"breach.delay": "P60D"},
        {"term.renewal.maximum": 1},
        {"term.renewal": {"article": "9-1", "kind": "none"}},
        {"term.kind": "fixed_last_day", "term.length": None, "term.last_day": "2027-02-28"},
        {"term.length": "P9000Y"},
        {"notice.length": "P9000Y"},
        {"breach": None, "notice": None},
        {"nothing.such": 1},
        {"term": 3},
        {},
    )
    life.add(
        acts.Avenant,
        life.day(),
        effective_on=life.day() + timedelta(days=(0, 0, 30, -10)[event.other % 4]),
        changes=changes[(event.choice + 8 * (event.other % 2)) % len(changes)],
    )


def other_end(life: Draft, event: Event) -> None:
    """An end that is neither a notice nor a breach."""
    day, other = life.day(), event.other
    match event.choice:
        case 0 | 1 | 2:
            last_day = day + timedelta(days=(0, 1, 40, -2)[other % 4])
            agreed = life.agreement(other)
            life.add(acts.MutualTermination, day, last_day=last_day, agreed_by=agreed)
        case 3 | 4:
            life.add(acts.PartyLeft, day, party=life.role(other))
        case 5:
            life.add(acts.Replaced, day, convention="n° 2")
        case _:
            life.add(acts.ForceMajeureTermination, day, by=life.role(other))


def beside_the_state(life: Draft, event: Event) -> None:
    """Facts that do not stop the term clock."""
    day = life.day()
    match event.choice:
        case 0:
            nature = ("temporary", "definitive")[event.other % 2]
            life.add(acts.AccessSuspended, day, nature=nature, visa=("", "v1")[event.other % 2])
        case 1:
            life.add(acts.SuspensionLifted, day)
        case 2:
            life.add(acts.ForceMajeureNotified, day, by=life.role(event.other))
        case 3:
            life.add(acts.ForceMajeureEnded, day)
        case 4:
            life.add(acts.DisputeNotified, day)
        case 5:
            life.add(acts.DisputeSettled, day)
        case 6:
            until = day + timedelta(days=event.other - 1)
            life.add(acts.Experiment, day, until=until)
        case _:
            life.add(acts.RenewalAgreed, day)


def after_the_end(life: Draft, event: Event) -> None:
    """What remains to be done, here at any time."""
    if event.choice % 2:
        life.add(acts.Closing, life.day())
    else:
        duty = ("attestation", "accounts")[event.other % 2]
        life.add(acts.DutyDone, life.day(), duty=duty)


def user_act(life: Draft, event: Event) -> None:
    """A fact about a named user, which is none of the convention."""
    kinds = (acts.Granted, acts.LastLogin, acts.Departure)
    life.add(kinds[event.choice % len(kinds)], life.day(), user="u1")


# Acts about other acts.


def decision(life: Draft, event: Event) -> None:
    """An answer to a question that may or may not have been raised."""
    kinds = tuple(QUESTION_KINDS.values())
    kind = kinds[event.choice % len(kinds)]
    answers = (*(answer.code for answer in kind.answers), "peut-être")
    raised_by = {
        "earlier_effect": (acts.Cnil, acts.DocumentReceived),
        "ambiguous_cure": (acts.Cure,),
        "cure_on_next_working_day": (acts.Cure,),
        "unclaimed_formal_notice": (acts.FormalNotice,),
        "other_reading_of_delay": (acts.FormalNotice,),
        "signed_before_deliberation": (acts.Deliberation,),
    }.get(kind.kind, (acts.Notice,))
    named = [act.id for act in life.acts if isinstance(act, raised_by)]
    life.add(
        acts.Decision,
        life.day(),
        question=f"{kind.kind}:{[*named, 'a99'][event.other % (len(named) + 1)]}",
        answer=answers[(event.other + event.hour) % len(answers)],
        reasons="motifs" if event.other % 5 else " ",
    )


def annulment(life: Draft, event: Event) -> None:
    """A mistake undone: of any act, another annulment included, or of nothing."""
    targets = [*life.acts[-(event.choice + 1) :][:1], *life.acts]
    target = targets[event.other % len(targets)] if targets else None
    on = max(life.day(), target.on) if target is not None else life.day()
    life.add(
        acts.Annulment, on, of=target.id if target is not None else "a99", reason="erreur de saisie"
    )


LETTERS: tuple[Writer, ...] = (notice, formal_notice)
WRITERS: tuple[Writer, ...] = (
    *LETTERS,
    after_a_letter,
    after_a_letter,
    stray_moment,
    amendment,
    other_end,
    beside_the_state,
    after_the_end,
    decision,
    decision,
    annulment,
    making,
    signature,
    user_act,
)


def _events(writers: tuple[Writer, ...]) -> st.SearchStrategy[list[Event]]:
    event = st.builds(
        Event,
        st.sampled_from(writers),
        st.integers(0, 40),
        st.sampled_from(OFFSETS),
        st.sampled_from(DELAYS),
        st.integers(0, len(HOURS) - 1),
        st.integers(0, 7),
        st.integers(0, 7),
    )
    return st.lists(event, max_size=9)


EVENTS = {
    (has_notice, has_breach): _events(
        (*WRITERS, *((notice,) * 4 * has_notice), *((formal_notice,) * 4 * has_breach))
    )
    for has_notice in (False, True)
    for has_breach in (False, True)
}
