"""What two people decide: proposed by one, confirmed by another, on facts that still stand."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from contracts.models import Caisse, Convention, Proposal, ProposalAnswer, User, UserScope
from contracts.services.four_eyes import wants_two_people
from contracts.services.proposals import (
    NotProposed,
    StaleProposal,
    confirm,
    propose,
    refuse,
    to_confirm,
    withdraw,
)
from contracts.services.proposed_acts import CONVENTION, propose_acts
from tests.portfolio import an_act, record
from workflows import clock

pytestmark = pytest.mark.django_db

AGREED = {"last_day": "2024-03-31", "agreed_by": ["caisse", "partner"]}


def lawyer(caisse: Caisse, name: str, role: str = "legal_officer") -> User:
    user = User.objects.create_user(f"{name}@caisse.example", first_name=name)
    UserScope.objects.create(user=user, caisse=caisse, role=role, first_day=date(2024, 1, 1))
    return user


@pytest.fixture
def maxence(caisse: Caisse) -> User:
    return lawyer(caisse, "maxence")


@pytest.fixture
def alix(caisse: Caisse) -> User:
    return lawyer(caisse, "alix", "director")


@pytest.fixture
def proposal(convention: Convention, maxence: User) -> Proposal:
    act = an_act("mutual_termination", "2024-02-01", **AGREED)
    return propose_acts(
        CONVENTION,
        convention,
        [act],
        maxence,
        seen_revision=convention.revision,
        convention=convention,
    )


def ends(convention: Convention) -> bool:
    return convention.acts.filter(kind="mutual_termination").exists()


def test_it_takes_effect_when_another_confirms_it_and_once(
    proposal: Proposal, convention: Convention, maxence: User, alix: User
) -> None:
    assert not ends(convention)
    assert list(to_confirm(alix, clock.today())) == [proposal]
    confirm(proposal, alix)
    assert convention.acts.get(kind="mutual_termination").author == alix
    assert not to_confirm(alix, clock.today()).exists()
    with pytest.raises(NotProposed, match="a déjà sa réponse"):
        confirm(proposal, alix)
    assert convention.acts.filter(kind="mutual_termination").count() == 1


def test_whoever_proposed_it_cannot_confirm_it_even_in_the_database(
    proposal: Proposal, convention: Convention, maxence: User
) -> None:
    assert not to_confirm(maxence, clock.today()).exists()
    with pytest.raises(NotProposed, match="quelqu’un d’autre"):
        confirm(proposal, maxence)
    with pytest.raises(DatabaseError), transaction.atomic():
        ProposalAnswer.objects.create(
            proposal=proposal, outcome="confirmed", author=maxence, at=clock.now()
        )
    assert not ends(convention)
    withdraw(proposal, maxence)
    assert proposal.answer.outcome == "withdrawn"


def test_without_the_power_one_neither_proposes_nor_answers(
    proposal: Proposal, convention: Convention, caisse: Caisse
) -> None:
    clerk = lawyer(caisse, "camille", "back_office_agent")
    other = lawyer(Caisse.objects.create(code="AUTRE", name="Une autre"), "lou")
    for stranger in (clerk, other):
        assert not to_confirm(stranger, clock.today()).exists()
        with pytest.raises(NotProposed, match="Votre rôle"):
            confirm(proposal, stranger)
        with pytest.raises(NotProposed, match="Votre rôle"):
            refuse(proposal, stranger, "Non.")
        with pytest.raises(NotProposed, match="Votre rôle"):
            propose(
                CONVENTION,
                stranger,
                identifier=uuid4().hex,
                title="Essai",
                payload={"acts": []},
                seen="1",
                convention=convention,
            )
    assert not ProposalAnswer.objects.exists()


def test_a_role_in_one_caisse_shows_nothing_of_another(
    proposal: Proposal, caisse: Caisse, maxence: User
) -> None:
    """Lawyer of the one and data protection officer of the other, who confirms eliminations."""
    other = Caisse.objects.create(code="AUTRE", name="Une autre")
    both = lawyer(caisse, "lou")
    UserScope.objects.create(user=both, caisse=other, role="dpo", first_day=date(2024, 1, 1))
    here, there = (
        Proposal.objects.create(
            identifier=uuid4().hex,
            kind="elimination",
            title="Essai",
            caisse=one,
            payload={},
            proposed_by=maxence,
            proposed_at=clock.now(),
        )
        for one in (caisse, other)
    )
    shown = set(to_confirm(both, clock.today()))
    assert here not in shown
    assert shown == {proposal, there}


def test_facts_that_changed_make_it_stale_and_it_says_which(
    proposal: Proposal, convention: Convention, alix: User, maxence: User
) -> None:
    record(convention, "deliberation", "2024-02-01", reference="D-1")
    with pytest.raises(StaleProposal, match=r"Délibération.*1er.février 2024.*de nouveau"):
        confirm(proposal, alix)
    assert not ends(convention)
    assert Proposal.objects.open().get() == proposal


def test_it_is_refused_for_a_reason(proposal: Proposal, convention: Convention, alix: User) -> None:
    with pytest.raises(NotProposed, match="Dites pourquoi"):
        refuse(proposal, alix, "  ")
    with pytest.raises(NotProposed, match=r"sécurité sociale|NIR|numéro"):
        refuse(proposal, alix, "2 95 10 99 126 111 93")
    refuse(proposal, alix, "L’accord n’est pas signé.")
    assert proposal.answer.reason == "L’accord n’est pas signé."
    assert not ends(convention)


def test_a_form_sent_twice_proposes_once(
    proposal: Proposal, convention: Convention, maxence: User
) -> None:
    again = propose(
        CONVENTION,
        maxence,
        identifier=proposal.identifier,
        title="La même",
        payload=proposal.payload,
        seen=proposal.seen,
        convention=convention,
    )
    assert again == proposal
    with pytest.raises(NotProposed, match="autre chose"):
        propose(
            CONVENTION,
            maxence,
            identifier=proposal.identifier,
            title="Une autre",
            payload={"acts": []},
            seen=proposal.seen,
            convention=convention,
        )


@pytest.mark.parametrize(
    ("kind", "fields", "two"),
    [
        ("mutual_termination", AGREED, True),
        ("formal_notice", {"letter": "1", "by": "caisse", "form": "registered_letter"}, True),
        ("formal_notice", {"letter": "1", "by": "partner", "form": "registered_letter"}, False),
        ("suspension", {"nature": "definitive"}, True),
        ("user_suspended", {"user": "1", "nature": "definitive"}, True),
        ("user_suspended", {"user": "1", "nature": "temporary"}, False),
        ("deliberation", {"reference": "D-1"}, False),
    ],
)
def test_two_people_end_a_convention_for_the_caisse_or_an_access_for_good(
    today: Callable[[str], None], kind: str, fields: dict[str, object], two: bool
) -> None:
    today("2024-02-01")
    assert wants_two_people([an_act(kind, "2024-02-01", **fields)]) == two
