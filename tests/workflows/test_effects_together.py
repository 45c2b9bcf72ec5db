"""Several workers on one effects ledger, and workers that are killed."""

import json
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from contracts.models import User
from tests.workflows import effects_process
from tests.workflows.effect_makers import Done, MachineClock, emitted
from workflows import effects
from workflows.effect_worker import Outcome, Pace, Worker, drain
from workflows.effects import EffectContext, NewEffect
from workflows.models import Effect, EffectState

pytestmark = pytest.mark.django_db(transaction=True)


def side_by_side(*works: Callable[[], object]) -> None:
    """Begin all works at once, each in a thread with its own connection, and wait for them."""
    begin = Barrier(len(works))

    def do(work: Callable[[], object]) -> None:
        try:
            begin.wait(timeout=30)
            work()
        finally:
            connection.close()

    threads = [Thread(target=do, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
        assert not thread.is_alive()


def test_two_workers_share_without_a_duplicate_and_keep_the_order_of_lanes(
    noting: str, done: Done, machine: MachineClock
) -> None:
    for number in range(60):
        emitted(noting, f"{number % 10}:{number:02}", f"convention:{number % 10}")
    small = Pace(batch=3)
    side_by_side(*[lambda: drain(pace=small, now=machine)] * 2)
    drain(now=machine)  # What one worker held back while the other found nothing due.
    keys = [key for key, _ in done]
    assert sorted(keys) == sorted(f"{number % 10}:{number:02}" for number in range(60))
    for lane in range(10):
        of_lane = [key for key in keys if key.startswith(f"{lane}:")]
        assert of_lane == sorted(of_lane)
    assert set(Effect.objects.values_list("state", "fence")) == {(EffectState.DONE, 1)}


def test_many_who_emit_under_one_key_make_one_effect(
    noting: str, done: Done, machine: MachineClock
) -> None:
    side_by_side(*[lambda: emitted(noting, "convention:42:renewed", term=2)] * 4)
    drain(now=machine)
    assert done == [("convention:42:renewed", {"term": 2})]


def test_a_thread_does_what_is_emitted_and_stops_when_asked(
    register: Callable[[effects.Handler], str],
) -> None:
    noted = Event()

    def note(payload: Mapping[str, Any], context: EffectContext) -> None:
        noted.set()

    worker = Worker()
    worker.start()
    try:
        effect = emitted(register(note), "account:7")
        assert noted.wait(timeout=30)
    finally:
        worker.stop()
    effect.refresh_from_db()
    assert effect.state == EffectState.DONE


def test_a_thread_outlives_a_failed_round() -> None:
    rounds: list[int] = []
    again = Event()

    def work(stopped: Callable[[], bool]) -> None:
        rounds.append(len(rounds))
        if len(rounds) == 1:
            raise ConnectionError("database away")
        again.set()

    worker = Worker(work)
    worker.start()
    assert again.wait(timeout=30)
    worker.stop()


def test_killed_between_its_work_and_the_commit_it_is_done_again_to_the_same_state(
    register: Callable[[effects.Handler], str],
    machine: MachineClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = tmp_path / "account"
    monkeypatch.setenv("TEST_ACCOUNT", str(account))
    effect = emitted(
        effects_process.BRINGS_TO_STATE, "account:7", state="open", services=["droits"]
    )
    with effects_process.started("die") as process:
        assert process.wait(timeout=60) == -signal.SIGKILL
    effect.refresh_from_db()
    assert (effect.state, effect.fence) == (EffectState.LEASED, 1)
    assert json.loads(account.read_text()) == {"state": "open", "services": ["droits"]}
    assert not User.objects.exists()

    def again(payload: Mapping[str, Any], context: EffectContext) -> None:
        effects_process.bring_to_state(payload, account)

    Effect.objects.update(handler=register(again))
    assert drain(now=machine).tried == 0
    machine.pass_by(minutes=6)
    assert drain(now=machine).outcomes[Outcome.DONE] == 1
    assert json.loads(account.read_text()) == {"state": "open", "services": ["droits"]}
    assert User.objects.count() == 1
    effect.refresh_from_db()
    assert (effect.state, effect.fence, effect.attempts) == (EffectState.DONE, 2, 0)


def test_killed_at_random_moments_workers_lose_and_double_nothing(
    machine: MachineClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = 100 if connection.vendor == "postgresql" else 30
    lanes, each = 400, 10
    with transaction.atomic():
        effects.emit_all(
            NewEffect(
                effects_process.ADDS_A_USER,
                f"convention:{number % lanes}:{number}",
                f"convention:{number % lanes}",
                {"number": number},
            )
            for number in range(lanes * each)
        )
    with effects_process.started("be_killed", str(times)) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        assert process.wait(timeout=300) == 0, said
    killed_at_work = Effect.objects.filter(fence__gt=1).count()

    monkeypatch.setitem(effects._handlers, effects_process.ADDS_A_USER, effects_process.add_a_user)
    drain(now=machine)
    assert killed_at_work > times / 4
    # A result written twice would have been refused by the database, and count as an attempt.
    assert set(Effect.objects.values_list("state", "attempts")) == {(EffectState.DONE, 0)}
    numbers = [
        int(email.partition("@")[0].removeprefix("effet-"))
        for email in User.objects.order_by("pk").values_list("email", flat=True)
    ]
    assert sorted(numbers) == list(range(lanes * each))
    for lane in range(lanes):
        of_lane = [number for number in numbers if number % lanes == lane]
        assert of_lane == sorted(of_lane)


def test_the_command_stops_politely() -> None:
    with effects_process.started("work") as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "Ctrl+C" in line:
                break
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
        assert "Arrêté" in process.stdout.read()
