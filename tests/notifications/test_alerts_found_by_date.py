"""What the database finds by date is what the pure decision asks of every convention."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from contracts.models import Caisse, Convention, User, UserScope
from notifications.alerts import to_make
from notifications.crew import Crew
from notifications.ladder_settings import practice_of
from notifications.ladders import Followed, Limit, Told, due
from notifications.models import Alert, Message
from tests.portfolio import record
from workflows import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio(
    draft: Callable[..., Convention], caisse: Caisse, today: Callable[[str], None]
) -> list[User]:
    """Conventions of ten days of January, some ending, with staff who come and go."""
    users = [User.objects.create_user(f"u{number}@caisse.example") for number in range(5)]
    roles = ("back_office_agent", "back_office_agent", "legal_officer", "legal_officer", "director")
    for user, role in zip(users, roles, strict=True):
        UserScope.objects.create(user=user, caisse=caisse, role=role, first_day=date(2024, 1, 1))
    UserScope.objects.filter(user=users[1]).update(last_day=date(2024, 8, 1))
    UserScope.objects.filter(user=users[3]).update(services=["rien"])
    today("2024-01-31")
    for number in range(20):
        one = draft()
        on = (date(2024, 1, 10) + timedelta(days=number % 10)).isoformat()
        record(one, "cnil", on, basis="transmission", reference="T")
        for party in ("partner", "caisse"):
            record(one, "signature", on, party=party)
        if number % 5 == 0:
            letter = {"letter": "L", "by": "partner", "form": "registered_letter"}
            record(one, "notice", "2024-01-30", **letter)
            record(one, "letter_posted", "2024-01-30", letter="L")
        Convention.objects.filter(pk=one.pk).update(assignee=[None, *users[:2]][number % 3])
    return users


def asked_of_every_convention(caisse: Caisse, on: date) -> set[tuple[int, Told]]:
    """The simple way: each life replayed, each deadline decided."""
    practice, crew = practice_of(caisse), Crew(caisse, on)
    found = set()
    for one in Convention.objects.filter(caisse=caisse):
        timeline = one.timeline(on)
        term = timeline.current_term
        limits = tuple(
            Limit(d.kind, d.due_on, d.last_working_day)
            for d in timeline.deadlines
            if term is not None
            and d.term in (0, term.number)
            and (d.kind != "term_end" or d.due_on == timeline.last_day_in_force)
        )
        alerts = Alert.objects.filter(convention=one, withdrawn_at=None)
        told = [Told(*row) for row in alerts.values_list("deadline", "due_on", "user", "rung")]
        followed = Followed(limits, one.assignee_id, told)
        found |= {(one.pk, t) for t in due(practice, followed, crew.of(one.rulebook_code), on)}
    return found


@pytest.mark.parametrize("seed", range(3))
def test_both_ways_find_the_same(
    portfolio: list[User], caisse: Caisse, today: Callable[[str], None], seed: int
) -> None:
    random, number = Random(seed), 0
    message = Message.objects.create(
        key="carrier", kind="deadlines_near", user=portfolio[0], created_at=clock.now()
    )
    for on in sorted(date(2024, 5, 1) + timedelta(days=random.randrange(260)) for _ in range(12)):
        today(on.isoformat())
        if random.random() < 0.3:
            own: Any = {"preparation_days": random.randrange(20), "days": {"notice_limit": [90]}}
            caisse.settings = {"deadline_reminders": own}
        lines = list(to_make(caisse, practice_of(caisse), Crew(caisse, on), on))
        assert {(line.convention, line.told) for line in lines} == asked_of_every_convention(
            caisse, on
        )
        number += len(lines)
        # Some of them are told, so that the next days find part of it done.
        for line in lines:
            if random.random() < 0.7:
                kind, due_on, user, rung = line.told
                Alert.objects.create(
                    convention_id=line.convention,
                    deadline=kind,
                    due_on=due_on,
                    user_id=user,
                    rung=rung,
                    message=message,
                )
    assert number > 20
