"""A partner takes the place of another: the conventions go on, by whoever is the party that day."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from contracts.models import (
    Convention,
    ConventionParty,
    Partner,
    PartnerMembership,
    PartnerSuccession,
    User,
)
from contracts.services.documents import facts_of
from contracts.services.searching import answering
from contracts.services.successions import (
    CannotSucceed,
    Wanted,
    annul_succession,
    record_succession,
    weigh,
)
from contracts.succession_grounds import grounds
from forms_annexes.services.visibility import answers_for_all, partner_conventions
from tests.portfolio import record
from workflows import cache, clock
from workflows.sweep import sweep

pytestmark = pytest.mark.django_db

Succeed = Callable[..., PartnerSuccession]


@pytest.fixture
def successor(db: None) -> Partner:
    return Partner.objects.create(
        name="Commune nouvelle d’Essai-les-Bois", kind="commune", siren="000000901"
    )


@pytest.fixture
def succeed(convention: Convention, partner: Partner, successor: Partner, agent: User) -> Succeed:
    """Record that the successor takes the place, on the one convention unless told otherwise."""

    def succeed(on: str = "2024-02-01", **given: Any) -> PartnerSuccession:
        ground = grounds()[given.pop("ground", "commune_merger")]
        identifier = given.pop("identifier", None) or uuid4()
        asked = {
            "predecessor": partner,
            "successor": successor,
            "ground": ground,
            "reference": "Arrêté préfectoral du 3 octobre 2023",
            "first_day": date.fromisoformat(on),
            "conventions": [Convention.objects.get(pk=convention.pk)],
        }
        return record_succession(Wanted(**asked | given), agent, None, identifier=identifier)

    return succeed


def lived(convention: Convention) -> list[Any]:
    """All that a succession must leave as it was."""
    convention.refresh_from_db()
    timeline = convention.timeline(clock.today())
    dates = [(one.kind, one.due_on) for one in timeline.deadlines]
    columns = [
        getattr(convention, name)
        for name in ("number", "state", "effect_on", "term_number", "term_last_day", "pinned_id")
    ]
    return [timeline.steps, timeline.terms, dates, columns]


def test_the_convention_goes_on_unchanged_and_both_names_stay_readable(
    convention: Convention, partner: Partner, successor: Partner, succeed: Succeed
) -> None:
    before = lived(convention)
    journal = list(convention.journal.values_list("name", "on"))
    succeed()
    assert lived(convention) == before
    assert list(convention.journal.values_list("name", "on")) == journal
    assert convention.partner == successor
    assert convention.contracting_partner == partner
    read = [convention.party_on(date(2024, 1, 31)), convention.party_on(date(2024, 2, 1))]
    assert read == [partner, successor]
    partner.refresh_from_db()
    assert partner.siren == "214202798", "the old identity is not written over"
    for typed in ("214202798", "Essai-les-Bois", "000000901"):
        assert list(answering(Convention.objects.all(), typed)) == [convention], typed


def test_the_rules_of_the_signature_stay_those_of_whoever_signed(
    convention: Convention, succeed: Succeed
) -> None:
    body = Partner.objects.create(name="Association d’Essai", kind="association")
    succeed(successor=body, ground="manager_change", consented_on=date(2024, 1, 31))
    convention.refresh_from_db()
    assert convention.partner == body
    circumstances = convention.timeline(clock.today()).circumstances
    assert circumstances.partner_kind == "commune"
    assert Convention.to_sweep().get().partner_kind == "commune"
    assert not cache.compared(convention)


def test_what_is_written_bears_the_partner_of_its_day(
    convention: Convention, partner: Partner, successor: Partner, succeed: Succeed
) -> None:
    succeed()
    convention.refresh_from_db()
    old, new = (facts_of(convention, date(2024, *day)).partner for day in ((1, 31), (2, 1)))
    assert (old.name, old.in_the_place_of) == (partner.name, "")
    assert new.name == successor.name
    assert partner.name in new.in_the_place_of
    assert "Arrêté préfectoral du 3 octobre 2023" in new.in_the_place_of


def test_the_people_of_the_day_answer_and_no_job_has_to_run(
    convention: Convention,
    partner: Partner,
    successor: Partner,
    succeed: Succeed,
    today: Callable[[str], None],
) -> None:
    old, new = (User.objects.create(email=f"{name}@example.org") for name in ("ancien", "nouveau"))
    for user, body in ((old, partner), (new, successor)):
        PartnerMembership.objects.create(
            user=user, partner=body, role="director", first_day=date(2020, 1, 1)
        )
    succeed("2024-03-01")  # Announced on 1 February.
    convention.refresh_from_db()
    assert convention.partner == partner
    for day, answering_one, silent in (
        (date(2024, 2, 29), old, new),
        (date(2024, 3, 1), new, old),
    ):
        assert list(partner_conventions(answering_one, day)) == [convention]
        assert not partner_conventions(silent, day)
        assert answers_for_all(answering_one, convention, day)
        assert not answers_for_all(silent, convention, day)
    today("2024-03-01")
    sweep(clock.today())
    convention.refresh_from_db()
    assert convention.partner == successor
    assert not cache.compared(convention)


def test_one_after_another_then_annulled_from_the_last(
    convention: Convention,
    partner: Partner,
    successor: Partner,
    succeed: Succeed,
    agent: User,
) -> None:
    third = Partner.objects.create(name="Communauté d’Essai", kind="intercommunal_body")
    first = succeed("2024-01-20")
    at_once = succeed("2024-01-20", predecessor=successor, successor=third)
    with pytest.raises(CannotSucceed, match="Annulez d’abord"):
        annul_succession(first, "Par erreur.", agent, Convention.objects.all())
    annul_succession(at_once, "Par erreur.", agent, Convention.objects.all())
    second = succeed("2024-01-25", predecessor=successor, successor=third)
    convention.refresh_from_db()
    places = convention.parties.values_list("partner__name", "first_day", "last_day")
    assert list(places)[1:] == [
        (successor.name, date(2024, 1, 20), date(2024, 1, 24)),
        (third.name, date(2024, 1, 25), None),
    ]
    everywhere = Convention.objects.all()
    with pytest.raises(CannotSucceed, match="Annulez d’abord"):
        annul_succession(first, "Par erreur.", agent, everywhere)
    for succession, left in ((second, successor), (first, partner)):
        assert annul_succession(succession, "Par erreur.", agent, everywhere) == 1
        convention.refresh_from_db()
        assert convention.partner == left
        assert not cache.compared(convention)
    assert convention.concluded_by is None
    assert not ConventionParty.objects.exists()
    assert annul_succession(first, "Encore.", agent, everywhere) == 0


def test_two_partners_into_one_have_their_like_conventions_named(
    convention: Convention,
    draft: Callable[..., Convention],
    partner: Partner,
    successor: Partner,
    succeed: Succeed,
) -> None:
    other = Partner.objects.create(name="Commune d’Essai-Sud", kind="commune")
    twin = draft(partner=other)
    for kind, own in (
        ("signature", {"party": "caisse"}),
        ("signature", {"party": "partner"}),
        ("cnil", {"basis": "not_applicable"}),
    ):
        record(twin, kind, "2024-01-15", **own)
    succeed()
    asked = Wanted(
        other,
        successor,
        grounds()["commune_merger"],
        "Arrêté préfectoral du 3 octobre 2023",
        date(2024, 2, 1),
        [twin],
    )
    (line,) = weigh(asked, Convention.objects.all())
    assert line.twins == (convention,)
    assert line.moves_nothing
    assert not line.asks


def test_a_doubt_leaves_the_partner_until_a_lawyer_answers(
    convention: Convention, partner: Partner, successor: Partner, succeed: Succeed
) -> None:
    succession = succeed("2024-01-20", ground="association_merger")
    convention.refresh_from_db()
    assert convention.partner == partner
    (question,) = convention.asked.all()
    assert question.identity == f"consent_to_succession:{succession.identifier}"
    said = {"question": question.identity, "answer": "passes", "reasons": "Lu."}
    record(convention, "decision", "2024-02-01", **said)
    assert convention.partner == successor
    assert convention.party_on(date(2024, 1, 19)) == partner
    assert not convention.asked.exists()
    assert not cache.compared(convention)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"on": "2024-01-15"}, "signée après cette succession, ou le même jour"),
        ({"conventions": []}, "au moins une convention"),
        ({"on": "2033-02-01"}, "vérifiez l’année"),
        ({"scope": "1 85 05 78 006 084 91"}, "sécurité sociale"),
        ({"reference": " "}, ""),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    convention: Convention, succeed: Succeed, given: dict[str, Any], words: str
) -> None:
    with pytest.raises((CannotSucceed, ValidationError)) as refused:
        succeed(given.pop("on", "2024-02-01"), **given)
    assert words in str(refused.value)
    assert not PartnerSuccession.objects.exists()
    assert not convention.acts.filter(kind="succession").exists()


def test_who_is_no_longer_the_partner_is_succeeded_by_nobody(
    convention: Convention, partner: Partner, succeed: Succeed
) -> None:
    succeed("2024-01-25")
    third = Partner.objects.create(name="Communauté d’Essai", kind="intercommunal_body")
    with pytest.raises(CannotSucceed, match="le partenaire est"):
        succeed("2024-01-30", successor=third)
    with pytest.raises(CannotSucceed, match="Une autre succession est déjà enregistrée"):
        succeed("2024-01-20", successor=third)


def test_the_same_form_is_recorded_once_and_for_good(
    convention: Convention, succeed: Succeed
) -> None:
    identifier = uuid4()
    assert succeed(identifier=identifier) == succeed(identifier=identifier)
    assert convention.acts.filter(kind="succession").count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        PartnerSuccession.objects.update(reference="Autre")
