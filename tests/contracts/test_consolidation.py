"""The document of an avenant, and the consolidated text and rules of any day."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest

from contracts.models import (
    Convention,
    IssuedDocument,
    Partner,
    Person,
    Signatory,
    User,
)
from contracts.services import avenants
from contracts.services.avenant_documents import avenant_document
from contracts.services.consolidation import consolidated
from contracts.services.rulebooks import publish
from tests.contracts.avenants_told import THREE_YEARS, prepared, refusal, signed, status
from tests.documents import plain, text_of
from tests.portfolio import record
from workflows import clock
from workflows.replay import replay

pytestmark = pytest.mark.django_db


def test_the_document_gives_the_new_wording_of_what_changes_alone(convention: Convention) -> None:
    avenant = prepared(convention, changes={"term.length": "P3Y", "notice.length": "P2M"})
    document = avenant_document(avenant)
    text = text_of(document)
    assert plain(document.title) == "Avenant n° 1"
    assert "L’article 9-1 (Durée et date d’effet) est remplacé par :" in text
    assert "La convention dure 3 ans" in text
    assert "L’article 9-2" not in text
    assert "au moins 2 mois avant la fin" in text
    assert "Pour la structure AJE :" in text


def test_sending_issues_the_document(convention: Convention, agent: User) -> None:
    avenant = prepared(convention)
    fact = avenants.send(avenant, clock.today(), agent, uuid4())
    issued = IssuedDocument.objects.get()
    assert fact.document == issued
    assert (issued.kind, issued.code) == ("avenant", "avenant-1")
    assert status(avenant) == "Envoyé pour signature"


def test_the_consolidated_text_names_the_avenant_from_its_first_day(
    convention: Convention,
) -> None:
    avenant = prepared(convention, changes=THREE_YEARS, effective_on=date(2024, 3, 1))
    for party in ("caisse", "partner"):
        signed(avenant, party, "2024-02-01")
    convention.refresh_from_db()
    note = "Modifié par l’avenant n° 1, en vigueur depuis le 1er mars 2024."
    before = text_of(consolidated(convention, date(2024, 2, 29)).document)
    after = text_of(consolidated(convention, date(2024, 3, 1)).document)
    assert note not in before
    assert after.count(note) == 1
    assert "La convention dure 1 an" in before
    assert "La convention dure 3 ans" in after


@pytest.mark.parametrize(
    "day", ["2020-01-01", "2024-02-29", "2024-03-01", "2024-09-15", "2040-01-01"]
)
def test_the_consolidated_rules_are_those_of_the_engine(convention: Convention, day: str) -> None:
    for changes, effect in (
        (THREE_YEARS, "2024-03-01"),
        ({"notice.length": "P1M"}, "2024-09-15"),
    ):
        avenant = prepared(convention, changes=changes, effective_on=date.fromisoformat(effect))
        for party in ("caisse", "partner"):
            signed(avenant, party, "2024-02-01")
    on = date.fromisoformat(day)
    acts = convention.timeline(clock.today()).circumstances.acts
    engine = replay(convention.rules, [act for act in acts if act.legal_date <= on], on)
    assert consolidated(convention, on).rulebook == engine.rulebook


def test_an_avenant_recorded_without_preparation_is_consolidated_too(
    convention: Convention,
) -> None:
    record(convention, "avenant", "2024-02-01", effective_on="2024-02-01", changes=THREE_YEARS)
    now = consolidated(convention, date(2024, 2, 1))
    assert [plain(one.name) for one in now.avenants] == ["l’avenant du 1er février 2024"]
    assert "3 ans" in text_of(now.document)


def test_a_change_of_model_waits_for_the_texts_of_that_version(convention: Convention) -> None:
    target, _ = publish(convention.rules.amended({"version": 2, "notice.length": "P2M"}))
    said = refusal(lambda: prepared(convention, "model", target=target))
    assert "Le texte de l’avenant ne peut pas s’écrire" in said


def test_a_change_of_model_moves_to_the_very_rules_of_the_other_version(
    convention: Convention, draft: Callable[..., Convention]
) -> None:
    own = {"code": "modele-d-essai-sans-texte"}
    publish(convention.rules.amended(own))
    opened = draft(rulebook_code=own["code"])
    record(opened, "cnil", "2024-01-12", basis="transmission", reference="T-1")
    for party in ("caisse", "partner"):
        record(opened, "signature", "2024-01-15", party=party)
    other = {"version": 2, "notice.length": "P2M", "breach.cure": "express"}
    target, _ = publish(convention.rules.amended(own | other))
    avenant = prepared(opened, "model", target=target)
    assert avenant.changes == other
    for party in ("caisse", "partner"):
        signed(avenant, party, "2024-02-01")
    assert opened.timeline(clock.today()).rulebook == target.rulebook
    assert "autre type" in refusal(lambda: prepared(convention, "model", target=target))


def test_an_avenant_may_not_end_the_running_term_in_the_past(
    convention: Convention, today: Callable[[str], None]
) -> None:
    today("2024-09-05")
    said = refusal(lambda: prepared(convention, changes={"term.length": "P6M"}))
    assert "résiliation d’un commun accord" in said


def test_a_party_is_substituted_and_the_first_one_stays_in_the_past(
    convention: Convention,
) -> None:
    new = Partner.objects.create(name="Commune nouvelle d’Essai", kind="commune")
    avenant = prepared(
        convention, "parties", successor=new, effective_on=date(2024, 3, 1), reason="Fusion"
    )
    text = text_of(avenant_document(avenant))
    assert "Commune nouvelle d’Essai prend la place de Commune d’Essai" in text
    assert "sans que ce changement donne à l’une des parties le droit d’y mettre fin" in text
    last_day = convention.term_last_day
    for party in ("caisse", "partner"):
        signed(avenant, party, "2024-02-01")
    convention.refresh_from_db()
    assert convention.term_last_day == last_day
    before = text_of(consolidated(convention, date(2024, 2, 29)).document)
    after = text_of(consolidated(convention, date(2024, 3, 1)).document)
    assert "Commune nouvelle d’Essai" not in before
    assert "La structure d’accueil du jeune enfant Commune nouvelle d’Essai" in after
    assert Partner.objects.get(pk=convention.partner_id).name == "Commune d’Essai"


def test_names_seats_and_representatives_change_by_avenant(convention: Convention) -> None:
    person = Person.objects.create(first_name="Camille", last_name="Exemple")
    who = Signatory.objects.create(partner=convention.partner, person=person, quality="présidente")
    avenant = prepared(
        convention,
        "parties",
        representative=who,
        party_facts={"caisse.name": "Caisse renommée", "partner.address": "3 rue Neuve"},
    )
    assert avenant.changes == {"parties.caisse.name": "Caisse renommée"}
    text = text_of(avenant_document(avenant))
    for words in ("Caisse renommée", "3 rue Neuve", "Camille Exemple, en sa qualité de présidente"):
        assert words in text


def test_an_annex_is_replaced_from_the_day_of_effect(convention: Convention) -> None:
    avenant = prepared(
        convention,
        "annexes",
        annex="annexe-1",
        annex_text="Le texte **neuf** de l’annexe.",
        effective_on=date(2024, 3, 1),
    )
    assert "L’annexe 1 (" in text_of(avenant_document(avenant))
    for party in ("caisse", "partner"):
        signed(avenant, party, "2024-02-01")
    assert "Le texte neuf de l’annexe." not in text_of(
        consolidated(convention, date(2024, 2, 29)).document
    )
    assert "Le texte neuf de l’annexe." in text_of(
        consolidated(convention, date(2024, 3, 1)).document
    )
