"""May this account enter this service now? The answer, to the instant."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from access.decisions import Decision, Question, decide, decide_many
from access.models import Habilitation
from access.services.habilitations import grant
from contracts.models import Caisse, Convention, Person, Site
from tests.access.acting import happens
from tests.portfolio import noon, record
from workflows import clock
from workflows.clock import PARIS
from workflows.sweep import sweep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("embedded")]

Grant = Callable[..., Habilitation]


def paris(text: str) -> datetime:
    """An instant written in Paris time."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def asked(habilitation: Habilitation, at: str | None = None) -> Decision:
    account = habilitation.account
    return decide(
        account.caisse, account.identifier, habilitation.service, paris(at) if at else None
    )


def agreed_end(convention: Convention, on: str, last_day: str) -> None:
    record(
        convention,
        "mutual_termination",
        on,
        last_day=last_day,
        agreed_by=["caisse", "partner"],
    )


def test_a_habilitation_under_a_convention_in_force_gives_access(granted: Grant) -> None:
    habilitation = granted()
    answer = asked(habilitation)
    assert (answer.permit, answer.code, answer.article) == (True, "permitted", "4-2")
    assert answer.convention == habilitation.convention.number
    assert (answer.valid_until, answer.provisional) == (None, False)
    assert answer.hours is not None
    assert (answer.hours.opens_at.hour, answer.hours.closes_at.hour) == (5, 23)


def test_access_lasts_until_the_last_second_of_the_last_day(
    granted: Grant, convention: Convention, today: Callable[[str], None]
) -> None:
    habilitation = granted()
    agreed_end(convention, "2024-02-01", "2024-06-30")
    assert asked(habilitation).valid_until == paris("2024-07-01T00:00:00")
    last = asked(habilitation, "2024-06-30T23:59:59.999999")
    after = asked(habilitation, "2024-07-01T00:00:00")
    assert (last.permit, last.last_day) == (True, date(2024, 6, 30))
    assert (after.permit, after.code, after.valid_until) == (False, "convention_over", None)
    assert "30\N{NO-BREAK SPACE}juin 2024" in after.reason
    assert after.convention == convention.number


@pytest.mark.parametrize(
    ("last_day", "utc_midnight"),
    [
        # The last day is that of the change to summer time, 23 hours long, then of 25 hours.
        ("2024-03-31", "2024-03-31T22:00:00+00:00"),
        ("2024-10-27", "2024-10-27T23:00:00+00:00"),
    ],
)
def test_a_day_of_23_or_25_hours_ends_at_its_own_midnight(
    granted: Grant, convention: Convention, last_day: str, utc_midnight: str
) -> None:
    habilitation = granted()
    agreed_end(convention, "2024-02-01", last_day)
    midnight = datetime.fromisoformat(utc_midnight)
    account = habilitation.account

    def permitted(at: datetime) -> bool:
        return decide(account.caisse, account.identifier, habilitation.service, at).permit

    assert asked(habilitation).valid_until == midnight
    assert permitted(midnight - timedelta(microseconds=1))
    assert not permitted(midnight)


def test_no_job_has_to_run_for_access_to_end(
    granted: Grant, convention: Convention, today: Callable[[str], None]
) -> None:
    habilitation = granted()
    agreed_end(convention, "2024-02-01", "2024-06-30")
    today("2024-07-01")
    habilitation.refresh_from_db()
    assert habilitation.state == "credentials_sent"
    assert not asked(habilitation).permit


def test_a_convention_not_yet_in_effect_gives_nothing(
    draft: Callable[..., Convention],
    person: Person,
    today: Callable[[str], None],
    django_capture_on_commit_callbacks: Any,
) -> None:
    today("2024-03-01")
    opened = draft()
    record(opened, "signature", "2024-03-01", party="partner")
    record(opened, "signature", "2024-03-01", party="caisse")
    service = opened.rules.services[0].code
    habilitation = grant(opened, person, service, None, clock.today())
    # Registered early by mistake: the answer does not lean on what the directory holds.
    account = habilitation.account
    account.identifier = "precoce"
    account.save()
    refused = asked(habilitation)
    assert (refused.permit, refused.code, refused.article) == (
        False,
        "convention_not_in_effect",
        "9-1",
    )
    today("2024-03-04")
    record(opened, "cnil", "2024-03-04", basis="transmission", reference="T-1")
    assert asked(habilitation).permit


def test_an_end_learnt_late_closes_when_it_is_recorded_and_rewrites_nothing(
    granted: Grant, convention: Convention, today: Callable[[str], None]
) -> None:
    habilitation = granted()
    today("2024-09-16")
    agreed_end(convention, "2024-08-31", "2024-08-31")
    assert asked(habilitation).code == "convention_over"
    assert asked(habilitation, "2024-09-10T12:00:00").permit
    assert asked(habilitation, "2024-09-16T11:59:59").permit


def test_access_stays_open_provisionally_while_a_question_blocks(
    granted: Grant, convention: Convention, today: Callable[[str], None]
) -> None:
    habilitation = granted()
    today("2024-10-20")
    # Too late for whole months before the last day, not before the anniversary.
    record(convention, "notice", "2024-10-15", by="partner", form="registered_letter", letter="L")
    record(convention, "letter_posted", "2024-10-15", letter="L")
    record(convention, "letter_delivered", "2024-10-17", letter="L")
    assert convention.open_questions == 1
    during = asked(habilitation)
    assert (during.permit, during.provisional) == (True, True)
    assert "provisoire" in during.reason
    today("2025-02-01")
    sweep(clock.today())
    assert asked(habilitation).permit
    question = convention.timeline(clock.today()).open_questions[0]
    record(
        convention,
        "decision",
        "2025-02-01",
        question=question.identity,
        answer="in_time",
        reasons="Lecture retenue.",
    )
    assert asked(habilitation).code == "convention_over"


def test_a_suspended_convention_gives_no_access_until_it_is_lifted(
    granted: Grant, convention: Convention, today: Callable[[str], None]
) -> None:
    habilitation = granted()
    record(convention, "suspension", "2024-02-01", reason="Usage anormal")
    refused = asked(habilitation)
    assert (refused.code, refused.article) == ("access_suspended", "7-2")
    habilitation.refresh_from_db()
    assert habilitation.state == "credentials_sent"
    today("2024-02-10")
    record(convention, "suspension_lifted", "2024-02-10")
    assert asked(habilitation).permit


def test_a_suspended_habilitation_gives_no_access_until_it_is_lifted(
    granted: Grant, today: Callable[[str], None]
) -> None:
    habilitation = granted()
    happens(habilitation, "user_suspended", "2024-02-01")
    assert asked(habilitation).code == "habilitation_suspended"
    today("2024-02-10")
    happens(habilitation, "user_suspension_lifted", "2024-02-10")
    assert asked(habilitation).permit


def test_a_departure_closes_on_its_day(granted: Grant) -> None:
    habilitation = granted()
    happens(habilitation, "departure", "2024-02-15")
    assert asked(habilitation, "2024-02-14T23:59:59").permit
    assert asked(habilitation).valid_until == paris("2024-02-15T00:00:00")
    assert asked(habilitation, "2024-02-15T00:00:00").code == "habilitation_closed"


def test_lost_credentials_close_and_a_new_habilitation_opens(
    granted: Grant, today: Callable[[str], None]
) -> None:
    lost = granted()
    happens(lost, "credentials_lost", "2024-02-01")
    assert (asked(lost).code, asked(lost).article) == ("habilitation_closed", "5")
    renewed = granted()
    assert renewed.account == lost.account
    assert asked(renewed).permit


def test_the_unknown_the_other_caisse_and_the_other_service_read_the_same(
    granted: Grant,
) -> None:
    habilitation = granted()
    account, service = habilitation.account, habilitation.service
    other = Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    at = clock.now()
    answers = {
        decide(account.caisse, "inconnu", service, at),
        decide(other, account.identifier, service, at),
        decide(account.caisse, account.identifier, "autre-service", at),
    }
    (answer,) = answers
    assert (answer.permit, answer.code, answer.convention) == (False, "not_habilitated", "")


def test_an_account_without_identifier_is_nobodys(granted: Grant) -> None:
    habilitation = granted()
    account = habilitation.account
    type(account).objects.filter(pk=account.pk).update(identifier="", state="absent")
    assert decide(account.caisse, "", habilitation.service).code == "not_habilitated"


def test_an_identifier_is_known_however_it_is_typed(granted: Grant) -> None:
    habilitation = granted()
    account = habilitation.account
    typed = f" {account.identifier.upper()} "
    assert decide(account.caisse, typed, habilitation.service).permit


def test_the_version_grows_with_every_act_and_every_midnight(
    granted: Grant, convention: Convention, today: Callable[[str], None]
) -> None:
    habilitation = granted()
    versions = [asked(habilitation).version]
    record(convention, "suspension", "2024-02-01")
    versions.append(asked(habilitation).version)
    today("2024-02-02")
    versions.append(asked(habilitation).version)
    record(convention, "suspension_lifted", "2024-02-02")
    versions.append(asked(habilitation).version)
    happens(habilitation, "departure", "2024-02-02")
    versions.append(asked(habilitation).version)
    assert versions == sorted(set(versions))
    assert asked(habilitation).version == versions[-1]


def test_the_question_costs_one_query(granted: Grant, django_assert_num_queries: Any) -> None:
    habilitation = granted()
    caisse, identifier = habilitation.account.caisse, habilitation.account.identifier
    for asked_about in (identifier, "inconnu"):
        with django_assert_num_queries(1):
            decide(caisse, asked_about, habilitation.service)
    site = Site.objects.create(partner=habilitation.convention.partner, name="Crèche fictive")
    with django_assert_num_queries(3):
        decide(caisse, identifier, habilitation.service, site=str(site.pk))


def test_the_account_is_found_by_its_index(granted: Grant, django_assert_num_queries: Any) -> None:
    habilitation = granted()
    caisse, identifier = habilitation.account.caisse, habilitation.account.identifier
    with django_assert_num_queries(1) as queries:
        decide(caisse, identifier, habilitation.service)
    (asked_for,) = queries.captured_queries
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A small table is read whole, whatever its indexes.
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"{explain} {asked_for['sql']}")
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert "access_account_identifier_unique" in plan


def test_many_questions_cost_no_more_queries_than_one(
    granted: Grant, django_assert_num_queries: Any
) -> None:
    habilitation = granted()
    caisse, identifier = habilitation.account.caisse, habilitation.account.identifier
    unknown = [Question(f"inconnu{number}", habilitation.service) for number in range(998)]
    asked_about = [
        Question(identifier, habilitation.service),
        *unknown,
        Question(identifier.upper(), habilitation.service),
    ]
    with django_assert_num_queries(1):
        answers = decide_many(caisse, asked_about)
    assert [place for place, answer in enumerate(answers) if answer.permit] == [0, 999]


def test_without_a_stored_course_the_acts_answer(
    granted: Grant, convention: Convention, django_assert_num_queries: Any
) -> None:
    habilitation = granted()
    agreed_end(convention, "2024-02-01", "2024-06-30")
    stored = asked(habilitation)
    Habilitation.objects.update(access_course="")
    with django_assert_num_queries(5):
        assert (
            decide(
                habilitation.account.caisse, habilitation.account.identifier, habilitation.service
            )
            == stored
        )
    assert stored.last_day == date(2024, 6, 30)


def test_a_course_of_another_engine_answers_no_more(granted: Grant, convention: Convention) -> None:
    habilitation = granted()
    agreed_end(convention, "2024-02-01", "2024-06-30")
    Habilitation.objects.update(access_course=habilitation.access_course, engine_version="0")
    assert asked(habilitation).last_day == date(2024, 6, 30)


def test_a_permission_of_the_past_was_not_known_before_it_was_granted(granted: Grant) -> None:
    habilitation = granted(on=noon("2024-01-20").date())
    assert asked(habilitation, "2024-01-31T12:00:00").code == "not_habilitated"
    assert asked(habilitation, "2024-02-01T12:00:00").permit
