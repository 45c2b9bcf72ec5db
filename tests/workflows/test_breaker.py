"""A run that would end too many conventions stops before the first, and waits for a person."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from contracts.models import Convention, ConventionJournalEntry, User
from tests.portfolio import record
from tests.workflows.effect_makers import Done, MachineClock, emitted
from workflows import breaker, clock, effects
from workflows.breaker import Limits, NotHeld
from workflows.effect_worker import Outcome, drain
from workflows.models import Effect, HeldRun
from workflows.scheduler import Scheduler
from workflows.sweep import sweep

Several = Callable[[int], list[Convention]]


@pytest.fixture(autouse=True)
def _narrow_limits(settings: Any) -> None:
    settings.TACITE_BREAKER_NUMBER = 3
    settings.TACITE_BREAKER_PERCENT = 50
    settings.TACITE_BREAKER_FLOOR = 1


@pytest.fixture
def ending(draft: Callable[..., Convention], today: Callable[[str], None]) -> Several:
    """Open conventions that both parties end on 29 February 2024, and come to the day after."""

    def open_and_end(number: int) -> list[Convention]:
        today("2024-02-01")
        opened = [draft() for _ in range(number)]
        for convention in opened:
            record(convention, "cnil", "2024-01-12", basis="transmission", reference="T-1")
            record(convention, "signature", "2024-01-13", party="partner")
            record(convention, "signature", "2024-01-15", party="caisse")
            end(convention)
        today("2024-03-01")
        return opened

    return open_and_end


def end(convention: Convention) -> Any:
    return record(
        convention,
        "mutual_termination",
        "2024-02-01",
        last_day="2024-02-29",
        agreed_by=["caisse", "partner"],
    )


def states() -> list[str]:
    return list(Convention.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.parametrize(
    ("number", "percent", "floor", "total", "allowed"),
    [
        (500, 5, 20, 0, 20),
        (500, 5, 20, 39, 20),
        (500, 5, 20, 400, 20),
        (500, 5, 20, 1_000, 50),
        (500, 5, 20, 1_019, 50),
        (500, 5, 20, 10_000, 500),
        (500, 5, 20, 1_000_000, 500),
        (10, 5, 20, 1_000, 10),
    ],
)
def test_a_run_may_do_the_share_of_all_between_the_floor_and_the_number(
    number: int, percent: int, floor: int, total: int, allowed: int
) -> None:
    assert Limits(number, percent / 100, floor).allowed(total) == allowed


@pytest.mark.django_db
def test_a_run_within_the_limits_goes_on(ending: Several) -> None:
    ending(1)
    assert breaker.hold(clock.today()) == []
    assert not sweep(clock.today()).held
    assert states() == ["terminated"]


@pytest.mark.django_db
def test_a_run_above_them_stops_before_the_first_line(ending: Several) -> None:
    ending(3)
    before = ConventionJournalEntry.objects.count()
    result = sweep(clock.today())
    [held] = result.held
    assert (result.swept, result.steps) == (0, 0)
    assert (held.measure, held.day, held.count, held.total, held.allowed) == (
        "conventions",
        date(2024, 3, 1),
        3,
        3,
        1,
    )
    assert "terminated" not in states()
    assert ConventionJournalEntry.objects.count() == before
    assert not Effect.objects.filter(key__contains="terminated").exists()


@pytest.mark.django_db
def test_a_dry_run_shows_what_a_held_run_would_do(ending: Several) -> None:
    ending(3)
    result = sweep(clock.today(), dry_run=True)
    assert (result.swept, result.held) == (3, [])
    assert not HeldRun.objects.exists()


@pytest.mark.django_db
def test_the_command_of_a_held_run_fails_and_tells_both_ways_out(ending: Several) -> None:
    ending(3)
    with pytest.raises(CommandError) as refused:
        call_command("sweep")
    told = str(refused.value).replace("\N{NO-BREAK SPACE}", " ")
    assert told.startswith("conventions : 3 conventions prendraient fin au 1er mars 2024")
    assert "« Traitements retenus »" in told
    assert "manage.py breaker confirm" in told
    assert "terminated" not in states()


@pytest.mark.django_db
def test_a_run_held_twice_is_one(ending: Several) -> None:
    ending(3)
    assert breaker.hold(clock.today()) == breaker.hold(clock.today())
    assert HeldRun.objects.count() == 1


@pytest.mark.django_db
def test_renewals_are_no_ends(draft: Callable[..., Convention], ending: Several) -> None:
    ended = ending(3)
    for convention in ended:
        [act] = convention.acts.filter(kind="mutual_termination")
        record(convention, "annulment", "2024-03-01", of=act.identifier, reason="Saisi à tort")
    day = date(2025, 1, 15)
    clock.install(lambda: clock.start_of_day(day))
    assert breaker.hold(day) == []
    assert sweep(day).steps == 3


@pytest.mark.django_db
def test_confirmed_it_does_that_and_no_more(ending: Several, agent: User) -> None:
    ending(3)
    [held] = breaker.hold(clock.today())
    breaker.confirm(held, agent, "Fin du dispositif, voulue", seen=3)
    result = sweep(clock.today())
    assert not result.held
    assert states() == ["terminated"] * 3
    held.refresh_from_db()
    assert (held.confirmed_by, held.confirmed_at, held.reason) == (
        agent,
        clock.now(),
        "Fin du dispositif, voulue",
    )


@pytest.mark.django_db
def test_a_confirmed_run_that_grows_is_held_again(ending: Several, agent: User) -> None:
    ending(2)
    [held] = breaker.hold(clock.today())
    breaker.confirm(held, agent, "Voulu", seen=2)
    ending(1)
    [again] = sweep(clock.today()).held
    assert (again.pk != held.pk, again.count) == (True, 3)
    assert "terminated" not in states()


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "goes_on"), [("2024-03-02", True), ("2024-03-03", False)])
def test_a_confirmation_holds_until_the_end_of_the_next_day(
    ending: Several, agent: User, today: Callable[[str], None], day: str, goes_on: bool
) -> None:
    ending(3)
    [held] = breaker.hold(clock.today())
    breaker.confirm(held, agent, "Voulu", seen=3)
    today(day)
    assert (not sweep(clock.today()).held) == goes_on


@pytest.mark.django_db
def test_what_grew_since_it_was_shown_is_not_confirmed(ending: Several, agent: User) -> None:
    ending(2)
    [held] = breaker.hold(clock.today())
    ending(1)
    breaker.hold(clock.today())
    with pytest.raises(NotHeld, match="ampleur"):
        breaker.confirm(held, agent, "Voulu", seen=2)
    assert breaker.open_runs().get().count == 3


@pytest.mark.django_db
def test_of_two_confirmations_the_second_is_told(ending: Several, agent: User) -> None:
    ending(2)
    [held] = breaker.hold(clock.today())
    breaker.confirm(held, agent, "Voulu", seen=2)
    with pytest.raises(NotHeld):
        breaker.confirm(held, agent, "Moi aussi", seen=2)
    assert HeldRun.objects.get().reason == "Voulu"


@pytest.mark.django_db
def test_once_the_bad_data_is_annulled_the_run_goes_on_by_itself(ending: Several) -> None:
    wrong, _ = ending(2)
    [held] = sweep(clock.today()).held
    [act] = wrong.acts.filter(kind="mutual_termination")
    record(wrong, "annulment", "2024-03-01", of=act.identifier, reason="Fichier erroné")
    assert not sweep(clock.today()).held
    held.refresh_from_db()
    assert (held.settled_at, held.confirmed_at) == (clock.now(), None)
    assert sorted(states()) == ["active", "terminated"]


@pytest.mark.django_db
def test_the_scheduler_goes_on_as_soon_as_a_person_confirmed(ending: Several, agent: User) -> None:
    ending(3)
    scheduler = Scheduler(sweep)
    for _ in range(2):
        scheduler.tick()
    assert (scheduler.swept_on, "terminated" in states()) == (None, False)
    breaker.confirm(breaker.open_runs().get(), agent, "Voulu", seen=3)
    scheduler.tick()
    assert (scheduler.swept_on, states()) == (clock.today(), ["terminated"] * 3)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [{"confirmed_at": clock.system_time()}, {"reason": "Voulu"}, {"count": 1}],
    ids=["by nobody", "a reason alone", "not too much"],
)
def test_a_row_that_contradicts_itself_is_refused(changes: dict[str, Any]) -> None:
    row = {
        "measure": "conventions",
        "day": date(2024, 3, 1),
        "count": 3,
        "total": 3,
        "allowed": 1,
        "held_at": clock.now(),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        HeldRun.objects.create(**row | changes)


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_hold_one_run(ending: Several) -> None:
    ending(3)
    day, together, found = clock.today(), Barrier(2), []

    def hold() -> None:
        together.wait()
        try:
            found.extend(breaker.hold(day))
        finally:
            connection.close()

    threads = [Thread(target=hold) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.count for one in found] == [3, 3]
    assert HeldRun.objects.count() == 1


@pytest.fixture
def waiting(register: Callable[[effects.Handler], str]) -> str:
    """The name of a handler that waits for a person as long as one is asked for conventions."""

    def wait(payload: Any, context: effects.EffectContext) -> None:
        if breaker.holds_back("conventions", clock.today()):
            raise effects.HeldBack("conventions", "trop de conventions à la fois.")

    return register(wait)


@pytest.mark.django_db
def test_a_held_effect_waits_in_its_lane_without_losing_an_attempt(
    ending: Several, agent: User, waiting: str, noting: str, done: Done, machine: MachineClock
) -> None:
    ending(3)
    first = emitted(waiting, "essai:1", "file:1")
    emitted(noting, "essai:2", "file:1")
    for _ in range(20):
        drained = drain(now=machine)
        assert (drained.tried, drained.outcomes[Outcome.HELD]) == (1, 1)
        machine.pass_by(minutes=11)
    first.refresh_from_db()
    assert (first.state, first.attempts, done) == ("pending", 0, [])
    assert first.last_error == "HeldBack\N{NO-BREAK SPACE}: trop de conventions à la fois."
    [held] = breaker.open_runs()
    breaker.confirm(held, agent, "Voulu", seen=3)
    assert drain().outcomes[Outcome.DONE] == 2
    assert [key for key, _ in done] == ["essai:2"]


@pytest.mark.django_db
def test_what_an_effect_finds_too_much_of_is_shown_beside_what_is_held_already(
    ending: Several, waiting: str, machine: MachineClock
) -> None:
    ending(3)
    HeldRun.objects.create(
        measure="accounts", day=clock.today(), count=9, total=9, allowed=1, held_at=clock.now()
    )
    emitted(waiting, "essai:1")
    drain(now=machine)
    assert breaker.open_runs().filter(measure="conventions").exists()


@pytest.mark.django_db
def test_a_count_that_allows_serves_for_no_more_than_is_no_mass(ending: Several) -> None:
    ending(1)
    day = clock.today()
    assert not breaker.holds_back("conventions", day)
    ending(2)
    assert breaker.holds_back("conventions", day)
