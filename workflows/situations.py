"""A situation to replay, as a file gives it: facts, and the circumstances they are read in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from workflows import facts
from workflows.calendar import HolidayCalendar
from workflows.clock import start_of_day
from workflows.facts import FactError, Facts
from workflows.input_faults import Fault, given, unknown
from workflows.input_reading import FIRST_DAY, Key, Shape
from workflows.question_kinds import QUESTION_KINDS
from workflows.replay import replay
from workflows.rulebook import Rulebook
from workflows.rulebook_types import PartnerKind
from workflows.timeline import Interpretation, Timeline


class Situation(NamedTuple):
    """What a replay needs besides a rulebook."""

    facts: Facts
    as_of: date | None = None
    """The day from which one looks; None where the file leaves it open."""
    interpretations: tuple[Interpretation, ...] = ()
    partner_kind: PartnerKind | None = None
    holidays: HolidayCalendar = HolidayCalendar.METROPOLITAN

    def replayed(
        self, rulebook: Rulebook, as_of: date, known_at: datetime | None = None
    ) -> Timeline:
        """The life that the facts make under a rulebook."""
        return replay(
            rulebook,
            self.facts.acts,
            as_of,
            known_at,
            self.interpretations,
            partner_kind=self.partner_kind,
            holidays=self.holidays,
        )


KEYS = (
    Key("acts", list),
    Key("as_of", date | None, required=False),
    Key("interpretations", list, required=False, default=()),
    Key("partner_kind", PartnerKind | None, required=False),
    Key("holidays", HolidayCalendar, required=False, default=HolidayCalendar.METROPOLITAN),
)
"""The keys of a situation; its ``acts`` are facts."""

_SHAPE = Shape(KEYS)

_INTERPRETATION = Shape(
    [
        Key("kind", str),
        Key("answer", str),
        Key("recorded_on", date | None, required=False),
        Key("author", str, required=False, default=""),
        Key("reasons", str, required=False, default=""),
    ]
)


def read(content: Any) -> Situation:
    """The situation that a file holds: a list of facts, or a table with ``acts``.

    Raises ``FactError`` with every fault.
    """
    if isinstance(content, list):
        return Situation(facts.read(content))
    if not isinstance(content, Mapping):
        problem = f"le fichier ne contient pas d’événements, reçu {given(content)}"
        raise FactError([Fault("", "", problem, "une liste, ou une table avec la clé acts")])
    values, faults = _SHAPE.read(content)
    if faults:
        raise FactError(faults)
    return of_values(values)


def of_values(values: Mapping[str, Any]) -> Situation:
    """The situation that values already read by ``KEYS`` make. Raises ``FactError``."""
    faults: list[Fault] = []
    interpretations = []
    for number, raw in enumerate(values["interpretations"], start=1):
        interpretation, wrong = _interpretation(raw, f"position de principe n° {number}")
        faults += wrong
        interpretations += interpretation
    try:
        read_facts = facts.read(values["acts"])
    except FactError as error:
        raise FactError([*faults, *error.faults]) from None
    if faults:
        raise FactError(faults)
    return Situation(
        read_facts,
        values["as_of"],
        tuple(interpretations),
        values["partner_kind"],
        values["holidays"],
    )


def _interpretation(raw: Any, place: str) -> tuple[list[Interpretation], list[Fault]]:
    if not isinstance(raw, Mapping):
        return [], [Fault(place, "", f"une position est une table, reçu {given(raw)}")]
    values, faults = _INTERPRETATION.read(raw, place)
    if faults:
        return [], faults
    question = QUESTION_KINDS.get(values["kind"])
    if question is None:
        problem, expected, advice = unknown(values["kind"], QUESTION_KINDS, "question")
        return [], [Fault(place, "kind", problem, f"l’une de {expected}", advice)]
    answers = [answer.code for answer in question.answers]
    if values["answer"] not in answers:
        problem, expected, advice = unknown(values["answer"], answers, "réponse")
        return [], [Fault(place, "answer", problem, f"l’une de {expected}", advice)]
    # A position without date has always stood.
    recorded_at = start_of_day(values["recorded_on"] or FIRST_DAY)
    return [
        Interpretation(
            values["kind"], values["answer"], recorded_at, values["author"], values["reasons"]
        )
    ], []
