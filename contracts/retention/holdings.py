"""Where the contents of a convention's file stand: every table, each column that may name somebody.

Each package declares its own (``hold``). A column that is declared nowhere is never erased: a test
reads the whole database after an elimination for what should be gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet

from contracts.models import Convention, EliminationItem
from workflows.erasure import ERASED


@dataclass(frozen=True, slots=True)
class Holding:
    """A table in which rows belong to conventions."""

    model: type[Model]
    convention: str
    """The way from a row to its convention, or to all those that share it."""
    columns: Mapping[str, Any] = field(default_factory=dict)
    """What goes, to what takes its place; one that is empty stays empty."""
    files: Sequence[str] = ()
    """Foreign keys to stored files, which go too."""
    also: Mapping[str, Any] = field(default_factory=dict)
    """What is written beside, once something went: an instant of erasure (a callable)."""

    deletes: bool = False
    """Whether the row itself goes: it is a task or a draft, and proves nothing."""

    @property
    def label(self) -> str:
        return self.model._meta.label

    def rows(self, convention: Convention) -> QuerySet[Any]:
        """The rows of a convention that no other one still needs."""
        own = self.model._default_manager.filter(**{self.convention: convention})
        needed = own.filter(**{f"{self.convention}__in": still_kept(convention)})
        return own.exclude(pk__in=needed.values("pk")).distinct().order_by("pk")

    def needs(self, file: int, convention: Convention) -> bool:
        """Whether a file is that of a row of another convention whose file is kept."""
        return any(
            self.model._default_manager.filter(
                **{column: file, f"{self.convention}__in": still_kept(convention)}
            ).exists()
            for column in self.files
        )


def still_kept(besides: Convention | None = None) -> QuerySet[Convention]:
    """The conventions whose file is not gone, one left out."""
    # None among what is excluded would exclude them all.
    items = EliminationItem.objects.filter(outcome__kind="gone", convention__isnull=False)
    kept = Convention.objects.exclude(pk__in=items.values("convention"))
    return kept if besides is None else kept.exclude(pk=besides.pk)


_holdings: dict[str, Holding] = {}


def hold(*holdings: Holding) -> None:
    """Declare tables of the file of a convention."""
    for one in holdings:
        _holdings[f"{one.label}:{one.convention}"] = one


def holdings() -> tuple[Holding, ...]:
    """Every table declared, in the order of their names."""
    return tuple(one for _, one in sorted(_holdings.items()))


TEXT = ERASED
"""What takes the place of a text."""
