"""More of what the pages of the desk list, beside one of each: where a query a row would show."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from access.services.habilitations import grant
from contracts.models import (
    AvenantCampaign,
    Convention,
    Partner,
    Person,
    Signatory,
    SignatoryPower,
    Site,
    User,
    UserScope,
)
from contracts.services import avenant_preparation
from contracts.services.avenant_preparation import Wanted
from contracts.services.conventions import draft_convention
from contracts.services.outgoing_letters import entered
from contracts.services.proposed_acts import CONVENTION, propose_acts
from forms_annexes.declarations.kinds import kind_of
from forms_annexes.services import declaring, filling
from forms_annexes.services.declaring import Told
from tests.contracts.campaigned import under_way
from tests.contracts.received import a_letter
from tests.contracts.test_scanning import a_document
from tests.forms_annexes.conftest import a_member, answered
from tests.portfolio import an_act, record
from workflows import clock, subjects

LETTERS = ("RK123456799FR", "RK123456808FR")


def more_rows(convention: Convention, commit: Any) -> None:
    """Two more of most things about a convention, its partner and its caisse."""
    for letter in LETTERS:
        _about_its_partner(convention, commit, letter)
        _about_itself(convention, commit, letter)


def _about_its_partner(convention: Convention, commit: Any, letter: str) -> None:
    caisse, partner = convention.caisse, convention.partner
    other = draft_convention(caisse=caisse, partner=partner, rulebook_code=convention.rulebook_code)
    record(other, "cnil", "2024-01-12", basis="transmission", reference="T-1")
    record(other, "signature", "2024-01-13", party="partner")
    record(other, "signature", "2024-01-15", party="caisse")
    member = a_member(f"{letter}@partenaire.example", partner)
    filling.send(answered(filling.start(other, member)), member)
    answers = {"nature": "lost_device", "certainty": "certain", "description": "Un poste volé."}
    declaring.declare(other, kind_of("breach"), member, Told(answers, aware_at=clock.now()))
    signatory = Signatory.objects.create(
        partner=partner, person=Person.objects.create(last_name="Essai"), quality="adjoint"
    )
    SignatoryPower.objects.create(signatory=signatory, first_day=date(2024, 1, 1))
    alike = Partner.objects.create(name="Commune d’essai", kind="commune")
    Site.objects.create(partner=alike, name="Une structure")
    draft_convention(caisse=caisse, partner=alike, rulebook_code=convention.rulebook_code)
    officer = User.objects.create_user(f"{letter}@caisse.example")
    UserScope.objects.create(
        user=officer, caisse=caisse, role="legal_officer", first_day=date(2024, 1, 1)
    )
    ended = an_act(
        "mutual_termination", "2024-02-01", last_day="2024-03-31", agreed_by=["caisse", "partner"]
    )
    under_way(other, officer, User.objects.get(email="juriste@caisse.example"))
    AvenantCampaign.objects.order_by("pk")[0].lines.create(convention=other)
    propose_acts(
        CONVENTION,
        other,
        [ended],
        officer,
        seen_revision=other.revision,
        evidence=list(convention.acts.get(kind="deliberation", on="2024-01-09").evidence.all()),
        convention=other,
    )


def _about_itself(convention: Convention, commit: Any, letter: str) -> None:
    told = convention.acts.get(kind="deliberation", on="2024-01-09")
    proof = told.evidence.get()
    again = an_act("deliberation", "2024-01-10", reference=letter)
    subjects.record(convention, again, author=None, evidence=[proof])
    convention.sites.add(Site.objects.create(partner=convention.partner, name=letter))
    person = Person.objects.create(first_name="Dominique", last_name="Essai")
    with commit(execute=True):
        grant(convention, person, convention.rules.services[0].code, None, clock.today())
    longer = Wanted("duration", changes={"term.length": "P4Y"})
    avenant_preparation.prepare(convention, longer, None, uuid4())
    a_document(convention, 1)
    entered(a_document(convention, 1, "letter"))
    author = User.objects.get(email="auteur@caisse.example")
    a_letter(convention.caisse, author, proof, letter)
