"""The columns of the list: what each shows on screen, and what it becomes in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.life_words import ENDS, MEANINGS, period
from contracts.models import Convention
from desk.portfolio.types import Types
from workflows.convention import ConventionStatus
from workflows.french import NO_BREAK_SPACE, count
from workflows.rulebook import Rulebook

_ONE_DAY = timedelta(days=1)

_AWAITED = {
    "draft": "Texte à envoyer pour signature",
    "sent_for_signature": "Signatures attendues",
    "signed": "Condition de la prise d’effet attendue",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one column of one row."""

    words: str = ""
    day: date | None = None
    beneath: str = ""
    meaning: str = ""
    """One of the four meanings, when the words are a state."""
    question: str = ""
    absent: str = ""
    """Said, quietly, where there is nothing."""

    @property
    def is_empty(self) -> bool:
        """Whether only what is absent can be said."""
        return not (self.words or self.day or self.beneath)


@dataclass(frozen=True, slots=True)
class Seen:
    """One convention with the rules it lives by."""

    convention: Convention
    rulebook: Rulebook


Value = str | date | None
"""What a file holds: text, or a day."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column that may be chosen."""

    code: str
    heading: str
    cell: Callable[[Seen], Cell]
    in_files: tuple[tuple[str, Callable[[Seen], Value]], ...]
    """The headings it has in a file, each with its value."""


def _state(seen: Seen) -> Cell:
    state = seen.convention.state
    number = seen.convention.open_questions
    return Cell(
        words=_state_words(seen),
        meaning=MEANINGS[state],
        question=count(number, "question") if number else "",
    )


def _state_words(seen: Seen) -> str:
    state = seen.convention.state
    return seen.rulebook.labels.states.get(state) or str(ConventionStatus(state).label)


def _period_words(seen: Seen) -> str:
    one = seen.convention
    return period(one.term_number, one.term_last_day, one.last_day_in_force)


def next_words(convention: Convention) -> str:
    """What happens on the next day, or what is awaited where no date is in sight."""
    day = convention.next_change_on
    if day is None:
        return _AWAITED.get(convention.state, "")
    if convention.last_day_in_force is not None and day == convention.last_day_in_force + _ONE_DAY:
        return f"Fin{NO_BREAK_SPACE}: {ENDS.get(convention.end_cause, convention.end_cause)}"
    if convention.term_last_day is not None and day == convention.term_last_day + _ONE_DAY:
        return "Période suivante"
    if convention.effect_on == day:
        return "Prise d’effet"
    return "Changement annoncé"


def _model(seen: Seen) -> str:
    return seen.rulebook.title


def _version(seen: Seen) -> str:
    if not seen.convention.pinned_id:
        return "pas encore fixée"
    return f"version {seen.rulebook.version}"


def _services(seen: Seen) -> str:
    return ", ".join(one.label for one in seen.rulebook.services)


def _assignee(seen: Seen) -> str:
    assignee = seen.convention.assignee
    return assignee.get_full_name() if assignee else ""


def _day(heading: str, code: str, of: Callable[[Convention], date | None]) -> Column:
    return Column(
        code,
        heading,
        lambda seen: Cell(day=of(seen.convention), absent="aucun"),
        ((heading, lambda seen: of(seen.convention)),),
    )


_STATE = Column(
    "etat",
    "État",
    _state,
    (("État", _state_words), ("Questions", lambda seen: str(seen.convention.open_questions))),
)
_PERIOD = Column(
    "periode",
    "Période",
    lambda seen: Cell(_period_words(seen), absent="Pas encore ouverte"),
    (("Période", _period_words),),
)
_NEXT = Column(
    "prochain",
    "Prochain changement",
    lambda seen: Cell(
        day=seen.convention.next_change_on, beneath=next_words(seen.convention), absent="Aucun"
    ),
    (
        ("Prochain changement", lambda seen: seen.convention.next_change_on),
        ("Ce qui change", lambda seen: next_words(seen.convention)),
    ),
)

ALL: tuple[Column, ...] = (
    _STATE,
    _PERIOD,
    _NEXT,
    Column(
        "siren",
        "SIREN",
        lambda seen: Cell(seen.convention.partner.siren, absent="inconnu"),
        (("SIREN", lambda seen: seen.convention.partner.siren),),
    ),
    Column(
        "services",
        "Services",
        lambda seen: Cell(_services(seen)),
        (("Services", _services),),
    ),
    Column(
        "modele",
        "Modèle",
        lambda seen: Cell(_model(seen), beneath=_version(seen)),
        (("Modèle", _model), ("Version", _version)),
    ),
    Column(
        "suivi",
        "Suivie par",
        lambda seen: Cell(_assignee(seen), absent="personne"),
        (("Suivie par", _assignee),),
    ),
    _day("Prise d’effet", "effet", lambda one: one.effect_on),
    _day("Fin de la période", "terme", lambda one: one.term_last_day),
    _day("Dernier jour en vigueur", "fin", lambda one: one.last_day_in_force),
)

USUAL = (_STATE.code, _PERIOD.code, _NEXT.code)
"""The columns of who chose none."""

_ALWAYS: tuple[tuple[str, Callable[[Seen], Value]], ...] = (
    ("Numéro", lambda seen: seen.convention.number),
    ("Partenaire", lambda seen: seen.convention.partner.name),
    ("Caisse", lambda seen: seen.convention.caisse.name),
)


def chosen(codes: Iterable[str]) -> list[Column]:
    """The columns of these codes, in their own order; the usual ones where none is known."""
    wanted = set(codes)
    return [one for one in ALL if one.code in wanted] or [one for one in ALL if one.code in USUAL]


@dataclass(frozen=True, slots=True)
class Row:
    """One convention as the list shows it."""

    convention: Convention
    cells: Sequence[tuple[str, Cell]]
    """The heading of each column with what stands there."""


def listed(conventions: Iterable[Convention], types: Types, columns: Sequence[Column]) -> list[Row]:
    """The rows of a page."""
    rows = (Seen(one, types.of(one)) for one in conventions)
    return [
        Row(seen.convention, [(one.heading, one.cell(seen)) for one in columns]) for seen in rows
    ]


def headings_in_files(columns: Sequence[Column]) -> list[str]:
    """The headings of a file with these columns."""
    return [heading for heading, _ in _ALWAYS] + [
        heading for one in columns for heading, _ in one.in_files
    ]


def values_in_files(seen: Seen, columns: Sequence[Column]) -> list[Value]:
    """The row of one convention under them."""
    return [value(seen) for _, value in _ALWAYS] + [
        value(seen) for one in columns for _, value in one.in_files
    ]
