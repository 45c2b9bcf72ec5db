"""The answers read from stored courses are those of the acts, whatever runs or does not run."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from access.decisions import decide, decide_by_replay
from access.models import Habilitation
from access.services.habilitations import grant
from contracts.models import Caisse, Convention, Person, Site
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.access.acting import happens
from tests.portfolio import noon, record
from workflows import cache, clock
from workflows.clock import start_of_day
from workflows.sweep import sweep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("embedded")]

Grant = Callable[..., Habilitation]


def disagreements(habilitation: Habilitation) -> list[date]:
    """Days, over three years from now, on which stored course and replay answer otherwise."""
    account = habilitation.account
    today = clock.today()
    offsets = (0, 1, 14, 29, 345, 346, 400, 1000)
    found = []
    for day in (today + timedelta(days=offset) for offset in offsets):
        at = clock.now() if day == today else start_of_day(day)
        question = (account.caisse, account.identifier, habilitation.service, at)
        if decide(*question) != decide_by_replay(*question):
            found.append(day)
    return found


def test_after_each_act_the_stored_course_answers_as_a_replay(
    granted: Grant, convention: Convention, today: Callable[[str], None]
) -> None:
    habilitation = granted()
    courses = [Habilitation.objects.get().access_course]

    def settled() -> None:
        courses.append(Habilitation.objects.get().access_course)
        assert disagreements(habilitation) == []

    record(convention, "suspension", "2024-02-01")
    settled()
    today("2024-02-10")
    record(convention, "suspension_lifted", "2024-02-09")
    settled()
    happens(habilitation, "user_suspended", "2024-02-10")
    settled()
    today("2024-02-20")
    happens(habilitation, "user_suspension_lifted", "2024-02-20")
    settled()
    # A notice in doubt, then the lawyer's decision, then that decision taken back.
    today("2024-10-20")
    record(convention, "notice", "2024-10-15", by="partner", form="registered_letter", letter="L")
    record(convention, "letter_posted", "2024-10-15", letter="L")
    record(convention, "letter_delivered", "2024-10-17", letter="L")
    settled()
    (question,) = convention.timeline(clock.today()).open_questions
    decision = record(
        convention,
        "decision",
        "2024-10-20",
        question=question.identity,
        answer="in_time",
        reasons="Lecture retenue.",
    )
    settled()
    record(convention, "annulment", "2024-10-20", of=decision.identifier, reason="Erreur")
    settled()
    happens(habilitation, "departure", "2024-11-18")
    settled()
    assert len(set(courses)) == len(courses) - 1, "only the annulment brings an earlier course back"


def test_three_years_without_a_sweep_change_no_answer(
    granted: Grant, convention: Convention, today: Callable[[str], None]
) -> None:
    habilitation = granted()
    before = Habilitation.objects.get().access_course
    today("2027-02-03")
    account = habilitation.account
    question = (account.caisse, account.identifier, habilitation.service)
    assert decide(*question).permit
    assert decide(*question) == decide_by_replay(*question)
    sweep(clock.today())
    # Renewals alone passed: the right has not moved, and its course stands.
    assert Habilitation.objects.get().access_course == before
    assert decide(*question) == decide_by_replay(*question)
    assert list(cache.verify()) == []


def test_an_end_further_than_the_projection_comes_without_a_sweep(
    granted: Grant, convention: Convention, today: Callable[[str], None]
) -> None:
    habilitation = granted()
    record(
        convention,
        "mutual_termination",
        "2024-02-01",
        last_day="2027-02-28",
        agreed_by=["caisse", "partner"],
    )
    account = habilitation.account
    question = (account.caisse, account.identifier, habilitation.service)
    assert decide(*question).last_day == date(2027, 2, 28)
    today("2027-03-01")
    assert decide(*question).code == "convention_over"


def test_a_denial_says_when_access_opens(
    draft: Callable[..., Convention], person: Person, today: Callable[[str], None]
) -> None:
    publish(rulebook("mon-enfant-caf-pas-de-calais"))
    today("2024-03-01")
    opened = draft(rulebook_code="mon-enfant-caf-pas-de-calais")
    record(opened, "document_date", "2024-03-01")
    record(opened, "signature", "2024-03-01", party="partner")
    service = opened.rules.services[0].code
    habilitation = grant(opened, person, service, None, clock.today())
    account = habilitation.account
    type(account).objects.filter(pk=account.pk).update(identifier="precoce")
    departs = start_of_day(date(2024, 3, 20))
    happens(habilitation, "departure", "2024-03-20")
    permitted = decide(account.caisse, "precoce", service)
    assert (permitted.permit, permitted.valid_until) == (True, departs)
    before = decide(account.caisse, "precoce", service, noon("2024-02-20"), clock.now())
    assert (before.permit, before.valid_until) == (False, start_of_day(date(2024, 3, 1)))
    assert decide(account.caisse, "precoce", service, departs).valid_until is None


def test_a_changed_course_is_found_and_mended(granted: Grant) -> None:
    habilitation = granted()
    right = Habilitation.objects.get().access_course
    Habilitation.objects.update(access_course=right.replace("2024", "2020"))
    (found,) = cache.verify()
    assert (found.subject, found.pk) == ("habilitation", habilitation.pk)
    assert len(list(cache.rebuild())) == 1
    assert Habilitation.objects.get().access_course == right


@pytest.fixture
def asked_for(granted: Grant, caisse: Caisse) -> Callable[..., Any]:
    """Ask for a place, in a caisse of two départements."""
    caisse.departments = ["60", "80"]
    caisse.save()

    def ask(**place: str) -> Any:
        habilitation = Habilitation.objects.latest("pk")
        account = habilitation.account
        return decide(caisse, account.identifier, habilitation.service, **place)

    return ask


def test_one_connection_reaches_every_departement_of_the_caisse_and_no_other(
    granted: Grant, asked_for: Callable[..., Any]
) -> None:
    granted()
    assert [asked_for(territory=code).permit for code in ("60", "80", "")] == [True] * 3
    denied = asked_for(territory="02")
    assert (denied.code, denied.article, denied.territory_level) == (
        "outside_territory",
        "7-1",
        "caisse",
    )
    assert denied.convention


def test_a_narrower_scope_wins_over_the_territory_of_the_caisse(
    granted: Grant, asked_for: Callable[..., Any]
) -> None:
    habilitation = granted()
    happens(habilitation, "scope_changed", "2024-02-01", scope={"departement": "60"})
    assert asked_for(territory="60").permit
    assert asked_for(territory="80").code == "outside_territory"
    assert asked_for().scope == {"departement": "60"}


def test_a_structure_of_the_partner_is_covered_and_that_of_another_is_not(
    granted: Grant, asked_for: Callable[..., Any], convention: Convention
) -> None:
    own = Site.objects.create(partner=convention.partner, name="Crèche", siret="21420279800016")
    other = Site.objects.create(partner=convention.partner, name="Halte-garderie")
    granted()
    assert asked_for(site="214 202 798 00016").permit
    assert asked_for(site="12345678900011").code == "outside_site"
    convention.sites.add(own)
    assert asked_for(site=str(other.pk)).code == "outside_site"
    assert asked_for(site="Crèche").permit


def test_a_habilitation_for_one_structure_covers_that_one_alone(
    granted: Grant, asked_for: Callable[..., Any], convention: Convention
) -> None:
    own, other = (
        Site.objects.create(partner=convention.partner, name=name) for name in ("Un", "Deux")
    )
    granted(site=own)
    assert asked_for(site=str(own.pk)).permit
    assert asked_for(site=str(other.pk)).code == "outside_site"


def test_a_time_out_without_a_length_stays_unsaid(granted: Grant) -> None:
    habilitation = granted()
    rules = habilitation.convention.rules
    account = habilitation.account
    offered = next(offer for offer in rules.services if offer.code == habilitation.service)
    assert offered.time_out is not None
    answer = decide(account.caisse, account.identifier, habilitation.service)
    assert (answer.time_out_minutes, answer.habilitation) == (None, habilitation.pk)
