"""The demonstration portfolio, read from its data files and dated from a day.

In the files a date is either fixed, or said from today: ``today-7d+3m-2y`` (days, months, years,
added from left to right), so that the demonstration is alive whenever it is played.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contracts.models import UserScope
from templates_conventions.catalogue import rulebook
from workflows import clock, facts
from workflows.acts import Act
from workflows.calendar import HolidayCalendar, add_months
from workflows.french import NO_BREAK_SPACE
from workflows.replay import replay
from workflows.rulebook_types import PartnerKind
from workflows.timeline import Timeline

FOLDER = Path(__file__).resolve().parent.parent / "demo"

_FROM_TODAY = re.compile(r"today((?:[+-][0-9]{1,4}[dmy])*)")
_OFFSET = re.compile(r"([+-][0-9]+)([dmy])")


class PortfolioFault(Exception):
    """A data file of the demonstration is wrong; the text says where, and what was expected."""


class _Given(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DemoPerson(_Given):
    """A fictitious person, with what makes them sign."""

    first_name: str
    last_name: str
    title: str = ""
    quality: str = ""


class DemoCaisse(_Given):
    code: str
    name: str
    address: str = ""
    departments: tuple[str, ...] = ()
    holiday_calendar: HolidayCalendar = HolidayCalendar.METROPOLITAN
    director: DemoPerson


class DemoUser(_Given):
    """Somebody who may sign in, in one role, for some caisses; for all of them by default."""

    email: str
    first_name: str
    last_name: str
    role: UserScope.Role
    caisses: tuple[str, ...] = ()
    registers_accounts: bool = False
    """Whether empowered by name to write in the directories of these caisses."""


class DemoMember(_Given):
    """Somebody who answers for a partner, and enters by a code sent to that address."""

    email: str
    first_name: str
    last_name: str


class DemoPartner(_Given):
    key: str
    name: str
    kind: PartnerKind
    siren: str = ""
    address: str = ""
    sites: tuple[str, ...] = ()
    signatory: DemoPerson
    member: DemoMember | None = None


class DemoNamedUser(_Given):
    """Somebody whom a partner has habilitated, and what became of it."""

    first_name: str
    last_name: str
    email: str
    site: str = ""
    profile: str = ""
    """Its number in the rulebook's list."""
    facts: tuple[dict[str, Any], ...]
    """Each a kind of act with its day ``on``; the first is the grant."""

    def dated_facts(self, today: date) -> tuple[dict[str, Any], ...]:
        """The facts, each with its day."""
        return tuple(_dated(fact, today) for fact in self.facts)


class DemoConvention(_Given):
    """One life: a type of convention, two bodies, and facts whose dates may be said from today."""

    key: str
    title: str
    story: str = ""
    rulebook: str
    caisse: str
    partner: str
    sites: tuple[str, ...] = ()
    opened_on: str | date
    facts: tuple[dict[str, Any], ...]
    named_users: tuple[DemoNamedUser, ...] = ()

    def opened(self, today: date) -> date:
        """The day on which the draft was opened."""
        return _dated(self.opened_on, today)

    def acts(self, today: date, until: datetime) -> tuple[Act, ...]:
        """The acts recorded by ``until``, in the order in which they were.

        Raises ``PortfolioFault`` for facts that cannot be read.
        """
        try:
            read = facts.read([_dated(fact, today) for fact in self.facts])
        except facts.FactError as error:
            raise PortfolioFault(f"{self.key}{NO_BREAK_SPACE}: {error}") from error
        known = [act for act in read.acts if act.recorded_at <= until]
        # A letter and its moments are recorded at once: the sort keeps the order of the file.
        return tuple(sorted(known, key=lambda act: act.recorded_at))


class Portfolio(_Given):
    """Everything that the demonstration shows."""

    password: str = Field(min_length=12)
    caisses: tuple[DemoCaisse, ...]
    users: tuple[DemoUser, ...]
    partners: tuple[DemoPartner, ...]
    evidence: Mapping[str, str]
    """Kind of act to the name of the file that proves it."""
    source_conventions: tuple[DemoConvention, ...]
    """Those of the five texts: signature, renewals and what is to come, nothing else."""
    fictitious_conventions: tuple[DemoConvention, ...]

    @property
    def conventions(self) -> tuple[DemoConvention, ...]:
        """All of them."""
        return (*self.source_conventions, *self.fictitious_conventions)

    def caisse(self, code: str) -> DemoCaisse:
        """The caisse of this code."""
        return next(caisse for caisse in self.caisses if caisse.code == code)

    def partner(self, key: str) -> DemoPartner:
        """The partner of this key."""
        return next(partner for partner in self.partners if partner.key == key)


def read(folder: Path = FOLDER) -> Portfolio:
    """The portfolio of a folder of data files. Raises ``PortfolioFault`` with what is wrong."""
    bodies = _toml(folder / "bodies.toml")
    for name in ("source_conventions", "fictitious_conventions"):
        bodies[name] = _toml(folder / f"{name}.toml").get("conventions", [])
    try:
        portfolio = Portfolio.model_validate(bodies)
    except ValidationError as error:
        places = "; ".join(
            f"{'.'.join(map(str, fault['loc']))}{NO_BREAK_SPACE}: {fault['msg']}"
            for fault in error.errors()
        )
        raise PortfolioFault(f"Démonstration illisible{NO_BREAK_SPACE}: {places}") from error
    _require_known_bodies(portfolio)
    return portfolio


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PortfolioFault(f"{path.name}{NO_BREAK_SPACE}: {error}") from error


def _require_known_bodies(portfolio: Portfolio) -> None:
    caisses = {caisse.code for caisse in portfolio.caisses}
    partners = {partner.key: partner for partner in portfolio.partners}
    for convention in portfolio.conventions:
        partner = partners.get(convention.partner)
        if convention.caisse not in caisses or partner is None:
            raise PortfolioFault(
                f"{convention.key}{NO_BREAK_SPACE}: caisse ou partenaire absent de bodies.toml "
                f"({convention.caisse}, {convention.partner})."
            )
        missing = set(convention.sites) - set(partner.sites)
        if missing:
            raise PortfolioFault(
                f"{convention.key}{NO_BREAK_SPACE}: structures absentes de la fiche du partenaire "
                f"({', '.join(sorted(missing))})."
            )


def _dated(value: Any, today: date) -> Any:
    """The value, with every date said from today turned into that date."""
    if isinstance(value, Mapping):
        return {key: _dated(inner, today) for key, inner in value.items()}
    if isinstance(value, str) and (said := _FROM_TODAY.fullmatch(value)):
        return _moved(today, said[1])
    return value


def _moved(day: date, offsets: str) -> date:
    for number, unit in _OFFSET.findall(offsets):
        if unit == "d":
            day += timedelta(days=int(number))
        else:
            day = add_months(day, int(number) * (12 if unit == "y" else 1))
    return day


def played(portfolio: Portfolio, convention: DemoConvention, today: date) -> Timeline:
    """The life of one convention as known at the end of ``today``, without a database."""
    return replay(
        rulebook(convention.rulebook),
        convention.acts(today, until=clock.start_of_day(today + timedelta(days=1))),
        today,
        partner_kind=portfolio.partner(convention.partner).kind,
        holidays=portfolio.caisse(convention.caisse).holiday_calendar,
    )
