"""Too many accounts to close at once wait for a person; access itself ends on its date."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from access.decisions import decide
from access.measures import ACCOUNTS, FOLLOWING
from access.models import Account, DirectoryEntry, Habilitation
from access.services.removals import ask_for_removals
from contracts.models import Convention, Partner, Site, User
from tests.access.acting import happens
from tests.portfolio import record
from workflows import breaker, clock, effects
from workflows.effect_worker import Outcome, drain
from workflows.models import HeldRun
from workflows.sweep import sweep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("embedded")]


Grant = Callable[..., Habilitation]


@pytest.fixture(autouse=True)
def _two_at_a_time(settings: Any) -> None:
    settings.TACITE_BREAKER_NUMBER = settings.TACITE_BREAKER_FLOOR = 2


@pytest.fixture
def users(structure: Callable[[str], Site], granted: Grant) -> list[Habilitation]:
    """The users of three structures, each with an account of its own, open."""
    found = [granted(site=structure(name)) for name in "ABC"]
    assert states() == ["open"] * 3
    return found


@pytest.fixture
def structure(partner: Partner) -> Callable[[str], Site]:
    return lambda name: Site.objects.create(partner=partner, name=f"Crèche {name}")


def states() -> list[str]:
    return list(Account.objects.order_by("pk").values_list("state", flat=True))


def leave_together(users: list[Habilitation]) -> None:
    """Record all departures before any worker comes by, as a file of bad data would."""
    for habilitation in users:
        happens(habilitation, "departure", clock.today().isoformat())


def end(convention: Convention) -> None:
    record(
        convention,
        "mutual_termination",
        "2024-02-01",
        last_day="2024-02-29",
        agreed_by=["caisse", "partner"],
    )


def test_one_convention_with_many_accounts_is_held_before_anything_is_written(
    users: list[Habilitation], convention: Convention, today: Callable[[str], None], agent: User
) -> None:
    end(convention)
    drain()
    today("2024-03-01")
    [held] = sweep(clock.today()).held
    assert (held.measure, held.count, held.total, held.allowed) == ("accounts", 3, 3, 2)
    convention.refresh_from_db()
    assert convention.state != "terminated"
    drain()
    assert states() == ["open"] * 3
    breaker.confirm(held, agent, "Fin voulue", seen=3)
    assert not sweep(clock.today()).held
    drain()
    assert states() == ["locked"] * 3


def test_the_door_is_closed_on_its_date_although_the_run_is_held(
    users: list[Habilitation], convention: Convention, today: Callable[[str], None]
) -> None:
    end(convention)
    drain()
    today("2024-03-01")
    assert sweep(clock.today()).held
    for habilitation in users:
        account = habilitation.account
        answer = decide(account.caisse, account.identifier, habilitation.service)
        assert (answer.permit, answer.code) == (False, "convention_over")


def test_closings_asked_for_together_wait_and_lose_no_attempt(
    users: list[Habilitation], agent: User
) -> None:
    leave_together(users)
    for later in range(3):
        drained = drain(now=lambda later=later: clock.system_time() + timedelta(hours=later))
        assert drained.outcomes[Outcome.HELD] == 3
    waiting = effects.unfinished().filter(handler=FOLLOWING)
    assert {effect.attempts for effect in waiting} == {0}
    assert all("traitements retenus" in effect.last_error for effect in waiting)
    assert states() == ["open"] * 3
    assert not DirectoryEntry.objects.filter(locked=True).exists()

    held = HeldRun.objects.get()
    assert (held.measure, held.count) == ("accounts", 3)
    breaker.confirm(held, agent, "Réorganisation de la structure", seen=3)
    assert drain().outcomes[Outcome.HELD] == 0
    assert states() == ["locked"] * 3
    assert not effects.unfinished().filter(handler=FOLLOWING).exists()


def test_as_many_as_are_no_mass_close_at_once(users: list[Habilitation]) -> None:
    leave_together(users[:2])
    assert drain().outcomes[Outcome.HELD] == 0
    assert states() == ["locked", "locked", "open"]


def test_an_account_opens_while_closings_are_held(
    users: list[Habilitation], granted: Grant, structure: Callable[[str], Site]
) -> None:
    leave_together(users)
    drain()
    assert breaker.open_runs().exists()
    granted(site=structure("D"))
    assert states() == ["open"] * 4


def test_an_account_that_another_right_keeps_open_is_not_counted(
    users: list[Habilitation],
    granted: Grant,
    draft: Callable[..., Convention],
) -> None:
    other = draft()
    record(other, "cnil", "2024-01-12", basis="transmission", reference="T-1")
    record(other, "signature", "2024-01-13", party="partner")
    record(other, "signature", "2024-01-15", party="caisse")
    granted(site=users[0].site, convention=other)
    leave_together(users)
    assert [account.pk for account in ACCOUNTS.concerned(clock.today())] == [
        habilitation.account_id for habilitation in users[1:]
    ]


def test_suspensions_of_users_count_as_closings(users: list[Habilitation]) -> None:
    for habilitation in users:
        happens(habilitation, "user_suspended", clock.today().isoformat())
    assert ACCOUNTS.concerned(clock.today()).count() == 3


def test_a_right_under_a_convention_without_effect_keeps_no_account_open(
    users: list[Habilitation], granted: Grant, draft: Callable[..., Convention]
) -> None:
    granted(site=users[0].site, convention=draft())
    leave_together(users)
    assert ACCOUNTS.concerned(clock.today()).count() == 3


def test_the_suspension_of_a_convention_with_many_accounts_waits_for_a_person(
    users: list[Habilitation], convention: Convention, agent: User
) -> None:
    record(convention, "suspension", "2024-02-01")
    assert drain().outcomes[Outcome.HELD] == 3
    assert states() == ["open"] * 3
    held = HeldRun.objects.get()
    assert (held.measure, held.count) == ("accounts", 3)
    breaker.confirm(held, agent, "Suspension voulue", seen=3)
    drain()
    assert states() == ["locked"] * 3


def test_a_suspension_lifted_before_any_worker_came_closes_nothing(
    users: list[Habilitation], convention: Convention
) -> None:
    record(convention, "suspension", "2024-02-01")
    record(convention, "suspension_lifted", "2024-02-01")
    assert not ACCOUNTS.concerned(clock.today()).exists()
    assert drain().outcomes[Outcome.HELD] == 0
    assert states() == ["open"] * 3


def test_the_removal_of_many_old_accounts_waits_and_holds_no_sweep(
    users: list[Habilitation], agent: User, today: Callable[[str], None]
) -> None:
    leave_together(users)
    breaker.hold(clock.today())
    breaker.confirm(HeldRun.objects.get(), agent, "Réorganisation", seen=3)
    drain()
    today("2025-02-01")
    assert ask_for_removals(clock.today()) == 3
    assert ask_for_removals(clock.today()) == 3
    drain()
    assert DirectoryEntry.objects.count() == 3
    held = breaker.open_runs().get()
    assert (held.measure, held.count, held.total) == ("removals", 3, 3)
    assert not sweep(clock.today()).held
    breaker.confirm(held, agent, "Anciens comptes", seen=3)
    drain()
    assert states() == ["absent"] * 3
    assert not DirectoryEntry.objects.exists()
    assert all(Account.objects.values_list("identifier", flat=True))
    assert ask_for_removals(clock.today()) == 0


def test_once_annulled_what_waited_is_let_go_and_nothing_closes(users: list[Habilitation]) -> None:
    leave_together(users)
    drain()
    for habilitation in users:
        [act] = habilitation.acts.filter(kind="departure")
        happens(habilitation, "annulment", "2024-02-01", of=act.identifier, reason="Erreur")
    assert breaker.hold(clock.today()) == []
    drain()
    assert states() == ["open"] * 3
    assert HeldRun.objects.get().settled_at == clock.now()
