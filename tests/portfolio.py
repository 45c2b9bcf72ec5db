"""Fixtures: a fictitious caisse, its partner, and conventions that live by a published rulebook."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest

from contracts.models import (
    Caisse,
    Convention,
    Partner,
    Proposal,
    ProposalAnswer,
    PublishedRulebook,
    User,
)
from contracts.services.conventions import draft_convention
from contracts.services.four_eyes import said, wants_two_people
from contracts.services.proposed_acts import CONVENTION
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from workflows import clock, subjects
from workflows.act_payloads import parse
from workflows.acts import Act

YEARLY = "psu-msa-picardie"
"""One year, tacitly renewed, notice of three months; effect at the last signature and CNIL."""


def noon(day: str) -> datetime:
    """Noon in Paris on an ISO civil date."""
    return clock.start_of_day(date.fromisoformat(day)).replace(hour=12)


def an_act(kind: str, on: str, **fields: Any) -> Act:
    """An act as a form would make it now: a fresh identifier, recorded at this instant."""
    common = {"id": str(uuid4()), "on": on, "recorded_at": clock.now().isoformat()}
    return parse(kind, common | fields)


def record(convention: Convention, kind: str, on: str, **fields: Any) -> Any:
    """Record an act about a convention, by nobody in particular or by the two that it wants."""
    act = an_act(kind, on, **fields)
    return subjects.record(convention, act, author=second_person(convention, act))


def second_person(convention: Convention, act: Act) -> User | None:
    """Who confirmed the act that another proposed; nobody where one person is enough."""
    if not wants_two_people([act]):
        return None
    first, second = (
        User.objects.get_or_create(email=f"{name}@decision.example")[0]
        for name in ("propose", "confirme")
    )
    proposal = Proposal.objects.create(
        identifier=act.id,
        kind=CONVENTION,
        title=act.label,
        caisse=convention.caisse,
        convention=convention,
        payload={"acts": [said(act)]},
        proposed_by=first,
        proposed_at=clock.now(),
    )
    confirmed = ProposalAnswer.Outcome.CONFIRMED
    ProposalAnswer.objects.create(
        proposal=proposal, outcome=confirmed, author=second, at=clock.now()
    )
    return second


def corrupt(convention: Convention) -> None:
    """Slip in an act that no version of Tacite could have written, and have it read again."""
    convention.acts.create(
        identifier="corrupt",
        kind="cnil",
        on=date(2024, 1, 20),
        recorded_at=clock.now(),
        payload={"basis": "hearsay"},
        revision=99,
        digest="0" * 64,
    )
    Convention.objects.filter(pk=convention.pk).update(snapshot="")


def life(convention: Convention) -> list[tuple[str, str]]:
    """The steps that the journal believes, with their legal dates."""
    from workflows.journal import standing

    return [
        (entry.name, entry.on.isoformat())
        for entry in standing(convention.journal.order_by("number"))
    ]


@pytest.fixture
def today() -> Iterator[Callable[[str], None]]:
    """Set the clock to noon in Paris on a day, as often as the test wants."""
    original = clock.system_time

    def move(day: str) -> None:
        clock.install(lambda: noon(day))

    yield move
    clock.install(original)


@pytest.fixture
def agent(db: None) -> User:
    return User.objects.create_user("agent@caisse.example")


@pytest.fixture
def caisse(db: None) -> Caisse:
    return Caisse.objects.create(code="CAISSE1", name="Caisse d’essai")


@pytest.fixture
def partner(db: None) -> Partner:
    return Partner.objects.create(name="Commune d’Essai", kind="commune", siren="214202798")


@pytest.fixture
def yearly(db: None) -> PublishedRulebook:
    return publish(rulebook(YEARLY))[0]


@pytest.fixture
def draft(caisse: Caisse, partner: Partner, yearly: PublishedRulebook) -> Callable[..., Convention]:
    """Open drafts of a yearly convention."""

    def open_draft(**changes: Any) -> Convention:
        wanted = {"caisse": caisse, "partner": partner, "rulebook_code": yearly.code} | changes
        return draft_convention(**wanted)

    return open_draft


@pytest.fixture
def convention(draft: Callable[..., Convention], today: Callable[[str], None]) -> Convention:
    """A yearly convention in force since 15 January 2024, seen on 1 February 2024."""
    today("2024-01-10")
    opened = draft()
    today("2024-02-01")
    record(opened, "cnil", "2024-01-12", basis="transmission", reference="T-1")
    record(opened, "signature", "2024-01-13", party="partner")
    record(opened, "signature", "2024-01-15", party="caisse")
    return opened
