"""The gate of what two people decide: whoever records, nothing passes on one person's word."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from access.models import Habilitation
from contracts.models import Caisse, Convention, ProposalAnswer, User
from contracts.services.four_eyes import WantsTwoPeople
from contracts.services.proposals import confirm, refuse
from contracts.services.proposed_acts import CONVENTION, acts_of, propose_acts
from tests.desk.habilitated import habilitation, person
from tests.desk.test_pages import give
from tests.portfolio import an_act
from workflows.subjects import record
from workflows.together import record_all

__all__ = ["habilitation", "person"]

pytestmark = pytest.mark.django_db

AGREED = {"last_day": "2024-03-31", "agreed_by": ["caisse", "partner"]}
LETTER = {"by": "caisse", "form": "registered_letter"}


def a_lawyer(caisse: Caisse, name: str) -> User:
    user = User.objects.create_user(f"{name}@caisse.example", first_name=name)
    give(user, caisse, role="legal_officer")
    return user


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("mutual_termination", AGREED),
        ("suspension", {"nature": "definitive", "reason": "Essai"}),
        ("formal_notice", LETTER | {"letter": "1"}),
        ("formal_notice", LETTER | {"letter": "envoi-1"}),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_one_person_or_nobody_records_no_end(
    convention: Convention, caisse: Caisse, kind: str, fields: dict[str, Any], known: bool
) -> None:
    author = a_lawyer(caisse, "maxence") if known else None
    before = convention.acts.count()
    for write in (
        lambda act: record(convention, act, author),
        lambda act: record_all(convention, [act], author),
    ):
        with pytest.raises(WantsTwoPeople, match="deux personnes le décident"):
            write(an_act(kind, "2024-02-01", **fields))
    assert convention.acts.count() == before


def test_one_person_suspends_no_user_for_good(habilitation: Habilitation, caisse: Caisse) -> None:
    act = an_act(
        "user_suspended",
        "2024-02-01",
        user=habilitation.user_key,
        nature="definitive",
        reason_code="misuse",
    )
    with pytest.raises(WantsTwoPeople):
        record(habilitation, act, a_lawyer(caisse, "maxence"))
    record(habilitation, replace(act, nature="temporary"), None)


def test_what_was_confirmed_is_recorded_and_nothing_else_and_by_nobody_else(
    convention: Convention, caisse: Caisse
) -> None:
    maxence, alix = a_lawyer(caisse, "maxence"), a_lawyer(caisse, "alix")
    act = an_act("mutual_termination", "2024-02-01", **AGREED)
    seen = convention.revision
    proposal = propose_acts(
        CONVENTION, convention, [act], maxence, seen_revision=seen, convention=convention
    )
    ProposalAnswer.objects.create(
        proposal=proposal, outcome="confirmed", author=alix, at=proposal.proposed_at
    )
    (confirmed,) = acts_of(proposal)
    for other, author in (
        (confirmed, maxence),
        (replace(confirmed, last_day=date(2024, 2, 15)), alix),
        (replace(confirmed, id="another"), alix),
    ):
        with pytest.raises(WantsTwoPeople):
            record(convention, other, author)

    record(convention, confirmed, alix)

    assert convention.acts.get(kind="mutual_termination").author == alix


def test_a_refused_proposal_opens_nothing(convention: Convention, caisse: Caisse) -> None:
    maxence, alix = a_lawyer(caisse, "maxence"), a_lawyer(caisse, "alix")
    act = an_act("mutual_termination", "2024-02-01", **AGREED)
    seen = convention.revision
    proposal = propose_acts(
        CONVENTION, convention, [act], maxence, seen_revision=seen, convention=convention
    )
    refuse(proposal, alix, "L’accord n’est pas signé.")

    with pytest.raises(WantsTwoPeople):
        record(convention, act, alix)
    again = propose_acts(
        CONVENTION,
        convention,
        [replace(act, id="again")],
        maxence,
        seen_revision=seen,
        convention=convention,
    )
    confirm(again, alix)
    assert convention.acts.get(kind="mutual_termination").identifier == "again"
