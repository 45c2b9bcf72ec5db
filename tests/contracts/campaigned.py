"""Campaigns as the tests tell them: a second version of the yearly model, and who decides."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from contracts.models import (
    Agent,
    AvenantCampaign,
    Caisse,
    CampaignLaunch,
    CampaignLine,
    Convention,
    Partner,
    Person,
    Power,
    PublishedRulebook,
    User,
    UserScope,
)
from contracts.services.campaign_launch import propose_launch
from contracts.services.campaign_lines import LABELS, LineStanding, with_standing
from contracts.services.campaigns import Asked, open_campaign
from contracts.services.outgoing_acts import Told
from contracts.services.outgoing_letters import entered, passed
from contracts.services.proposals import confirm
from contracts.services.rulebooks import publish
from templates_conventions import texts
from templates_conventions.catalogue import rulebook
from templates_conventions.texts import TextSettings
from tests.portfolio import YEARLY, record
from workflows import clock
from workflows.effect_worker import drain

TWO_MONTHS = {"version": 2, "notice.length": "P2M"}


@pytest.fixture
def texts_of_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """The texts of each type as a lawyer who wrote « rulebook_versions = [1, 2] » has them."""
    written = texts._settings

    def settings(path: Path) -> tuple[TextSettings, Any]:
        found, source = written(path)
        return found.model_copy(update={"rulebook_versions": (1, 2)}), source

    monkeypatch.setattr(texts, "_settings", settings)


def second_version() -> PublishedRulebook:
    """The second version of the yearly model: a notice of two months instead of three."""
    return publish(rulebook(YEARLY).amended(TWO_MONTHS))[0]


def lawyer(caisse: Caisse, name: str, role: str = "legal_officer") -> User:
    user = User.objects.create_user(f"{name}@caisse.example", first_name=name)
    UserScope.objects.create(user=user, caisse=caisse, role=role, first_day=date(2024, 1, 1))
    return user


@pytest.fixture
def maxence(caisse: Caisse) -> User:
    return lawyer(caisse, "maxence")


@pytest.fixture
def alix(caisse: Caisse) -> User:
    """The director, who signs the letters."""
    user = lawyer(caisse, "alix", "director")
    person = Person.objects.create(last_name="Exemple", first_name="Alix")
    agent = Agent.objects.create(caisse=caisse, person=person, user=user, title="directrice")
    Power.objects.create(
        agent=agent,
        kind=Power.Kind.SIGN_LETTERS,
        delegation_reference="Délégation 2024-3",
        first_day=date(2024, 1, 1),
    )
    return user


Signed = Callable[[str], Convention]


@pytest.fixture
def in_force(draft: Callable[..., Convention], today: Callable[[str], None]) -> Signed:
    """Open conventions of the first version, in force since 15 January 2024."""
    today("2024-02-01")

    def sign(number: str) -> Convention:
        partner = Partner.objects.create(name=f"Commune fictive {number}", kind="commune")
        opened = draft(number=number, partner=partner)
        record(opened, "cnil", "2024-01-12", basis="transmission", reference="T-1")
        record(opened, "signature", "2024-01-13", party="partner")
        record(opened, "signature", "2024-01-15", party="caisse")
        return opened

    return sign


def opened(caisse: Caisse, author: User, **more: Any) -> AvenantCampaign:
    """A campaign from the first version, its lines weighed."""
    asked = Asked(caisse, second_version(), [1], "Le préavis passe à deux mois.", **more)
    campaign = open_campaign(asked, author, uuid4())
    drain()
    return campaign


def launched(caisse: Caisse, first: User, second: User, **more: Any) -> AvenantCampaign:
    """A campaign launched by two people, its avenants prepared."""
    campaign = opened(caisse, first, **more)
    confirm(propose_launch(campaign, first, identifier=str(uuid4())), second)
    drain()
    return campaign


def line_of(campaign: AvenantCampaign, convention: Convention) -> CampaignLine:
    rows = with_standing(campaign.lines.filter(convention=convention), clock.today())
    return rows.select_related("avenant", "letter", "document").get()


def post(convention: Convention, campaign: AvenantCampaign, director: User, on: str) -> None:
    """The director signs the letter of a line, and it is posted, as any letter is."""
    line = line_of(campaign, convention)
    assert line.letter is not None
    letter, day = entered(line.letter), date.fromisoformat(on)
    agent = Agent.objects.get(user=director)
    passed(letter, Told(kind="signed", on=day, signatory=agent), director, identifier=uuid4())
    told = Told(kind="posted_plain", on=day)
    passed(letter, told, director, identifier=uuid4())


def standings(campaign: AvenantCampaign) -> dict[str, str]:
    """Where each line stands, in words, by the number of its convention."""
    rows = with_standing(campaign.lines.all(), clock.today())
    found = rows.order_by("pk").values_list("convention__number", "standing")
    return {number: LABELS[LineStanding(standing)] for number, standing in found}


def under_way(convention: Convention, first: User, other: User) -> AvenantCampaign:
    """A campaign with one convention, launched, told by its rows alone."""
    campaign = AvenantCampaign.objects.create(
        identifier=uuid4(),
        caisse=convention.caisse,
        target=convention.pinned,
        from_versions=[],
        reason="Une nouvelle version est publiée.",
        author=first,
        opened_at=clock.now(),
    )
    campaign.lines.create(convention=convention, weighed_at=clock.now())
    CampaignLaunch.objects.create(
        campaign=campaign, proposed_by=first, confirmed_by=other, at=clock.now()
    )
    return campaign
