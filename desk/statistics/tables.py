"""The four tables of the statistics: the words of their columns, their figures, their drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from contracts.models import Convention
from desk.connections.drawing import HEIGHT, SHORT_MONTHS, percent
from desk.statistics import lives
from desk.statistics.delays import STAGES, delays
from desk.statistics.workload import KINDS, workload
from workflows.calendar import add_months

FORESEEN = 12
"""Months to come of which renewals and ends are foreseen, this one included."""
_TOP = 8
_MOST_LABELS = 14

Figure = int | None


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure, drawn; places in percent, heights in pixels."""

    series: int
    x: str
    width: str
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A table as bars, one group a month."""

    bars: tuple[Bar, ...]
    labels: tuple[tuple[str, str, str], ...]
    """Where, in short, and in one letter."""
    base: int
    height: int


@dataclass(frozen=True, slots=True)
class Table:
    """Figures month by month."""

    code: str
    title: str
    told: str
    """What they count, and how."""
    columns: tuple[str, ...]
    rows: tuple[tuple[date, str, tuple[Figure, ...]], ...]
    """The month, what is said of it beside its name, the figures."""
    drawn_columns: tuple[int, ...]
    """The ranks of the columns that are drawn: the others only stand in the table."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing but zeros."""
        return not any(figure for _, _, figures in self.rows for figure in figures)

    @property
    def keys(self) -> list[tuple[int, str]]:
        """What each kind of bar is."""
        return [(place, self.columns[rank]) for place, rank in enumerate(self.drawn_columns)]

    @property
    def drawing(self) -> Drawn | None:
        """The bars; none when there is nothing to draw."""
        shown = [[figures[rank] or 0 for rank in self.drawn_columns] for _, _, figures in self.rows]
        highest = max((figure for group in shown for figure in group), default=0)
        if highest <= 0:
            return None
        place = 100 / len(shown)
        width = place * 0.8 / len(self.drawn_columns)
        base = _TOP + HEIGHT
        bars, labels = [], []
        every = -(-len(shown) // _MOST_LABELS)
        for index, group in enumerate(shown):
            for rank, figure in enumerate(group):
                tall = round(HEIGHT * max(figure, 0) / highest)
                x = place * index + place * 0.1 + width * rank
                bars.append(Bar(rank, percent(x), percent(width * 0.9), base - tall, tall))
            if index % every == 0:
                name = SHORT_MONTHS[self.rows[index][0].month - 1]
                labels.append((percent(place * (index + 0.5)), name, name[0].upper()))
        return Drawn(tuple(bars), tuple(labels), base, base + 24)

    def lines(self) -> Iterator[list[str]]:
        """Its rows for a file; an absent figure is left empty."""
        for month, _, figures in self.rows:
            yield [f"{month:%Y-%m}", *("" if one is None else str(one) for one in figures)]


def tables_of(
    conventions: QuerySet[Convention], months: Sequence[date], today: date, service: str = ""
) -> list[Table]:
    """The tables for some conventions over some months, the last one that of today."""
    seen = conventions.order_by()
    done = lives.moves(seen, months[0])
    return [
        _delays(seen, months, service),
        _states(seen, done, months),
        _renewals(seen, done, months, today),
        _workload(seen, months),
    ]


def _delays(seen: QuerySet[Convention], months: Sequence[date], service: str) -> Table:
    found = delays(seen, months[0], service)
    columns = ["Personnes décidées"]
    for words in STAGES.values():
        columns += [f"{words[:1].upper()}{words[1:]}, médiane", f"{words}, 9 sur 10"]
    rows = []
    for month in months:
        decided = found.get(("decision", month))
        figures: list[Figure] = [decided.number if decided else 0]
        for stage in STAGES:
            delay = found.get((stage, month))
            figures += [delay.median, delay.ninth] if delay else [None, None]
        rows.append((month, "", tuple(figures)))
    return Table(
        "delais",
        "De la demande au compte",
        "Jours écoulés depuis la réception de la demande, par mois de réception. La médiane : une "
        "personne sur deux n’a pas attendu davantage. Ce qui attend encore n’est pas compté.",
        tuple(columns),
        tuple(rows),
        (1, 3, 5, 7),
    )


def _states(
    seen: QuerySet[Convention], done: Sequence[lives.Move], months: Sequence[date]
) -> Table:
    found = lives.standing(seen, done, months)
    return Table(
        "etats",
        "Les conventions, mois après mois",
        "Combien de conventions dans chaque état au dernier jour du mois, ou aujourd’hui pour le "
        "mois en cours.",
        tuple(lives.GROUPS.values()),
        tuple((month, "", tuple(found[month][one] for one in lives.GROUPS)) for month in months),
        (0, 1, 2, 3),
    )


def _renewals(
    seen: QuerySet[Convention], done: Sequence[lives.Move], months: Sequence[date], today: date
) -> Table:
    past = lives.renewals_and_ends(done)
    coming = lives.foreseen(seen, today, FORESEEN)
    rows = [(month, "", (*past.get(month, (0, 0)), *coming.get(month, (0, 0)))) for month in months]
    for index in range(1, FORESEEN):
        month = add_months(months[-1], index)
        rows.append((month, "prévu", (None, None, *coming.get(month, (0, 0)))))
    return Table(
        "renouvellements",
        "Reconductions et fins",
        "Celles qui ont eu lieu, puis le prochain changement de chaque convention en vigueur si "
        "rien d’autre n’arrive.",
        ("Reconductions", "Fins", "Reconductions prévues", "Fins prévues"),
        tuple(rows),
        (0, 1, 2, 3),
    )


def _workload(seen: QuerySet[Convention], months: Sequence[date]) -> Table:
    found = workload(seen, months[0])
    return Table(
        "charge",
        "La charge",
        "Ce qui est arrivé et ce qui a été fait dans le mois. Personne n’y est compté en "
        "particulier.",
        tuple(KINDS.values()),
        tuple((month, "", tuple(found[kind][month] for kind in KINDS)) for month in months),
        (0, 1, 2, 3),
    )


def column_headings(table: Table) -> list[str]:
    """The first line of its file."""
    return ["Mois", *table.columns]
