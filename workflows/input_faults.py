"""Mistakes in what comes from outside, said in French: where, what, what was expected."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from workflows.french import NO_BREAK_SPACE

COLON = f"{NO_BREAK_SPACE}: "
_LONGEST_SHOWN = 60


class Fault(NamedTuple):
    """One mistake."""

    place: str
    """Where the faulty thing stands: « événement n° 3 (notice) »; empty when there is but one."""
    key: str
    """The key at fault; empty when the thing itself is."""
    problem: str
    expected: str = ""
    advice: str = ""
    """What to do about it."""

    def __str__(self) -> str:
        where = COLON.join(part for part in (self.place, self.key) if part)
        line = f"{where}{COLON}{self.problem}." if where else f"{self.problem}."
        if self.expected:
            line += f" Attendu{COLON}{self.expected}."
        if self.advice:
            line += f" {self.advice}."
        return line


class InputError(ValueError):
    """What was given cannot be used: all its faults at once, one a mistake."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Wrong(ValueError):
    """A value that a reader cannot take: the problem, what was expected, what to do."""

    def __init__(self, problem: str, expected: str = "", advice: str = "") -> None:
        super().__init__(problem)
        self.problem, self.expected, self.advice = problem, expected, advice


def quoted(text: object) -> str:
    """« text » with the spaces of French typography."""
    return f"«{NO_BREAK_SPACE}{text}{NO_BREAK_SPACE}»"


def given(value: Any) -> str:
    """A value as its author wrote it, shortened."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "une table"
    if isinstance(value, list | tuple):
        return "une liste" if value else "une liste vide"
    text = str(value)
    return quoted(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…")


def unknown(word: str, known: Iterable[str], what: str) -> tuple[str, str, str]:
    """Problem, expectation and advice for a word that is none of the ``known`` ones."""
    names = sorted(known)
    near = difflib.get_close_matches(str(word), names, n=1)
    problem = f"{what} {quoted(word)} inconnu" + ("e" if what.split()[0] in _FEMININE else "")
    advice = f"Peut-être {quoted(near[0])}" if near else ""
    return problem, ", ".join(names) or "aucune", advice


_FEMININE = {"clé", "question", "réponse", "valeur"}
