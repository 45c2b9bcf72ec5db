"""What the rows of one convention tell, once read: frozen, nothing asked of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from access.imports.columns import CONVENTIONS
from access.imports.source import Problem, Severity
from contracts.models import PublishedRulebook
from workflows.acts import Act
from workflows.french import typeset
from workflows.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fact stands in the file."""

    sheet: str
    line: int
    column: str = ""
    """Header of the column; empty for the row."""


class Model(NamedTuple):
    """A published version of a type of convention, with its rules read once."""

    published: PublishedRulebook
    rulebook: Rulebook


@dataclass(frozen=True, slots=True)
class PartnerTold:
    """The partner, as the file gives it."""

    name: str
    kind: str
    siren: str = ""
    siret: str = ""
    number: str = ""
    """Its number in the caisse (« n° tiers »)."""
    address: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class SignatoryTold:
    """Who signed for the partner."""

    first_name: str
    last_name: str
    quality: str
    since: date
    until: date | None
    delegation: str


@dataclass(frozen=True, slots=True)
class UserTold:
    """A named user and the facts of one right."""

    place: Place
    first_name: str
    last_name: str
    email: str
    site: str
    service: str
    identifier: str
    acts: tuple[Act, ...]
    """About a user who has no key yet."""


@dataclass(frozen=True, slots=True)
class Told:
    """One convention."""

    number: str
    model: Model
    is_pinned: bool
    """Whether the file says which version; else a draft follows the latest."""
    partner: PartnerTold
    signatory: SignatoryTold | None
    sites: tuple[str, ...]
    acts: tuple[Act, ...]
    places: Mapping[str, Place]
    """Where each act is told, by its identifier."""
    files: Mapping[str, tuple[str, ...]]
    """Names of the files that prove an act, by its identifier."""
    users: tuple[UserTold, ...]
    found_state: str
    found_end: date | None


@dataclass(slots=True)
class Dossier:
    """The rows of one convention, and what is found of them."""

    number: str
    place: Place
    digest: str
    """sha256 of all that its rows say."""
    told: Told | None = None
    """None where it cannot be read."""
    problems: list[Problem] = field(default_factory=list)

    def at(self, key: str) -> Place:
        """The cell of its first row in the column of that key."""
        return replace(self.place, column=CONVENTIONS.column(key).header)

    def refuse(self, place: Place, kind: str, message: str, **more: str) -> None:
        """Say why nothing of it can be taken over; ``more`` as in ``Problem``."""
        self._tell(place, kind, message, Severity.REFUSED, **more)

    def doubt(self, place: Place, kind: str, message: str, **more: str) -> None:
        """Say what a person should look at; ``more`` as in ``Problem``."""
        self._tell(place, kind, message, Severity.DOUBTFUL, **more)

    def _tell(
        self,
        place: Place,
        kind: str,
        message: str,
        severity: Severity,
        *,
        value: str = "",
        expected: str = "",
        to_do: str = "",
    ) -> None:
        self.problems.append(
            Problem(
                row=place.line,
                column=place.column,
                value=value,
                kind=kind,
                message=typeset(message),
                expected=typeset(expected),
                to_do=typeset(to_do),
                severity=severity,
                sheet=place.sheet,
            )
        )


def refused(problems: Sequence[Problem]) -> bool:
    """Whether one of them keeps the convention from being taken over."""
    return any(one.severity == "refused" for one in problems)
