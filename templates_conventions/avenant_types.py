"""The types of avenant: what each may change, as data (``avenants/types.toml``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from templates_conventions.catalogue import ROOT
from templates_conventions.sources import SourceFault, read_toml
from workflows.rule_changes import value_at
from workflows.rulebook import Rulebook
from workflows.rulebook_provisions import Annex
from workflows.rulebook_types import Frozen

FOLDER = ROOT / "avenants"


class AvenantType(Frozen):
    """One type of avenant."""

    code: str
    label: str
    help: str
    subject: str
    """What it bears on, as the recitals say it."""
    may_change: tuple[str, ...] = ()
    """Rule paths it may change, these or below; ``*`` stands for any key or code."""
    asks: tuple[str, ...] = ()
    """Those that the form of its preparation asks."""
    facts: tuple[Literal["name", "address", "representative", "successor"], ...] = ()
    """What it may change of the parties besides the rules."""
    annexes: bool = False
    """Whether it replaces the text of an annex."""
    model: bool = False
    """Whether it moves the convention to another published version of its rulebook."""
    note: str = ""

    def outside(self, paths: Iterable[str]) -> tuple[str, ...]:
        """The paths that an avenant of this type may not change."""
        return tuple(
            path for path in paths if not any(covers(one, path) for one in self.may_change)
        )

    def asked_of(self, rulebook: Rulebook) -> tuple[str, ...]:
        """The rule paths its form asks for a convention: those whose rule has a value."""
        found: list[str] = []
        for pattern in self.asks:
            found += [path for path in _expanded(pattern, rulebook) if _has_value(rulebook, path)]
        return tuple(found)


class _File(Frozen):
    types: tuple[AvenantType, ...]


@cache
def avenant_types(folder: Path = FOLDER) -> Mapping[str, AvenantType]:
    """The types by their code. Raises ``SourceFault``."""
    source = read_toml(folder / "types.toml")
    try:
        file = _File.model_validate(source.settings)
    except ValidationError as error:
        first = error.errors()[0]
        raise SourceFault(
            source.path,
            f"{'.'.join(map(str, first['loc']))} : {first['msg']}",
            "les clés décrites dans docs/avenants.md",
        ) from error
    return {one.code: one for one in file.types}


def amendable_annexes(rulebook: Rulebook) -> tuple[Annex, ...]:
    """The annexes that change by an avenant; the others evolve by a new version."""
    return tuple(
        annex
        for annex in rulebook.documents.annexes
        if annex.blank_changes_by == "avenant"
        and (annex.kind == "contractual" or "annexes" in rulebook.avenant.covers)
    )


def covers(pattern: str, path: str) -> bool:
    """Whether a rule path is the one of a pattern or below it; ``*`` stands for any key or code."""
    wanted, given = pattern.split("."), path.split(".")
    return len(given) >= len(wanted) and all(
        one in ("*", part) for one, part in zip(wanted, given, strict=False)
    )


def _expanded(pattern: str, rulebook: Rulebook) -> list[str]:
    head, star, tail = pattern.partition(".*.")
    if not star:
        return [pattern]
    codes = [getattr(item, "code", "") or item.role for item in getattr(rulebook, head)]
    return [f"{head}.{code}.{tail}" for code in codes]


def _has_value(rulebook: Rulebook, path: str) -> bool:
    try:
        return value_at(rulebook, path) is not None
    except KeyError:
        return False
