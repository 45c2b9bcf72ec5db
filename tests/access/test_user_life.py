"""What becomes of one user's right: profile, territory, suspension, loss, departure."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from access.models import Habilitation
from access.services import user_life
from access.services.habilitations import CannotGrant, grant
from access.services.loss import declare_lost
from access.services.user_life import Measure, NotEntitled
from contracts.models import Agent, Caisse, Convention, Partner, Person, Power, User, UserScope
from contracts.services.conventions import draft_convention
from contracts.services.four_eyes import WantsTwoPeople
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.portfolio import an_act, record, second_person
from workflows import clock, subjects
from workflows.recording import ActRefused
from workflows.scopes import Scope

pytestmark = pytest.mark.django_db

Grant = Callable[..., Habilitation]
Move = Callable[[str], None]


@pytest.fixture
def officer(caisse: Caisse) -> User:
    user = User.objects.create_user("juriste@caisse.example")
    UserScope.objects.create(
        user=user,
        caisse=caisse,
        role=UserScope.Role.LEGAL_OFFICER,
        first_day=date(2024, 1, 1),
    )
    return user


@pytest.fixture
def departmental(caisse: Caisse, partner: Partner, today: Move) -> Convention:
    """A convention with six profiles, by département, in force since 15 January 2024."""
    caisse.departments = ["83", "84"]
    caisse.save()
    published = publish(rulebook("rsacg-msa-provence-azur"))[0]
    Partner.objects.filter(pk=partner.pk).update(kind="departement")
    partner.refresh_from_db()
    today("2024-01-10")
    opened = draft_convention(caisse=caisse, partner=partner, rulebook_code=published.code)
    today("2024-02-01")
    record(opened, "signature", "2024-01-13", party="partner")
    record(opened, "signature", "2024-01-15", party="caisse")
    assert opened.state == "active"
    return opened


@pytest.fixture
def social_worker(departmental: Convention, person: Person, agent: User) -> Habilitation:
    """Granted on 1 February 2024 with profile 1, for one circonscription of the Var."""
    return grant(
        departmental,
        person,
        departmental.rules.services[0].code,
        agent,
        clock.today(),
        profile="1",
        scope=Scope(departement="83", circonscription="83-02"),
    )


def test_the_profile_and_the_territory_of_the_request_stand_with_the_right(
    social_worker: Habilitation,
) -> None:
    assert (social_worker.profile, social_worker.scope) == (
        "1",
        {"departement": "83", "circonscription": "83-02"},
    )
    assert social_worker.timeline(clock.today()).data.reach == "circonscription"


def test_new_duties_change_the_profile_and_say_what_asked_for_it(
    social_worker: Habilitation, agent: User
) -> None:
    row = user_life.change_profile(
        social_worker, "5", clock.today(), agent, request="3f2a", identifier="p-1"
    )
    again = user_life.change_profile(
        social_worker, "5", clock.today(), agent, request="3f2a", identifier="p-1"
    )

    assert (social_worker.profile, row.payload["request"], row.author) == ("5", "3f2a", agent)
    assert again.pk == row.pk


def test_a_profile_outside_the_list_is_refused_with_its_article(
    social_worker: Habilitation, agent: User
) -> None:
    with pytest.raises(ActRefused, match="hors de cette liste") as refused:
        user_life.change_profile(social_worker, "7", clock.today(), agent)

    assert refused.value.refusal.article == "4"
    assert social_worker.profile == "1"


def test_a_right_outside_the_list_of_profiles_is_not_granted(
    departmental: Convention, person: Person, agent: User
) -> None:
    service = departmental.rules.services[0].code
    with pytest.raises(ActRefused, match="hors de cette liste"):
        grant(departmental, person, service, agent, clock.today(), profile="9")

    assert not Habilitation.objects.exists()


def test_establishments_may_reach_beyond_a_service_opened_by_departement(
    social_worker: Habilitation, agent: User
) -> None:
    with pytest.raises(ActRefused, match="Indiquez le département") as refused:
        user_life.change_scope(social_worker, Scope(establishments=("E-1",)), clock.today(), agent)

    assert refused.value.refusal.article == "7"


def test_a_departement_of_another_caisse_is_refused(
    social_worker: Habilitation, agent: User
) -> None:
    with pytest.raises(CannotGrant, match="84"):
        user_life.change_scope(social_worker, Scope(departement="07"), clock.today(), agent)


def test_another_circonscription_takes_the_place_of_the_first(
    social_worker: Habilitation, agent: User
) -> None:
    user_life.change_scope(
        social_worker,
        Scope(departement="84", circonscription="84-01"),
        clock.today(),
        agent,
        request="77aa",
    )

    assert social_worker.scope == {"departement": "84", "circonscription": "84-01"}


def test_a_suspension_names_who_decided_it_who_wrote_it_and_why(
    granted: Grant, officer: User, agent: User
) -> None:
    habilitation = granted()
    row = user_life.suspend(
        habilitation,
        Measure("suspected_fraud", "Connexions de nuit sur 900 dossiers"),
        clock.today(),
        decided_by=officer,
        author=agent,
    )

    assert habilitation.state == "suspended"
    assert row.author == agent
    assert row.payload["decided_by"] == str(officer.pk)
    assert row.payload["reason_code"] == "suspected_fraud"


def test_a_suspension_that_two_people_decided_for_good_is_not_lifted(
    granted: Grant, officer: User, agent: User
) -> None:
    habilitation = granted()
    measure = Measure("suspected_fraud", nature="definitive")
    with pytest.raises(WantsTwoPeople):
        user_life.suspend(habilitation, measure, clock.today(), officer, agent)
    told = {"user": habilitation.user_key, "nature": "definitive", "reason_code": "misuse"}
    act = an_act("user_suspended", clock.today().isoformat(), **told)
    subjects.record(habilitation, act, second_person(habilitation.convention, act))

    with pytest.raises(ActRefused, match="définitive ne se lève pas"):
        user_life.lift(habilitation, clock.today(), officer, agent)


def test_an_agent_empowered_to_suspend_decides_for_a_time_only(
    granted: Grant, agent: User, caisse: Caisse
) -> None:
    habilitation = granted()
    measure = Measure("unusual_connections")
    with pytest.raises(NotEntitled, match="juriste"):
        user_life.suspend(habilitation, measure, clock.today(), agent, agent)

    staff = Agent.objects.create(
        caisse=caisse, person=Person.objects.create(last_name="Agent"), user=agent, title="Agent"
    )
    Power.objects.create(
        agent=staff,
        kind=Power.Kind.SUSPEND_ACCESS,
        first_day=date(2024, 1, 1),
        delegation_reference="Décision fictive 2",
    )
    with pytest.raises(NotEntitled, match="juriste"):
        user_life.suspend(
            habilitation, measure._replace(nature="definitive"), clock.today(), agent, agent
        )
    user_life.suspend(habilitation, measure, clock.today(), agent, agent)
    user_life.lift(habilitation, clock.today(), agent, agent)

    assert habilitation.state == "granted"


def test_the_words_of_a_suspension_keep_no_social_security_number(
    granted: Grant, officer: User
) -> None:
    with pytest.raises(ValidationError):
        user_life.suspend(
            granted(),
            Measure("other", "dossier 2 95 10 99 126 111 93"),
            clock.today(),
            officer,
            officer,
        )


def test_lost_credentials_open_a_new_right_with_the_same_profile_and_territory(
    social_worker: Habilitation, agent: User
) -> None:
    def lose() -> Any:
        return declare_lost(
            social_worker,
            clock.today(),
            agent,
            circumstance="theft",
            grant_anew=True,
            identifier="l-1",
        ).granted

    new, again = lose(), lose()

    social_worker.refresh_from_db()
    assert (social_worker.state, social_worker.close_cause) == ("closed", "credentials_lost")
    assert new.pk == again.pk != social_worker.pk
    assert (new.state, new.profile, new.scope) == ("granted", "1", social_worker.scope)
    assert new.account == social_worker.account


def test_where_the_user_helps_himself_a_loss_closes_nothing(
    caisse: Caisse, partner: Partner, person: Person, agent: User, today: Move
) -> None:
    published = publish(rulebook("mon-enfant-caf-pas-de-calais"))[0]
    today("2024-02-01")
    opened = draft_convention(caisse=caisse, partner=partner, rulebook_code=published.code)
    record(opened, "document_date", "2024-01-13")
    record(opened, "signature", "2024-01-13", party="partner")
    record(opened, "signature", "2024-01-15", party="caisse")
    habilitation = grant(opened, person, "mon-enfant", agent, clock.today())

    assert declare_lost(habilitation, clock.today(), agent, grant_anew=True).granted is None
    assert habilitation.state == "granted"


def test_a_departure_announced_by_a_request_closes_on_its_day(granted: Grant, agent: User) -> None:
    habilitation = granted()
    row = user_life.report_departure(habilitation, date(2024, 3, 15), agent, request="9b01")

    assert (habilitation.state, habilitation.closes_on) == ("granted", date(2024, 3, 15))
    assert row.payload["request"] == "9b01"
