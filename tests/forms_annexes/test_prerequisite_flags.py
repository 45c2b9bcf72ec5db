"""The end of a delegation flags every account that rests on it, the same day, and closes none."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from access.decisions import decide
from access.flags import flags_on
from access.models import Habilitation
from access.services.lives import READ_WITH
from contracts.models import Contact, Convention, Person, User
from forms_annexes.models import PrerequisiteDocument
from forms_annexes.services import instructing, prerequisite_papers
from forms_annexes.services.prerequisite_flags import concerned
from forms_annexes.services.prerequisite_reminders import remind
from notifications.models import Message
from tests.access.acting import happens
from tests.forms_annexes.delegating import (
    a_request,
    ccas,
    checked,
    granted,
    head,
    officer,
    said,
    sent,
)
from tests.portfolio import record
from workflows import clock

__all__ = ["ccas", "granted", "head", "officer", "sent"]

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]
Browse = Callable[[User], Client]
Mail = Callable[[str], list[Any]]


# Its end.


def flagged(habilitation: Habilitation) -> list[str]:
    return [flag.code for flag in flags_on(clock.today(), [habilitation])[habilitation.pk]]


def test_the_account_is_flagged_on_the_first_day_without_delegation_and_stays_open(
    granted: Habilitation, today: Move
) -> None:
    today("2026-06-30")
    assert flagged(granted) == []
    today("2026-07-01")
    assert flagged(granted) == ["prerequisite_ended"]
    granted.refresh_from_db()
    assert granted.state != "closed"
    assert granted.closes_on is None


def test_withdrawn_early_the_delegation_flags_the_account_the_same_day(
    granted: Habilitation, officer: User, today: Move
) -> None:
    today("2026-03-10")
    paper = PrerequisiteDocument.objects.get()
    assert flagged(granted) == []
    prerequisite_papers.correct(
        paper, said("2026-01-01", "2026-03-09"), "Retirée par lettre", officer
    )
    assert flagged(granted) == ["prerequisite_ended"]
    assert paper.replaced_by.correction == "Retirée par lettre"


def test_the_next_delegation_takes_the_flag_away(
    granted: Habilitation, officer: User, today: Move
) -> None:
    today("2026-07-05")
    assert flagged(granted) == ["prerequisite_ended"]
    checked(granted.convention, officer, "2026-07-01", "2026-12-31")
    assert flagged(granted) == []


def test_an_access_whose_accepted_paper_was_annulled_is_listed(
    granted: Habilitation, today: Move
) -> None:
    today("2026-03-10")
    of_all = Convention.objects.all()
    assert list(concerned(of_all, clock.today())) == []
    act = granted.convention.acts.get(kind="document_received")
    granted.convention.refresh_from_db()
    record(granted.convention, "annulment", "2026-03-10", of=act.identifier, reason="Un autre")
    [row] = concerned(of_all, clock.today())
    assert (row.convention, row.is_flagged) == (granted.convention, True)
    assert len(flagged(granted)) == 1


def test_a_closed_access_is_flagged_no_more(granted: Habilitation, today: Move) -> None:
    today("2026-07-01")
    assert flagged(granted) != []
    happens(granted, "departure", "2026-07-01")
    granted.refresh_from_db()
    assert flagged(granted) == []


def test_flags_cost_no_more_queries_for_more_accesses(
    granted: Habilitation, head: User, officer: User, today: Move, django_assert_num_queries: Any
) -> None:
    instructing.accept(a_request(granted.convention, head, 4), officer)
    today("2026-07-01")
    rows = list(Habilitation.objects.select_related(*READ_WITH))
    assert len(rows) == 2
    with django_assert_num_queries(2):
        assert {len(flags) for flags in flags_on(clock.today(), rows).values()} == {1}


def test_the_portal_still_lets_in_until_a_person_closes(granted: Habilitation, today: Move) -> None:
    before = decide(granted.convention.caisse, granted.account.identifier, granted.service)
    today("2026-07-01")
    after = decide(granted.convention.caisse, granted.account.identifier, granted.service)
    assert after.code == before.code


# The reminders.


@pytest.mark.parametrize(
    ("day", "kinds"),
    [
        ("2026-05-30", []),
        ("2026-05-31", ["prerequisite_ending", "prerequisite_to_renew"]),
        ("2026-07-01", ["prerequisite_ended", "prerequisite_to_renew"]),
    ],
)
def test_partner_and_agents_are_told_thirty_days_before_and_once_it_has_ended(
    granted: Habilitation, officer: User, today: Move, day: str, kinds: list[str]
) -> None:
    today(day)
    before = set(Message.objects.values_list("pk", flat=True))
    remind(clock.today())
    asked = Message.objects.exclude(pk__in=before).order_by("kind")
    assert [message.kind for message in asked] == kinds


def test_asked_for_every_day_each_leaves_once_and_names_nobody_in_its_subject(
    granted: Habilitation, head: User, officer: User, today: Move, mail_to: Mail
) -> None:
    for day in ("2026-06-01", "2026-06-02", "2026-06-30"):
        today(day)
        remind(clock.today())
        mail_to(head.email)
    told = [one for one in mail_to(head.email) if "prend fin" in one.subject]
    [ending] = told
    assert ending.subject == "Une pièce de votre convention prend fin le 30\u00a0juin 2026"
    assert "Délégation du président du conseil départemental" in ending.body
    assert f"/espace/conventions/{granted.convention_id}/pieces-prealables/" in ending.body
    [agent] = [one for one in mail_to(officer.email) if "renouveler" in one.subject]
    assert "1 accès repose" in agent.body.replace("\u00a0", " ")
    assert "Exemple" not in agent.subject


def test_the_caisse_may_choose_how_long_before(
    granted: Habilitation, head: User, today: Move
) -> None:
    caisse = granted.convention.caisse
    caisse.settings = {"prerequisite_reminder_days": 60}
    caisse.save()
    today("2026-05-01")
    remind(clock.today())
    assert Message.objects.filter(kind="prerequisite_ending", user=head).count() == 1


def test_a_reminder_overtaken_by_the_next_delegation_does_not_leave(
    granted: Habilitation, head: User, officer: User, today: Move, mail_to: Mail
) -> None:
    today("2026-06-15")
    remind(clock.today())
    checked(granted.convention, officer, "2026-07-01")
    assert not [one for one in mail_to(head.email) if "prend fin" in one.subject]
    assert Message.objects.get(kind="prerequisite_ending").state == "cancelled"


def test_a_partner_without_account_is_written_to_by_its_contact(
    ccas: Convention, officer: User, today: Move, mail_to: Mail
) -> None:
    person = Person.objects.create(last_name="Essai", email="contact@ccas.example")
    Contact.objects.create(
        partner=ccas.partner, person=person, quality="directrice", first_day=date(2026, 1, 1)
    )
    checked(ccas, officer, "2026-01-01", "2026-06-30")
    today("2026-06-15")
    remind(clock.today())
    [told] = mail_to("contact@ccas.example")
    assert "pieces-prealables" not in told.body
