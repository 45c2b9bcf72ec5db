"""Legal officers learn of a notice limit early enough, once, and only while it matters."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from contracts.models import Caisse, Convention, User, UserScope
from notifications.models import Message
from notifications.reminders import remind
from tests.portfolio import record
from workflows import clock

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]
Delivered = Callable[[], list[Any]]

# In force since 15 January 2024 for a year: the last advised day to give notice is
# 14 October 2024, a Monday, three months before 14 January 2025.


@pytest.mark.parametrize(("day", "due"), [("2024-09-13", 0), ("2024-09-14", 1), ("2024-10-14", 1)])
def test_the_reminder_is_due_thirty_days_before_the_advised_day(
    officer: User, today: Move, day: str, due: int
) -> None:
    today(day)
    assert remind(clock.today()) == due


def test_it_says_the_days_and_why(officer: User, today: Move, delivered: Delivered) -> None:
    today("2024-09-20")
    remind(clock.today())
    [sent] = delivered()
    assert sent.to == ["juriste@caisse.example"]
    assert sent.subject == "Dernier jour pour dénoncer, le 14\u00a0octobre 2024"
    for said in (
        "14 octobre 2024 : Dernier jour conseillé",
        "14 octobre 2024 : Dernier jour ouvré",
        "Commune d’Essai",
        "14 janvier 2025",
        "article 9-1",
        "Délai de la dénonciation : 3 mois",
    ):
        assert said in sent.body.replace("\u00a0", " ")
    assert f"/conventions/{Convention.objects.get().pk}/#echeances" in sent.body


def test_asked_for_every_day_it_leaves_once(
    officer: User, today: Move, delivered: Delivered
) -> None:
    for day in ("2024-09-20", "2024-09-21", "2024-10-01"):
        today(day)
        remind(clock.today())
        delivered()
    assert len(delivered()) == 1


def test_after_the_limit_it_is_too_late(officer: User, today: Move) -> None:
    today("2024-10-16")
    assert remind(clock.today()) == 0


def test_prepared_before_the_limit_and_delivered_after_it_does_not_leave(
    officer: User, today: Move, delivered: Delivered
) -> None:
    today("2024-10-10")
    remind(clock.today())
    today("2024-10-20")
    assert delivered() == []
    assert Message.objects.get().state == "cancelled"


def test_a_notice_already_given_needs_no_reminder(
    convention: Convention, officer: User, today: Move
) -> None:
    today("2024-09-01")
    record(convention, "notice", "2024-08-28", by="partner", form="registered_letter", letter="L")
    record(convention, "letter_posted", "2024-08-28", letter="L")
    today("2024-09-20")
    assert remind(clock.today()) == 0


def test_a_caisse_may_want_more_time(officer: User, caisse: Caisse, today: Move) -> None:
    Caisse.objects.update(settings={"notice_reminder_days": 60})
    today("2024-08-15")
    assert remind(clock.today()) == 1


def test_only_the_officers_of_the_caisse_learn_of_it(
    officer: User, caisse: Caisse, today: Move, delivered: Delivered
) -> None:
    elsewhere = Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    other = User.objects.create_user("ailleurs@caisse.example")
    UserScope.objects.create(
        user=other, caisse=elsewhere, role="legal_officer", first_day=date(2024, 1, 1)
    )
    gone = User.objects.create_user("parti@caisse.example", is_active=False)
    UserScope.objects.create(
        user=gone, caisse=caisse, role="legal_officer", first_day=date(2024, 1, 1)
    )
    today("2024-09-20")
    remind(clock.today())
    assert [sent.to for sent in delivered()] == [["juriste@caisse.example"]]
