"""A habilitation lives by its own acts and follows its convention, in the same transaction."""

from collections.abc import Callable
from datetime import date
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from access.models import Habilitation, HabilitationAct
from access.services.habilitations import CannotGrant, grant
from contracts.models import Convention, Partner, Person, PublishedRulebook, Site
from contracts.services.interpretations import establish_interpretation
from tests.access.acting import happens
from tests.portfolio import an_act, record
from workflows import clock, subjects
from workflows.cache import verify
from workflows.recording import ActRefused
from workflows.sweep import sweep

pytestmark = pytest.mark.django_db

Grant = Callable[..., Habilitation]


def life(habilitation: Habilitation) -> list[tuple[str, str]]:
    """The steps that its journal believes."""
    from workflows.journal import standing

    entries = habilitation.journal.order_by("number")
    return [(entry.name, entry.on.isoformat()) for entry in standing(entries)]


def end(convention: Convention, last_day: str, on: str = "") -> Any:
    return record(
        convention,
        "mutual_termination",
        on or clock.today().isoformat(),
        last_day=last_day,
        agreed_by=["caisse", "partner"],
    )


def test_a_grant_is_an_act_in_a_chained_journal(granted: Grant) -> None:
    habilitation = granted()
    assert (habilitation.state, habilitation.granted_on) == ("granted", date(2024, 2, 1))
    (entry,) = habilitation.journal.all()
    assert (entry.name, entry.article) == ("grant", "4-2")
    assert entry.computed_digest() == entry.digest


def test_its_end_is_that_of_its_convention(granted: Grant, convention: Convention) -> None:
    habilitation = granted()
    assert habilitation.next_change_on is None
    end(convention, "2024-06-30")
    habilitation.refresh_from_db()
    assert (habilitation.next_change_on, habilitation.closes_on) == (
        date(2024, 7, 1),
        date(2024, 7, 1),
    )
    assert habilitation.close_cause == "convention"
    assert life(habilitation) == [("grant", "2024-02-01")]


def test_the_sweep_closes_it_with_its_convention(granted: Grant, convention: Convention) -> None:
    habilitation = granted()
    end(convention, "2024-06-30")
    result = sweep(date(2024, 8, 1))
    habilitation.refresh_from_db()
    assert result.set_aside == []
    assert habilitation.state == "closed"
    assert life(habilitation)[-1] == ("close", "2024-07-01")
    assert list(verify()) == []
    assert sweep(date(2024, 8, 1)).swept == 0


def test_an_end_learnt_late_closes_it_at_once_and_an_annulment_reopens_it(
    granted: Grant, convention: Convention, today: Callable[[str], None]
) -> None:
    habilitation = granted()
    today("2024-08-15")
    ended = end(convention, "2024-06-30", on="2024-06-30")
    habilitation.refresh_from_db()
    assert (habilitation.state, life(habilitation)[-1]) == ("closed", ("close", "2024-07-01"))
    record(convention, "annulment", "2024-08-15", of=ended.identifier, reason="Autre dossier")
    habilitation.refresh_from_db()
    assert (habilitation.state, habilitation.closes_on) == ("granted", None)
    retracted = habilitation.journal.get(kind="retracted")
    assert retracted.because == convention.acts.get(kind="annulment").identifier
    assert list(verify()) == []


def test_an_act_refused_on_the_convention_moves_nothing(
    granted: Grant, convention: Convention
) -> None:
    habilitation = granted()
    before = Habilitation.objects.filter(pk=habilitation.pk).values().get()
    with pytest.raises(ActRefused):
        record(convention, "signature", "2024-01-20", party="partner")
    assert Habilitation.objects.filter(pk=habilitation.pk).values().get() == before


def test_an_act_that_moves_no_date_leaves_it_untouched(
    granted: Grant, convention: Convention
) -> None:
    habilitation = granted()
    record(convention, "address_change", "2024-02-01", by="partner")
    revision = habilitation.revision
    habilitation.refresh_from_db()
    assert habilitation.revision == revision


def test_a_standing_interpretation_moves_it_too(
    granted: Grant, convention: Convention, agent: Any, today: Callable[[str], None]
) -> None:
    habilitation = granted()
    today("2024-10-20")
    record(convention, "notice", "2024-10-15", by="partner", form="registered_letter", letter="L")
    record(convention, "letter_posted", "2024-10-15", letter="L")
    record(convention, "letter_delivered", "2024-10-17", letter="L")
    habilitation.refresh_from_db()
    assert habilitation.next_change_on is None
    establish_interpretation(
        rulebook_code=convention.rulebook_code,
        question="grey_zone",
        answer="in_time",
        reasons="Lecture de la maison.",
        author=agent,
        on=clock.today(),
    )
    habilitation.refresh_from_db()
    assert habilitation.next_change_on == date(2025, 1, 15)


def test_from_the_grant_to_the_last_departure(granted: Grant, today: Callable[[str], None]) -> None:
    habilitation = granted()
    happens(habilitation, "credentials_sent", "2024-02-01")
    today("2024-02-05")
    happens(habilitation, "last_login", "2024-02-05")
    assert (habilitation.state, habilitation.last_login_on) == ("active", date(2024, 2, 5))
    happens(habilitation, "departure", "2024-03-31")
    assert habilitation.next_change_on == date(2024, 3, 31)
    today("2024-04-02")
    sweep(clock.today())
    habilitation.refresh_from_db()
    assert life(habilitation) == [
        ("grant", "2024-02-01"),
        ("send_credentials", "2024-02-01"),
        ("log_in", "2024-02-05"),
        ("close", "2024-03-31"),
    ]
    assert habilitation.close_cause == "departure"


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        ("granted", {"user": "self"}, "déjà accordée"),
        ("user_suspension_lifted", {"user": "self"}, "pas suspendue"),
        ("user_suspended", {"user": "999"}, "autre habilitation"),
        ("signature", {"party": "partner"}, "pas un événement de la vie d’une habilitation"),
        ("dormancy_closure", {"user": "self"}, "ne permet pas"),
        ("annulment", {"of": "nothing", "reason": "Erreur"}, "n’existe pas"),
    ],
)
def test_what_the_rules_refuse_changes_nothing(
    granted: Grant, kind: str, fields: dict[str, Any], reason: str
) -> None:
    habilitation = granted()
    if fields.get("user") == "self":
        fields = fields | {"user": habilitation.user_key}
    with pytest.raises(ActRefused, match=reason):
        subjects.record(habilitation, an_act(kind, "2024-02-01", **fields), None)
    assert habilitation.acts.count() == 1


def test_only_a_departure_is_announced(granted: Grant) -> None:
    with pytest.raises(ActRefused, match="après le jour"):
        happens(granted(), "user_suspended", "2024-02-02")


def test_a_social_security_number_is_kept_nowhere(granted: Grant) -> None:
    with pytest.raises(ValidationError, match="sécurité sociale"):
        happens(granted(), "user_suspended", "2024-02-01", reason="2 95 10 99 126 111 93")


def test_a_right_is_held_once(granted: Grant) -> None:
    granted()
    with pytest.raises(CannotGrant, match="déjà une habilitation en cours"):
        granted()


def test_a_loss_annulled_after_a_new_grant_is_refused(granted: Grant) -> None:
    first = granted()
    loss = happens(first, "credentials_lost", "2024-02-01")
    granted()
    with pytest.raises(ActRefused, match="accordée depuis"):
        happens(first, "annulment", "2024-02-01", of=loss.identifier, reason="Retrouvés")


def test_a_request_granted_twice_is_one_habilitation(granted: Grant) -> None:
    assert granted(request_reference="D-1") == granted(request_reference="D-1")
    assert HabilitationAct.objects.count() == 1


def test_nothing_is_granted_outside_what_the_convention_opens(
    granted: Grant, convention: Convention
) -> None:
    stranger = Partner.objects.create(name="Autre commune", kind="commune")
    with pytest.raises(CannotGrant, match="n’ouvre pas le service"):
        granted(service="ailleurs")
    with pytest.raises(CannotGrant, match="n’est pas de ce partenaire"):
        granted(site=Site.objects.create(partner=stranger, name="Crèche"))
    erased = Person.objects.create(erased_at=clock.now())
    with pytest.raises(CannotGrant, match="effacées"):
        granted(person=erased)
    assert not Habilitation.objects.exists()


def test_nothing_is_granted_once_the_convention_is_over(
    granted: Grant, convention: Convention, today: Callable[[str], None]
) -> None:
    end(convention, "2024-02-10")
    today("2024-03-01")
    with pytest.raises(ActRefused, match="a pris fin"):
        granted()
    assert not Habilitation.objects.exists()


def test_an_abandoned_draft_gives_nothing(
    draft: Callable[..., Convention],
    person: Person,
    service: str,
    yearly: PublishedRulebook,
) -> None:
    opened = draft()
    record(opened, "abandonment", "2024-02-01", reason="Doublon")
    with pytest.raises(ActRefused, match="a pris fin"):
        grant(opened, person, service, None, clock.today())


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "asleep"}, "state_known"),
        ({"state": "closed"}, "closed_on"),
        ({"granted_on": None}, "granted_on"),
        ({"service": ""}, "service_given"),
        ({"next_change_on": date(2024, 2, 1)}, "next_change_later"),
    ],
)
def test_the_database_refuses_a_habilitation_at_odds_with_itself(
    granted: Grant, changes: dict[str, Any], constraint: str
) -> None:
    habilitation = granted()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Habilitation.objects.filter(pk=habilitation.pk).update(**changes)


def test_its_acts_and_its_journal_are_never_changed(granted: Grant) -> None:
    habilitation = granted()
    for rows in (habilitation.acts.all(), habilitation.journal.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(revision=9)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()


@pytest.mark.django_db(transaction=True)
def test_two_people_granting_the_same_right_at_once_grant_it_once(
    convention: Convention, person: Person, service: str
) -> None:
    outcomes: list[str] = []

    def give() -> None:
        try:
            grant(convention, person, service, None, clock.today())
            outcomes.append("granted")
        except CannotGrant:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=give) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["granted", "refused"]
