"""Legal officers learn of a notice limit early enough, once, and only while it matters."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from access.setting_checks import settings_of_caisses
from contracts.models import Caisse, Convention, User, UserScope
from notifications.models import Alert, Message
from notifications.reminders import remind
from tests.portfolio import record
from workflows import clock

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]
Delivered = Callable[[], list[Any]]

# In force since 15 January 2024 for a year: the last day to give notice is 14 October 2024, a
# Monday, three months before 14 January 2025. Its rungs: 16 June, 15 August, 29 September, and the
# day itself, on which letters can be posted.


@pytest.mark.parametrize(
    ("day", "due"), [("2024-06-15", 0), ("2024-06-16", 1), ("2024-10-14", 1), ("2024-10-15", 0)]
)
def test_the_first_rung_is_reached_a_hundred_and_twenty_days_before(
    officer: User, today: Move, day: str, due: int
) -> None:
    today(day)
    assert remind(clock.today()) == due


def test_each_rung_is_told_once_however_often_it_is_asked_for(
    officer: User, today: Move, delivered: Delivered
) -> None:
    days = (date(2024, 6, 1) + timedelta(days=n) for n in range(150))
    left = []
    for day in days:
        today(day.isoformat())
        for _ in range(2):
            remind(clock.today())
        if len(delivered()) > len(left):
            left.append(day.isoformat())
    assert left == ["2024-06-16", "2024-08-15", "2024-09-29", "2024-10-14"]
    assert len(delivered()) == 4


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
    today("2024-09-15")
    assert remind(clock.today()) == 0


def test_a_caisse_may_want_other_days_and_more_time(
    officer: User, caisse: Caisse, today: Move
) -> None:
    own = {"preparation_days": 10, "days": {"notice_limit": [30]}}
    Caisse.objects.update(settings={"deadline_reminders": own})
    today("2024-09-03")
    assert remind(clock.today()) == 0
    today("2024-09-04")
    assert remind(clock.today()) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": {"notice_limit": [15, 60]}},
        {"days": {"notice_limit": [0]}},
        {"days": {"notice_limit": ["15"]}},
        {"days": {"inconnue": [15]}},
        {"preparation_days": -1},
        {"courtesy": {"days": 0}},
        "demain",
    ],
)
def test_a_setting_that_cannot_be_read_is_told_and_stops_no_other_caisse(
    officer: User, caisse: Caisse, today: Move, wrong: Any
) -> None:
    Caisse.objects.create(
        code="AUTRE", name="Caisse mal réglée", settings={"deadline_reminders": wrong}
    )
    today("2024-09-20")
    assert remind(clock.today()) == 1
    [error] = settings_of_caisses(None, ["default"])
    assert "« deadline_reminders » de Caisse mal réglée" in error.msg.replace("\u00a0", " ")


def test_several_deadlines_of_a_day_are_one_mail(
    officer: User, draft: Callable[..., Convention], today: Move, delivered: Delivered
) -> None:
    other = draft()
    for kind, on, fields in (
        ("cnil", "2024-01-12", {"basis": "transmission", "reference": "T-2"}),
        ("signature", "2024-01-13", {"party": "partner"}),
        ("signature", "2024-01-16", {"party": "caisse"}),
    ):
        record(other, kind, on, **fields)
    today("2024-09-20")
    assert remind(clock.today()) == 2
    [sent] = delivered()
    body = sent.body.replace("\u00a0", " ")
    assert "2 échéances à préparer, la première le 14 octobre 2024" in sent.subject.replace(
        "\u00a0", " "
    )
    for day in (14, 15):
        line = f"- {day} octobre 2024 : dernier jour pour dénoncer (article 9-1), Commune d’Essai"
        assert line in body
    assert other.number in body
    assert body.count("Sans lettre ce jour-là, la convention se renouvelle.") == 1
    assert "faites partir la lettre" in body


def test_an_end_in_sight_is_announced_where_its_limits_no_longer_are(
    convention: Convention, officer: User, today: Move, delivered: Delivered
) -> None:
    today("2024-09-01")
    record(convention, "notice", "2024-08-28", by="partner", form="registered_letter", letter="L")
    record(convention, "letter_posted", "2024-08-28", letter="L")
    today("2024-09-15")
    assert remind(clock.today()) == 0
    today("2024-09-16")
    assert remind(clock.today()) == 1
    [sent] = delivered()
    body = sent.body.replace("\u00a0", " ")
    assert "dernier jour de la convention" in sent.subject
    for said in ("14 janvier 2025", "Ce qui s’ensuit. La convention finit", "Ce que vous avez à"):
        assert said in body


def test_the_follower_is_told_and_their_director_before_the_end(
    convention: Convention, officer: User, agent: User, caisse: Caisse, today: Move
) -> None:
    director = User.objects.create_user("direction@caisse.example")
    for user, role in ((agent, "back_office_agent"), (director, "director")):
        UserScope.objects.create(user=user, caisse=caisse, role=role, first_day=date(2024, 1, 1))
    Convention.objects.update(assignee=agent)
    today("2024-06-16")
    remind(clock.today())
    assert told() == {(120, agent)}
    today("2024-09-29")
    remind(clock.today())
    assert told() == {(120, agent), (15, agent), (15, director)}
    today("2024-10-14")
    remind(clock.today())
    assert {one for one in told() if one[0] == 0} == {(0, agent), (0, officer), (0, director)}
    assert Alert.objects.count() == 6


def told() -> set[tuple[int, User]]:
    """Every alert as its rung and its user."""
    return {(one.rung, one.user) for one in Alert.objects.select_related("user")}


def test_a_follower_who_leaves_before_the_mail_does_is_told_nothing_and_a_colleague_is(
    convention: Convention,
    officer: User,
    agent: User,
    caisse: Caisse,
    today: Move,
    delivered: Delivered,
) -> None:
    scope = UserScope.objects.create(
        user=agent, caisse=caisse, role="back_office_agent", first_day=date(2024, 1, 1)
    )
    Convention.objects.update(assignee=agent)
    today("2024-06-16")
    remind(clock.today())
    scope.last_day = date(2024, 6, 16)
    scope.save()
    today("2024-06-17")
    assert delivered() == []
    remind(clock.today())
    assert [sent.to for sent in delivered()] == [[officer.email]]


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
