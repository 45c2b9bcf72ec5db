"""What the page of a deposit tells: where its run is, what became of each convention."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.core.paginator import Page, Paginator

from access.imports.places import in_words
from access.imports.running import counts
from access.models import ImportDeposit, ImportRow, ImportRun

ROWS_A_PAGE: Final = 25

Outcome = ImportRow.Outcome


class Shown(NamedTuple):
    """One outcome as the page shows it."""

    outcome: str
    word: str
    """In the address, and on the filter."""
    meaning: str
    """A colour and an icon (``ui.templatetags.states``)."""


OUTCOMES: Final = (
    Shown(Outcome.REFUSED, "refusées", "attention"),
    Shown(Outcome.DOUBTFUL, "douteuses", "question"),
    Shown(Outcome.ACCEPTED, "acceptées", "in_force"),
    Shown(Outcome.LEFT, "laissées telles quelles", "neutral"),
    Shown(Outcome.UNCHANGED, "déjà reprises", "neutral"),
)
"""What needs somebody first."""

_MEANINGS: Final = {one.outcome: one.meaning for one in OUTCOMES}


@dataclass(frozen=True, slots=True)
class Remark:
    """One problem of a row, in words."""

    where: str
    """« Conventions, ligne 12, SIREN », or less where the page says it beside."""
    value: str
    message: str
    expected: str
    to_do: str
    refuses: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One convention of the report."""

    row: ImportRow
    where: str
    meaning: str
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A run, and some rows of it."""

    deposit: ImportDeposit
    run: ImportRun
    counts: Mapping[str, int]
    page: Page[ImportRow]
    lines: list[Line]
    chosen: str
    """The outcome that the list is narrowed to; empty for all."""

    @property
    def done(self) -> int:
        """Conventions that were looked at."""
        return sum(self.counts.values())

    @property
    def is_over(self) -> bool:
        return self.run.state in (ImportRun.State.DONE, ImportRun.State.FAILED)

    @property
    def to_take(self) -> int:
        """Conventions that the take-over would make."""
        return self.counts[Outcome.ACCEPTED] + self.counts[Outcome.DOUBTFUL]

    @property
    def filters(self) -> list[tuple[Shown, int]]:
        """The outcomes that occur, with how many conventions have each."""
        return [(one, self.counts[one.outcome]) for one in OUTCOMES if self.counts[one.outcome]]

    @property
    def query(self) -> str:
        """What the addresses of the other pages of the list begin with."""
        return f"resultat={self.chosen}" if self.chosen else ""

    @property
    def remarks(self) -> list[Remark]:
        """What is said of the files as a whole."""
        return [remark_of(one) for one in self.deposit.remarks]


def report_of(deposit: ImportDeposit, chosen: str, number: str | None) -> Report:
    """The run that a deposit is at: its take-over, else its trial."""
    run = deposit.run or deposit.trial
    found = run.rows.select_related("convention")
    if chosen not in _MEANINGS:
        chosen = ""
    if chosen:
        found = found.filter(outcome=chosen)
    page = Paginator(found.order_by("rank"), ROWS_A_PAGE).get_page(number)
    lines = [
        Line(
            row,
            in_words(row.sheet, row.line, ""),
            _MEANINGS[row.outcome],
            tuple(remark_of(one, row) for one in row.problems),
        )
        for row in page.object_list
    ]
    return Report(deposit, run, counts(run), page, lines, chosen)


def remark_of(problem: Mapping[str, Any], beside: ImportRow | None = None) -> Remark:
    """A stored problem in words; ``beside`` says already where it stands, but for the column."""
    sheet, line = problem["sheet"], problem["row"]
    if beside is not None and (sheet, line) == (beside.sheet, beside.line):
        sheet, line = "", 0
    return Remark(
        in_words(sheet, line, problem["column"]),
        problem["value"],
        problem["message"],
        problem["expected"],
        problem["to_do"],
        problem["severity"] == "refused",
    )
