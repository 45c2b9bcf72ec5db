"""How many conventions answer, and how they divide: true numbers, up to a limit that is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

from contracts.models import Convention
from desk.most_counted import MOST_COUNTED, in_words
from desk.portfolio.forms import NONE, SearchForm
from desk.portfolio.types import Types
from workflows.french import NO_BREAK_SPACE


@dataclass(frozen=True, slots=True)
class Counts:
    """What one grouped query tells of a list."""

    total: int
    by_choice: Mapping[str, Mapping[str, int]]
    """Facet, then choice: how many; empty above the limit, where the list says « plus de »."""
    dated: int
    """Of those counted, how many have a next change."""

    @property
    def are_all(self) -> bool:
        """Whether every convention was counted."""
        return self.total <= MOST_COUNTED

    @property
    def words(self) -> str:
        """« 27 conventions », « plus de 10 000 conventions »."""
        words = in_words(self.total, "convention", MOST_COUNTED)
        return words[0].upper() + words[1:]


def counted(found: QuerySet[Convention], types: Types, caisses: Mapping[int, str]) -> Counts:
    """The numbers of a list; ``caisses`` are the codes by key."""
    total = with_day = 0
    by_choice: dict[str, Counter[str]] = {
        name: Counter() for name in ("etat", "caisse", "service", "version")
    }
    for state, caisse, code, pinned, dated, number in _grouped(found):
        total += number
        with_day += number if dated else 0
        by_choice["etat"][state] += number
        by_choice["caisse"][caisses.get(caisse, "")] += number
        by_choice["version"][types.called(pinned) if pinned else NONE] += number
        for service in types.services_of(code):
            by_choice["service"][service] += number
    return Counts(total, by_choice if total <= MOST_COUNTED else {}, with_day)


def write_on(form: SearchForm, counts: Counts) -> None:
    """Write beside each choice how many it would leave; not in a facet that is already chosen."""
    for name, numbers in counts.by_choice.items():
        if form.data.get(name):
            continue
        field: Any = form.fields[name]
        field.choices = list(_numbered(field.choices, numbers, name == "etat"))


def _numbered(
    choices: Any, numbers: Mapping[str, int], some_uncounted: bool
) -> Iterator[tuple[str, str]]:
    for value, words in choices:
        number = numbers.get(str(value), 0)
        # Of what is no state, the query tells nothing.
        counted_here = value and (number or not some_uncounted)
        yield str(value), f"{words}{NO_BREAK_SPACE}({number})" if counted_here else str(words)


def _grouped(found: QuerySet[Convention]) -> list[tuple[str, int, str, int | None, bool, int]]:
    columns = found.order_by().values_list(
        "state", "caisse_id", "rulebook_code", "pinned_id", "next_change_on"
    )
    limited = columns[: MOST_COUNTED + 1]
    try:
        statement, values = limited.query.get_compiler(found.db).as_sql()
    except EmptyResultSet:
        return []
    with connections[found.db].cursor() as cursor:
        # Grouping what is limited is what the query builder cannot say.
        cursor.execute(
            "SELECT state, caisse_id, rulebook_code, pinned_id, "  # noqa: S608
            f"next_change_on IS NOT NULL, COUNT(*) FROM ({statement}) counted "
            "GROUP BY state, caisse_id, rulebook_code, pinned_id, next_change_on IS NOT NULL",
            values,
        )
        return list(cursor.fetchall())
