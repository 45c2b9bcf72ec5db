"""An access that nobody uses: told of once, closed by a person alone."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core import mail

from access.models import Habilitation
from access.services import user_life
from access.services.dormancy import proposed_on, warn, warned_on
from access.services.habilitations import grant
from contracts.models import Caisse, Contact, Convention, Partner, Person, User, UserScope
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.access.acting import happens
from tests.portfolio import record
from workflows import clock
from workflows.effect_worker import drain
from workflows.recording import ActRefused
from workflows.scheduler import run_day

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]
Delivered = Callable[[], list[Any]]


@pytest.fixture
def clerk(caisse: Caisse) -> User:
    user = User.objects.create_user("gestion@caisse.example")
    UserScope.objects.create(
        user=user,
        caisse=caisse,
        role=UserScope.Role.BACK_OFFICE_AGENT,
        first_day=date(2024, 1, 1),
    )
    return user


@pytest.fixture
def unused(
    caisse: Caisse, partner: Partner, person: Person, clerk: User, today: Move
) -> Habilitation:
    """Granted on 1 February 2024 under nine completed months; never used."""
    published = publish(rulebook("rsacg-msa-provence-azur"))[0]
    Partner.objects.filter(pk=partner.pk).update(kind="departement")
    partner.refresh_from_db()
    today("2024-02-01")
    opened = draft_convention(caisse=caisse, partner=partner, rulebook_code=published.code)
    record(opened, "signature", "2024-01-13", party="partner")
    record(opened, "signature", "2024-01-15", party="caisse")
    Contact.objects.create(
        partner=partner,
        person=Person.objects.create(last_name="Contact", email="contact@partenaire.example"),
        quality="Responsable",
        first_day=date(2024, 1, 1),
    )
    return grant(opened, person, opened.rules.services[0].code, clerk, clock.today(), profile="2")


@pytest.fixture
def delivered() -> Delivered:
    """The mails that left since last asked, about accesses that nobody uses."""

    def leave() -> list[Any]:
        mail.outbox.clear()
        drain()
        return [one for one in mail.outbox if "inutilisé" in one.subject]

    return leave


def test_the_two_days_stand_with_the_right(unused: Habilitation) -> None:
    assert (unused.dormancy_warning_on, unused.dormant_on) == (
        date(2024, 10, 2),
        date(2024, 11, 2),
    )


def test_the_partner_and_the_agents_are_warned_once_a_month_before(
    unused: Habilitation, today: Move, delivered: Delivered
) -> None:
    today("2024-10-01")
    assert warn(clock.today()) == 0
    delivered()

    today("2024-10-02")
    warn(clock.today())
    first = delivered()
    today("2024-10-03")
    warn(clock.today())

    assert sorted(one.to[0] for one in first) == [
        "contact@partenaire.example",
        "gestion@caisse.example",
    ]
    told = next(one for one in first if one.to == ["contact@partenaire.example"])
    for said in ("Camille Exemple", "2 novembre 2024", "article 4", "une seule connexion"):
        assert said in told.body.replace("\u00a0", " ")
    assert "/utilisateurs/" not in told.body
    digest = next(one for one in first if one is not told)
    assert "/utilisateurs/?etat=bientot&caisse=CAISSE1" in digest.body
    assert delivered() == []
    assert [*warned_on(clock.today())] == [unused]
    assert [*proposed_on(clock.today())] == []


def test_on_the_day_it_is_proposed_to_the_agents_and_nothing_closes_by_itself(
    unused: Habilitation, today: Move, delivered: Delivered, clerk: User
) -> None:
    today("2024-10-02")
    warn(clock.today())
    delivered()

    today("2024-11-02")
    run_day(clock.today())
    again = delivered()
    run_day(clock.today())

    assert [one.to for one in again] == [["gestion@caisse.example"]]
    assert "/utilisateurs/?etat=inactivite&caisse=CAISSE1" in again[0].body
    assert delivered() == []
    unused.refresh_from_db()
    assert unused.state != "closed"
    assert [*proposed_on(clock.today())] == [unused]

    user_life.close_unused(unused, clock.today(), clerk)

    assert (unused.state, unused.close_cause) == ("closed", "dormancy")
    assert [*proposed_on(clock.today())] == []


def test_before_its_day_a_person_may_not_close_it(
    unused: Habilitation, today: Move, clerk: User
) -> None:
    today("2024-11-01")
    with pytest.raises(ActRefused, match="pas révolu"):
        user_life.close_unused(unused, clock.today(), clerk)


def test_a_login_puts_it_off_and_a_message_not_yet_gone_does_not_leave(
    unused: Habilitation, today: Move, delivered: Delivered
) -> None:
    today("2024-10-02")
    warn(clock.today())
    happens(unused, "last_login", "2024-10-02")

    assert delivered() == []
    assert unused.dormant_on == date(2025, 7, 3)
    today("2025-06-03")
    warn(clock.today())
    assert len(delivered()) == 2


def test_where_the_rules_are_silent_nobody_is_told_anything(
    convention: Convention, granted: Callable[..., Habilitation], clerk: User, today: Move
) -> None:
    habilitation = granted()
    today("2025-12-01")

    assert warn(clock.today()) == 0
    assert (habilitation.dormancy_warning_on, habilitation.dormant_on) == (None, None)
