"""Any number of accounts, each with one habilitation, made fast.

A thousand conventions are made whole by the engine, and so are the courses, one a day on which
somebody was habilitated. The accounts share them; their own acts and journals, which a decision
does not read, are left out.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from access.models import Account, Habilitation
from bench.portfolio import Portfolio
from contracts.models import Caisse, Convention, Person
from workflows import bulk, clock, habilitation_life
from workflows.acts import Granted
from workflows.clock import PARIS
from workflows.replay import ENGINE_VERSION
from workflows.settling import cache_of, cached_columns
from workflows.subjects import known_acts

CONVENTIONS = 1000
SIGNED = date(2016, 1, 4)
DAYS = 3000
"""Days on which people were habilitated, each with a course of its own."""
AT_ONCE = 20_000

_PERSON = ("id", "first_name", "last_name", "email", "phone")
_ACCOUNT = ("id", "caisse_id", "person_id", "identifier", "state", "services", "revision")
_OPENED = ("id", "convention_id", "person_id", "account_id", "service", "created_at", "revision")


class Population(NamedTuple):
    """Who may be asked about."""

    caisse: Caisse
    service: str
    size: int


def identifier(number: int) -> str:
    """The identifier of an account, by its number from 1."""
    return f"mesure{number:07}"


def populated(size: int) -> Population:
    """``size`` accounts of one caisse, each of a person habilitated to the one service."""
    Portfolio().signed(SIGNED, CONVENTIONS)
    caisse = Caisse.objects.get(code="MESURE")
    convention = Convention.objects.select_related("pinned", "partner", "caisse").earliest("pk")
    service = convention.rules.services[0].code
    columns = (*cached_columns(Habilitation), "snapshot", "sweep_error", "request_reference")
    settled = _settled(convention, service, columns)
    for start in range(1, size + 1, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, size + 1))
        bulk.insert(Person, _PERSON, [(n, "Camille", f"Mesure {n}", "", "") for n in numbers])
        bulk.insert(
            Account,
            _ACCOUNT,
            [(n, caisse.pk, n, identifier(n), "open", [service], 1) for n in numbers],
        )
        opened = (*_OPENED, *columns)
        now = clock.now()
        bulk.insert(
            Habilitation,
            opened,
            [
                (n, 1 + n % CONVENTIONS, n, n, service, now, 1, *settled[n % len(settled)])
                for n in numbers
            ],
        )
    return Population(caisse, service, size)


def _settled(convention: Convention, service: str, columns: tuple[str, ...]) -> list[list[object]]:
    """What a habilitation granted on each of the days settles with."""
    today = clock.today()
    timeline = convention.replayed(known_acts(convention), today)
    settled = []
    for number in range(DAYS):
        on = SIGNED + timedelta(days=number)
        recorded_at = datetime.combine(on, time(12), tzinfo=PARIS)
        granted = Granted(id="granted", on=on, recorded_at=recorded_at, user="1")
        one = Habilitation(convention=convention, service=service, engine_version=ENGINE_VERSION)
        life = habilitation_life.replay(timeline, [granted], today)
        for name, value in cache_of(one, life).items():
            setattr(one, name, value)
        settled.append([getattr(one, name) for name in columns])
    return settled
