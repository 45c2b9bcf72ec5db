"""Reminders that an outage of the scheduler or of the mail server made obsolete: one, or none."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.test import override_settings

from contracts.models import Convention, User
from notifications.catalogue import kind_of
from notifications.confirmation_mails import OF_STAFF
from notifications.deadline_mails import ALERTS
from notifications.models import Message, MessageState, UnwarnedDeadline
from notifications.reminders import remind
from notifications.rhythms.choosing import choose
from notifications.rhythms.models import Rhythm
from tests.notifications.test_messages import CLOSED_PORT
from tests.portfolio import record
from workflows import clock
from workflows.effect_worker import PACE, drain
from workflows.scheduler import Scheduler

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]
Delivered = Callable[[], list[Any]]

# In force since 15 January 2024 for a year, renewed each year. The advised limit of the first term
# is 14 October 2024, announced from 16 June on; of the fourth, 14 October 2027.


@pytest.fixture(autouse=True)
def renewals_are_read_on_the_site_alone(officer: User) -> None:
    for code in OF_STAFF:
        choose(officer, kind_of(code), Rhythm.ON_SITE)


def states() -> list[str]:
    reminders = Message.objects.filter(kind__in=ALERTS).order_by("pk")
    return list(reminders.values_list("state", flat=True))


def with_mail_server_down() -> None:
    """A worker finds the mail server away, once."""
    with override_settings(**CLOSED_PORT):
        drain()


def once_it_is_back() -> list[str]:
    """The subjects of all that left once the mail server is back."""
    drain(now=lambda: clock.system_time() + timedelta(days=1))
    return [sent.subject.replace("\u00a0", " ") for sent in mail.outbox]


def notice_of(convention: Convention, months: str, on: str) -> Any:
    """An avenant changes how long before the end notice is to be given."""
    return record(
        convention, "avenant", on, effective_on=on, changes={"notice.length": f"P{months}M"}
    )


@pytest.mark.parametrize("back_on", ["2024-09-15", "2024-09-23", "2024-10-14"])
def test_a_scheduler_silent_for_days_sends_one_reminder_of_the_limit_still_ahead(
    officer: User, today: Move, delivered: Delivered, back_on: str
) -> None:
    today("2024-09-13")
    Scheduler().tick()
    today(back_on)
    for scheduler in (Scheduler(), Scheduler()):
        scheduler.tick()
        delivered()
    assert [sent.to for sent in delivered()] == [["juriste@caisse.example"]]


def test_a_limit_that_passed_while_nothing_ran_is_flagged_and_told_once(
    convention: Convention, officer: User, today: Move, delivered: Delivered
) -> None:
    today("2024-06-15")
    Scheduler().tick()
    for day in ("2024-10-16", "2024-10-17"):
        today(day)
        Scheduler().tick()
    [sent] = delivered()
    assert sent.subject == "1 échéance est passée sans qu’aucune alerte ne soit partie".replace(
        "1 échéance", "1\u00a0échéance"
    )
    assert "dernier jour pour dénoncer (article 9-1)" in sent.body.replace("\u00a0", " ")
    [unwarned] = UnwarnedDeadline.objects.all()
    assert (unwarned.convention, unwarned.deadline) == (convention, "notice_limit")
    assert unwarned.due_on == date(2024, 10, 14)


def test_a_limit_whose_alerts_all_waited_for_the_mail_server_is_flagged(
    officer: User, today: Move
) -> None:
    for day in ("2024-09-20", "2024-10-14", "2024-10-15"):
        today(day)
        Scheduler().tick()
        with_mail_server_down()
    assert UnwarnedDeadline.objects.count() == 1


def test_a_limit_that_was_announced_is_not_flagged(
    officer: User, today: Move, delivered: Delivered
) -> None:
    for day in ("2024-09-20", "2024-10-14", "2024-10-15", "2025-01-20"):
        today(day)
        Scheduler().tick()
        delivered()
    assert not UnwarnedDeadline.objects.exists()


def test_a_limit_entered_after_it_passed_is_not_flagged(
    draft: Callable[..., Convention], officer: User, today: Move
) -> None:
    today("2024-10-10")
    Scheduler().tick()
    today("2024-10-20")
    late = draft()
    record(late, "cnil", "2024-01-12", basis="transmission", reference="T-2")
    for party in ("partner", "caisse"):
        record(late, "signature", "2024-01-15", party=party)
    Scheduler().tick()
    assert list(UnwarnedDeadline.objects.values_list("convention", flat=True)) == [
        Convention.objects.earliest("pk").pk
    ]


def test_an_end_that_nobody_was_warned_of_is_flagged(
    convention: Convention, officer: User, today: Move
) -> None:
    today("2024-09-01")
    record(convention, "notice", "2024-08-28", by="partner", form="registered_letter", letter="L")
    record(convention, "letter_posted", "2024-08-28", letter="L")
    Scheduler().tick()
    today("2025-01-20")
    Scheduler().tick()
    [unwarned] = UnwarnedDeadline.objects.all()
    assert (unwarned.deadline, unwarned.due_on) == ("term_end", date(2025, 1, 14))


def test_a_scheduler_silent_for_three_years_reminds_of_the_present_term_alone(
    officer: User, today: Move, delivered: Delivered
) -> None:
    today("2024-09-13")
    Scheduler().tick()
    today("2027-09-20")
    Scheduler().tick()
    [sent] = delivered()
    assert sent.subject == "Dernier jour pour dénoncer, le 14\u00a0octobre 2027"


def test_a_mail_server_away_from_one_limit_to_the_next_gives_one_mail(
    officer: User, today: Move
) -> None:
    for day in ("2024-09-20", "2025-09-20", "2026-09-20"):
        today(day)
        Scheduler().tick()
        with_mail_server_down()
    assert states() == [MessageState.CANCELLED, MessageState.CANCELLED, MessageState.PENDING]
    assert once_it_is_back() == ["Dernier jour pour dénoncer, le 14 octobre 2026"]


def test_a_mail_server_away_beyond_the_limit_gives_none(officer: User, today: Move) -> None:
    today("2024-09-20")
    Scheduler().tick()
    with_mail_server_down()
    today("2024-10-16")
    assert once_it_is_back() == []
    assert states() == [MessageState.CANCELLED]


def test_a_reminder_given_up_by_the_workers_is_replaced_by_that_of_the_next_term(
    officer: User, today: Move
) -> None:
    today("2024-09-20")
    remind(clock.today())
    instant = clock.system_time()
    with override_settings(**CLOSED_PORT):
        for _ in range(PACE.most_attempts):
            instant += timedelta(days=1)
            drain(now=partial(lambda at: at, instant))
    today("2025-09-20")
    Scheduler().tick()
    assert states() == [MessageState.CANCELLED, MessageState.PENDING]


def test_a_limit_moved_before_its_reminder_left_is_told_once_as_it_is(
    convention: Convention, officer: User, today: Move
) -> None:
    today("2024-09-20")
    remind(clock.today())
    with_mail_server_down()
    today("2024-09-25")
    notice_of(convention, "2", "2024-09-25")
    today("2024-10-20")
    remind(clock.today())
    assert states() == [MessageState.CANCELLED, MessageState.PENDING]
    assert Message.objects.earliest("pk").problem == "Un message plus récent le remplace."
    assert once_it_is_back() == ["Dernier jour pour dénoncer, le 14 novembre 2024"]


def test_a_limit_moved_and_moved_back_is_told_each_time(
    convention: Convention, officer: User, today: Move, delivered: Delivered
) -> None:
    today("2024-09-20")
    remind(clock.today())
    delivered()
    today("2024-09-25")
    moved = notice_of(convention, "2", "2024-09-25")
    remind(clock.today())
    delivered()
    # No other rung of the first limit was reached meanwhile.
    today("2024-09-27")
    record(convention, "annulment", "2024-09-27", of=moved.identifier, reason="Autre dossier")
    for day in ("2024-09-27", "2024-09-28"):
        today(day)
        remind(clock.today())
        delivered()
    assert [sent.subject.replace("\u00a0", " ") for sent in delivered()] == [
        "Dernier jour pour dénoncer, le 14 octobre 2024",
        "Dernier jour pour dénoncer, le 14 novembre 2024",
        "Dernier jour pour dénoncer, le 14 octobre 2024",
    ]


def test_one_convention_that_cannot_be_replayed_is_announced_with_the_others_from_what_is_cached(
    draft: Callable[..., Convention],
    convention: Convention,
    officer: User,
    today: Move,
    delivered: Delivered,
) -> None:
    # An act that no version of Tacite could have written.
    convention.acts.create(
        identifier="corrupt",
        kind="cnil",
        on=clock.today(),
        recorded_at=clock.now(),
        payload={"basis": "hearsay"},
        revision=99,
        digest="0" * 64,
    )
    other = draft()
    record(other, "cnil", "2024-01-20", basis="transmission", reference="T-2")
    for party in ("partner", "caisse"):
        record(other, "signature", "2024-01-20", party=party)
    today("2024-10-01")
    assert remind(clock.today()) == 2
    [sent] = delivered()
    assert convention.number in sent.body
    assert other.number in sent.body


def test_a_convention_that_the_sweep_left_behind_is_reminded_of_all_the_same(
    convention: Convention, officer: User, today: Move, delivered: Delivered
) -> None:
    """Its cached term is the one before: the limit is that of the term that runs now."""
    today("2025-09-20")
    convention.refresh_from_db()
    assert convention.term_number == 1
    remind(clock.today())
    [sent] = delivered()
    assert sent.subject == "Dernier jour pour dénoncer, le 14\u00a0octobre 2025"
