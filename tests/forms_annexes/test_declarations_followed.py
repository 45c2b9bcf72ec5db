"""What follows once the caisse has handled a declaration, and what is refused before."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from contracts.models import (
    Convention,
    ConventionSite,
    Partner,
    Signatory,
    SignatoryPower,
    Site,
    User,
)
from forms_annexes.declarations.kinds import kind_of
from forms_annexes.models import Declaration
from forms_annexes.services import declaring, handling
from forms_annexes.services.declaring import StaleDeclaration, Told
from tests.documents import plain
from tests.forms_annexes.declaring import (
    Declare,
    Move,
    a_file,
    declared,
    ended,
    faults,
    registered,
    told,
)
from tests.portfolio import record
from workflows import clock
from workflows.recording import ActRefused

__all__ = ["declared", "ended", "registered"]

pytestmark = pytest.mark.django_db

SIGNATORY = {"first_name": "Claude", "last_name": "Essai", "quality": "Maire"}


# Addresses and signatories.


def test_a_change_of_address_is_recorded_in_the_file_and_holds_from_the_day_told(
    declared: Declare, in_force: Convention, partner: Partner, clerk: User
) -> None:
    sent = declared("address", told({"address": "2 rue Neuve"}, on="2024-03-01"))
    done = handling.handle(sent, clerk, date(2024, 2, 1))
    act = in_force.acts.get(kind="address_change")
    assert (act.on, act.payload["by"]) == (date(2024, 2, 1), "partner")
    partner.refresh_from_db()
    assert partner.address_on(date(2024, 2, 29)) == partner.address == ""
    assert partner.address_on(date(2024, 3, 1)) == "2 rue Neuve"
    assert "à compter du 1er mars 2024" in plain(done.outcome)
    assert partner.address_changes.get().author == clerk


def test_a_structure_that_moves_leaves_the_address_of_the_partner(
    declared: Declare, in_force: Convention, partner: Partner, director: User, clerk: User
) -> None:
    site = Site.objects.create(partner=partner, name="Multi-accueil d’Essai", address="1 rue Verte")
    ConventionSite.objects.create(convention=in_force, site=site)
    said = told({"address": "2 rue Neuve"}, on="2024-01-15", site=site)
    done = handling.handle(declared("address", said), clerk, date(2024, 2, 1))
    assert (site.current_address, partner.current_address) == ("2 rue Neuve", "")
    assert "de la structure à compter du 15 janvier 2024" in plain(done.outcome)


def test_where_the_convention_wants_a_registered_letter_its_number_and_day_are_asked(
    declared: Declare, registered: Convention, clerk: User, today: Move
) -> None:
    new = {"address": "2 rue Neuve"}
    letter = {"letter_number": "1A 123 456 7890 1", "letter_posted_on": "2024-01-30"}
    with pytest.raises(ValidationError) as refused:
        declared("address", told(new, on="2024-03-01"), registered)
    assert set(faults(refused)) == {"letter_number", "letter_posted_on", "piece"}
    late = letter | {"letter_posted_on": "2024-02-02"}
    with pytest.raises(ValidationError) as refused:
        declared("address", told(new | late, on="2024-03-01", files=(a_file(),)), registered)
    assert set(faults(refused)) == {"letter_posted_on"}
    sent = declared("address", told(new | letter, on="2024-03-01", files=(a_file(),)), registered)
    today("2024-02-05")
    handling.handle(sent, clerk, date(2024, 2, 5))
    act = registered.acts.get(kind="address_change")
    assert act.on == date(2024, 1, 30)
    assert act.evidence.count() == 1


def test_a_new_signatory_signs_from_the_day_told(
    declared: Declare, partner: Partner, clerk: User
) -> None:
    with pytest.raises(ValidationError) as refused:
        declared("signatory", told(SIGNATORY, on="2024-01-20"))
    assert set(faults(refused)) == {"piece"}
    sent = declared("signatory", told(SIGNATORY, on="2024-01-20", files=(a_file(),)))
    handling.handle(sent, clerk, date(2024, 2, 1))
    named = Signatory.objects.get(partner=partner)
    assert (named.quality, named.person.last_name) == ("Maire", "Essai")
    assert SignatoryPower.objects.get(signatory=named).first_day == date(2024, 1, 20)


def test_the_agent_may_take_note_of_a_signatory_without_entering_anybody(
    declared: Declare, clerk: User
) -> None:
    sent = declared("signatory", told(SIGNATORY, on="2024-01-20", files=(a_file(),)))
    done = handling.handle(sent, clerk, date(2024, 2, 1), enters=False)
    assert not Signatory.objects.exists()
    assert "rien d’autre n’est modifié" in done.outcome


# Giving notice, and after the end.


def test_an_intention_to_give_notice_changes_nothing_of_the_convention(
    declared: Declare, in_force: Convention, clerk: User
) -> None:
    with pytest.raises(ValidationError) as refused:
        declared("notice", told({}))
    assert set(faults(refused)) == {"understood"}
    sent = declared("notice", told({"understood": "oui"}))
    in_force.refresh_from_db()
    assert in_force.state == "active"
    with pytest.raises(StaleDeclaration, match=sent.number):
        declared("notice", told({"understood": "oui"}))
    handling.handle(sent, clerk, date(2024, 2, 1))
    assert not in_force.acts.filter(kind="notice").exists()


def test_the_attestation_closes_the_waiting_once_an_agent_has_checked_it(
    declared: Declare, ended: Convention, clerk: User
) -> None:
    def said(on: str) -> Told:
        return told({"manner": "destroyed"}, on=on, files=(a_file("attestation.pdf"),))

    for wrong in ("2024-03-30", "2024-04-11"):
        with pytest.raises(ValidationError) as refused:
            declared("attestation", said(wrong), ended)
        assert set(faults(refused)) == {"declared_on"}
    sent = declared("attestation", said("2024-04-05"), ended)
    assert [d.done_on for d in duties(ended)] == [None]
    handling.handle(sent, clerk, date(2024, 4, 10))
    assert [d.done_on for d in duties(ended)] == [date(2024, 4, 5)]
    with pytest.raises(StaleDeclaration, match="déjà reçue"):
        declared("attestation", said("2024-04-05"), ended)


def duties(convention: Convention) -> list[Any]:
    timeline = Convention.objects.get(pk=convention.pk).timeline(clock.today())
    return [duty for duty in timeline.duties if duty.code == "attestation"]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("attestation", told({"manner": "destroyed"}, on="2024-02-01", files=(a_file(),))),
        ("review", told({})),
    ],
)
def test_what_the_state_of_the_convention_does_not_allow_is_refused(
    declared: Declare, kind: str, said: Told
) -> None:
    with pytest.raises(StaleDeclaration):
        declared(kind, said)
    assert not Declaration.objects.exists()


@pytest.mark.parametrize("kind", ["breach", "right_request", "avenant", "notice"])
def test_a_draft_has_nothing_to_declare_but_who_and_where(
    convention: Convention, director: User, kind: str
) -> None:
    with pytest.raises(StaleDeclaration):
        declaring.declare(convention, kind_of(kind), director, told({}))
    said = told({"address": "2 rue Neuve"}, on="2024-02-01")
    assert declaring.declare(convention, kind_of("address"), director, said).pk


def test_a_refused_act_leaves_the_declaration_as_it_was(
    declared: Declare, ended: Convention, clerk: User
) -> None:
    sent = declared(
        "attestation", told({"manner": "returned"}, on="2024-04-05", files=(a_file(),)), ended
    )
    end = ended.acts.get(kind="mutual_termination")
    record(ended, "annulment", "2024-04-10", of=end.identifier, reason="Erreur de dossier")
    with pytest.raises(ActRefused):
        handling.handle(sent, clerk, date(2024, 4, 10))
    sent.refresh_from_db()
    assert sent.status == "sent"
