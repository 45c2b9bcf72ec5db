"""Avenants: prepared, signed by each party, and without effect until the last one has."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from contracts.avenant_status import AvenantStatus, standing_of, takes_effect
from contracts.models import (
    Avenant,
    AvenantFact,
    Convention,
)
from contracts.services import avenant_preparation, avenants
from contracts.services.avenant_preparation import Wanted
from contracts.services.consolidation import consolidated
from tests.contracts.avenants_told import THREE_YEARS, prepared, refusal, signed, status
from tests.portfolio import life, record
from workflows import clock

pytestmark = pytest.mark.django_db

# Where it stands.


@pytest.mark.parametrize(
    ("facts", "label"),
    [
        ({}, "En préparation"),
        ({"sent_on": date(2024, 2, 1)}, "Envoyé pour signature"),
        ({"signed": {"partner": date(2024, 2, 2)}}, "Signé par le partenaire"),
        ({"signed": {"caisse": date(2024, 2, 2)}}, "Signé par la caisse"),
        ({"signed": {"caisse": date(2024, 2, 2), "partner": date(2024, 2, 3)}}, "Signé"),
        ({"signed": {"caisse": date(2024, 2, 2)}, "abandoned": True}, "Classé sans suite"),
    ],
)
def test_the_status_follows_from_the_facts(facts: dict[str, Any], label: str) -> None:
    given = {"sent_on": None, "signed": {}, "abandoned": False} | facts
    assert standing_of(["caisse", "partner"], **given).label == label


def test_one_of_three_who_signed_leaves_two() -> None:
    stands = standing_of(
        ["caisse", "partner", "departement"],
        sent_on=None,
        signed={"departement": date(2024, 2, 2)},
        abandoned=False,
    )
    assert stands.status is AvenantStatus.PARTLY_SIGNED
    assert stands.missing == ("caisse", "partner")


def test_an_avenant_never_takes_effect_before_its_last_signature() -> None:
    assert takes_effect(None, date(2024, 3, 4)) == date(2024, 3, 4)
    assert takes_effect(date(2024, 6, 1), date(2024, 3, 4)) == date(2024, 6, 1)
    assert takes_effect(date(2024, 2, 1), date(2024, 3, 4)) == date(2024, 3, 4)


# Preparing.


def test_avenants_are_numbered_within_their_convention(
    convention: Convention, draft: Callable[..., Convention]
) -> None:
    first, second = prepared(convention), prepared(convention)
    avenants.abandon(first, "Erreur de saisie", clock.today(), None, uuid4())
    other = draft()
    record(other, "sent_for_signature", "2024-02-01")
    assert [first.number, second.number, prepared(convention).number] == [1, 2, 3]
    assert prepared(other).number == 1


def test_the_same_form_sent_twice_prepares_one(convention: Convention) -> None:
    token = uuid4()
    wanted = Wanted("duration", changes=THREE_YEARS)
    first = avenant_preparation.prepare(convention, wanted, None, token)
    assert avenant_preparation.prepare(convention, wanted, None, token) == first
    assert Avenant.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        ("duration", {"services.psu.hours.opens_at": "06:00:00"}, "services.psu.hours.opens_at"),
        ("services", {"term.length": "P3Y"}, "term.length"),
        ("parties", {"parties.partner.signature": "expected"}, "parties.partner.signature"),
        ("duration", {"term.length": "trois ans"}, "trois ans"),
        ("duration", {"term.lenght": "P3Y"}, "term.lenght"),
        ("duration", {"term.length": "P1Y"}, "ne changerait rien"),
        ("duration", {"term.length": "P1D"}, "aucune dénonciation n’arrive à temps"),
        ("unknown", {}, "Type d’avenant inconnu"),
        ("annexes", {}, "Indiquez l’annexe"),
        ("model", {}, "Indiquez la version"),
    ],
)
def test_what_an_avenant_may_not_change_is_refused_by_name(
    convention: Convention, kind: str, changes: dict[str, Any], words: str
) -> None:
    said = refusal(lambda: prepared(convention, kind, changes=changes))
    assert words in said
    assert not Avenant.objects.exists()


def test_the_refusal_cites_the_article_of_the_clause(convention: Convention) -> None:
    said = refusal(lambda: prepared(convention, "services", changes=THREE_YEARS))
    assert "article 9-3" in said


def test_a_form_annex_evolves_without_avenant(convention: Convention) -> None:
    said = refusal(
        lambda: prepared(convention, "annexes", annex="annexe-2", annex_text="Autre formulaire")
    )
    assert "Annexes possibles : annexe-1" in said


def test_a_draft_and_an_ended_convention_are_not_amended(
    draft: Callable[..., Convention], convention: Convention, today: Callable[[str], None]
) -> None:
    opened = draft()
    assert "brouillon" in refusal(lambda: prepared(opened))
    record(
        convention,
        "mutual_termination",
        "2024-02-01",
        last_day="2024-02-01",
        agreed_by=["caisse", "partner"],
    )
    today("2024-02-03")
    assert "ne se modifie plus" in refusal(lambda: prepared(convention))


def test_no_social_security_number_is_kept(convention: Convention) -> None:
    with pytest.raises(ValidationError):
        prepared(convention, changes=THREE_YEARS, reason="Dossier 2 55 08 14 168 025 38")
    assert not Avenant.objects.exists()


@pytest.mark.parametrize("change", [{"reason": "Autre"}, {"number": 7}])
def test_what_was_prepared_never_changes(convention: Convention, change: dict[str, Any]) -> None:
    avenant = prepared(convention)
    fact = avenants.send(avenant, clock.today(), None, uuid4())
    for rows, values in (
        (Avenant.objects.filter(pk=avenant.pk), change),
        (AvenantFact.objects.filter(pk=fact.pk), {"reason": "Autre"}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**values)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()


def test_the_database_refuses_an_avenant_of_nothing(convention: Convention) -> None:
    for wrong in ({"changes": {}}, {"number": 0}, {"type": ""}, {"annex": "annexe-1"}):
        values = {"number": 1, "type": "duration", "changes": THREE_YEARS} | wrong
        with pytest.raises(IntegrityError), transaction.atomic():
            Avenant.objects.create(
                convention=convention, parties=[], prepared_at=clock.now(), **values
            )


# Signing.


def test_an_avenant_in_preparation_leaves_the_convention_untouched(
    convention: Convention, today: Callable[[str], None]
) -> None:
    steps, term, acts = life(convention), convention.term_last_day, convention.acts.count()
    before = convention.timeline(date(2024, 2, 1))
    avenant = prepared(convention)
    avenants.send(avenant, clock.today(), None, uuid4())
    today("2024-02-05")
    signed(avenant, "partner", "2024-02-05")
    after = convention.timeline(date(2024, 2, 1))
    assert status(avenant) == "Signé par le partenaire"
    assert (after.steps, after.terms, after.rulebook) == (
        before.steps,
        before.terms,
        before.rulebook,
    )
    convention.refresh_from_db()
    assert (life(convention), convention.term_last_day, convention.acts.count()) == (
        steps,
        term,
        acts,
    )
    assert consolidated(convention, date(2024, 2, 5)).avenants == ()


def test_the_last_signature_records_the_act(convention: Convention) -> None:
    avenant = prepared(convention)
    signed(avenant, "caisse", "2024-01-20")
    signed(avenant, "partner", "2024-01-31")
    convention.refresh_from_db()
    assert status(avenant) == "Signé"
    assert convention.term_last_day == date(2027, 1, 14)
    row = convention.acts.get(kind="avenant")
    assert (row.on, row.payload["effective_on"]) == (date(2024, 1, 31), "2024-01-31")


def test_a_later_day_of_effect_is_kept(
    convention: Convention, today: Callable[[str], None]
) -> None:
    avenant = prepared(convention, changes={"notice.length": "P1M"}, effective_on=date(2024, 6, 1))
    signed(avenant, "caisse", "2024-02-01")
    signed(avenant, "partner", "2024-02-01")
    convention.refresh_from_db()
    assert str(consolidated(convention, date(2024, 5, 31)).rulebook.notice.length) == "P3M"
    assert str(consolidated(convention, date(2024, 6, 1)).rulebook.notice.length) == "P1M"


def test_an_avenant_is_not_signed_before_its_convention(
    convention: Convention, draft: Callable[..., Convention]
) -> None:
    said = refusal(lambda: signed(prepared(convention), "partner", "2024-01-14"))
    assert "avant la convention elle-même" in said
    assert "article 9-3" in said
    unsigned = draft()
    record(unsigned, "sent_for_signature", "2024-02-01")
    early = prepared(unsigned)
    assert "pas encore signée" in refusal(lambda: signed(early, "partner", "2024-02-01"))
    assert not AvenantFact.objects.exists()


def test_what_cannot_be_signed_is_refused(convention: Convention) -> None:
    avenant = prepared(convention)
    assert "après aujourd’hui" in refusal(lambda: signed(avenant, "partner", "2024-02-02"))
    assert "ne signe pas" in refusal(lambda: signed(avenant, "stranger", "2024-02-01"))
    signed(avenant, "partner", "2024-02-01")
    assert "déjà signé" in refusal(lambda: signed(avenant, "partner", "2024-02-01"))
    avenants.abandon(avenant, "Le conseil renonce", clock.today(), None, uuid4())
    assert "Classé sans suite" in refusal(lambda: signed(avenant, "caisse", "2024-02-01"))
    assert convention.acts.filter(kind="avenant").count() == 0


def test_a_signature_sent_twice_is_one(convention: Convention) -> None:
    avenant, token = prepared(convention), uuid4()
    for _ in range(2):
        avenants.sign(avenant, "partner", date(2024, 2, 1), None, token)
    assert AvenantFact.objects.count() == 1


def test_an_avenant_annulled_on_the_convention_says_so(convention: Convention) -> None:
    avenant = prepared(convention)
    for party in ("caisse", "partner"):
        signed(avenant, party, "2024-02-01")
    record(convention, "annulment", "2024-02-01", of=str(avenant.identifier), reason="Erreur")
    assert status(avenant) == "Annulé"
    assert consolidated(convention, date(2024, 2, 1)).avenants == ()
