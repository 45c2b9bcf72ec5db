"""Accounts leave the directory once nobody has had a right under them for long enough."""

from collections.abc import Callable

import pytest

from access.models import Account, DirectoryEntry, DirectoryTask, Habilitation
from access.services.tasks import confirm_created, confirm_done, confirm_step
from contracts.models import Agent, Caisse, Person
from tests.access.acting import happens
from workflows import clock, scheduler
from workflows.effect_worker import drain

pytestmark = pytest.mark.django_db

Grant = Callable[..., Habilitation]


def pending() -> list[str]:
    return list(DirectoryTask.objects.filter(outcome="").values_list("kind", flat=True))


def test_each_day_the_accounts_past_their_retention_are_removed(
    granted: Grant, embedded: Caisse, today: Callable[[str], None]
) -> None:
    habilitation = granted()
    happens(habilitation, "departure", "2024-02-01")
    drain()
    for day, entries in [("2025-01-31", 1), ("2025-02-01", 0)]:
        today(day)
        scheduler.run_day(clock.today())
        drain()
        assert DirectoryEntry.objects.count() == entries, day
    account = Account.objects.get()
    assert (account.state, account.identifier) == ("absent", habilitation.account.identifier)


def test_an_account_that_was_removed_opens_again_under_its_identifier(
    granted: Grant, embedded: Caisse, person: Person, today: Callable[[str], None]
) -> None:
    habilitation = granted()
    happens(habilitation, "departure", "2024-02-01")
    drain()
    today("2025-02-01")
    scheduler.run_day(clock.today())
    drain()
    assert not DirectoryEntry.objects.exists()
    again = granted()
    assert again.account == habilitation.account
    assert DirectoryEntry.objects.get().identifier == habilitation.account.identifier


def test_where_the_directory_is_kept_by_hand_an_agent_is_asked_once(
    granted: Grant, caisse: Caisse, empowered: Agent, today: Callable[[str], None]
) -> None:
    habilitation = granted()
    task = DirectoryTask.objects.get()
    for step in task.steps.order_by("number")[: max(0, task.steps.count() - 1)]:
        confirm_step(task, step.code, clock.today(), empowered)
    confirm_created(task, "ext-0001", clock.today(), empowered)
    happens(habilitation, "departure", "2024-02-01")
    drain()
    confirm_done(DirectoryTask.objects.get(outcome=""), clock.today(), empowered)
    today("2025-02-01")
    for _ in range(2):
        scheduler.run_day(clock.today())
        drain()
        assert pending() == ["remove"]
    assert Account.objects.get().state == "locked"
    confirm_done(DirectoryTask.objects.get(outcome=""), clock.today(), empowered)
    drain()
    assert Account.objects.get().state == "absent"
    assert pending() == []
