"""Background jobs on PostgreSQL: deferred with the effects, and saying nothing but "drain"."""

import json
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.apps import apps
from django.db import connection, transaction

from contracts.models import User
from tests.workflows import effects_process
from tests.workflows.effect_makers import emitted
from workflows import breaker, clock, effects
from workflows.models import Effect, EffectState, HeldRun

if not apps.is_installed("procrastinate.contrib.django"):
    pytest.skip("procrastinate knows PostgreSQL only", allow_module_level=True)

from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from workflows import jobs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_job_of_another_test(transactional_db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An account outside the database, which the other process brings to its state."""
    monkeypatch.setenv("TEST_ACCOUNT", str(tmp_path / "account"))
    return tmp_path / "account"


def to_open() -> Effect:
    return emitted(effects_process.BRINGS_TO_STATE, "account:7", state="open", services=["droits"])


def run_to_its_end(doing: str) -> int:
    with effects_process.started(doing) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        code = process.wait(timeout=60)
        print(said)
        return code


def waiting() -> list[str]:
    return list(ProcrastinateJob.objects.filter(status="todo").values_list("task_name", flat=True))


def test_a_job_is_deferred_with_the_effects_and_undone_with_them(noting: str) -> None:
    def renew_in_vain() -> None:
        with transaction.atomic():
            effects.emit(noting, "convention:42:renewed", "convention:42", {})
            assert waiting() == ["tacite.drain"]
            raise LookupError

    with pytest.raises(LookupError):
        renew_in_vain()
    assert waiting() == []
    emitted(noting, "convention:42:renewed")
    assert waiting() == ["tacite.drain"]


def test_a_job_that_waits_already_is_enough(noting: str) -> None:
    emitted(noting, "convention:42:renewed")
    with transaction.atomic():
        effects.emit(noting, "convention:42:ended", "convention:42", {})
        effects.emit(noting, "convention:43:ended", "convention:43", {})
    assert waiting() == ["tacite.drain"]
    assert effects.unfinished().count() == 3


def test_a_refused_job_leaves_the_transaction_whole(noting: str) -> None:
    jobs.resume()
    with transaction.atomic():
        effects.emit(noting, "convention:42:renewed", "convention:42", {})
        jobs.resume()
        effects.emit(noting, "convention:43:renewed", "convention:43", {})
    assert sorted(waiting()) == ["tacite.drain", "tacite.sweep"]
    assert effects.unfinished().count() == 2


def test_a_run_that_a_person_lets_go_is_swept_at_once() -> None:
    author = User.objects.create_user("juriste@caisse.example")
    held = HeldRun.objects.create(
        measure="conventions",
        day=clock.today(),
        count=9,
        total=9,
        allowed=1,
        held_at=clock.now(),
    )
    breaker.confirm(held, author, "Voulu", seen=9)
    assert waiting() == ["tacite.sweep"]


def test_two_transactions_that_emit_do_not_wait_for_each_other(noting: str) -> None:
    both_have_emitted = Barrier(2)
    problems: list[BaseException] = []

    def emit(number: int) -> None:
        try:
            with transaction.atomic():
                effects.emit(noting, f"convention:{number}:renewed", f"convention:{number}", {})
                both_have_emitted.wait(timeout=20)
        except BaseException as error:
            problems.append(error)
        finally:
            connection.close()

    threads = [Thread(target=emit, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert problems == []
    assert effects.unfinished().count() == 2


def test_a_worker_of_another_process_does_what_was_emitted(account: Path) -> None:
    effect = to_open()
    assert run_to_its_end("jobs") == 0
    effect.refresh_from_db()
    assert effect.state == EffectState.DONE
    assert json.loads(account.read_text())["state"] == "open"
    # What succeeded is not kept: the queue holds what waits.
    assert not ProcrastinateJob.objects.filter(status="succeeded").exists()


def lose_a_worker() -> None:
    """A worker dies at its work; then so much time goes by that its lease and heartbeat are old."""
    assert run_to_its_end("die_in_job") == -signal.SIGKILL
    assert ProcrastinateJob.objects.filter(status="doing", task_name="tacite.drain").exists()
    assert Effect.objects.get().state == EffectState.LEASED
    Effect.objects.update(lease_until=clock.system_time())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"
        )


def prepare_nothing_more() -> None:
    """The dead worker's job is the only one of its name."""


def prepare_another_job() -> None:
    """A job of the same name as the dead worker's waits by now."""
    ended = ProcrastinateJob.objects.get(status="doing", task_name="tacite.drain")
    jobs.drain_ledger.configure(queueing_lock=ended.queueing_lock).defer()


@pytest.mark.parametrize("prepare", [prepare_nothing_more, prepare_another_job])
def test_a_vanished_worker_s_job_is_rescued_and_its_effect_done_once(
    account: Path, prepare: Callable[[], None]
) -> None:
    effect = to_open()
    lose_a_worker()
    prepare()
    with suppress(AlreadyEnqueued):  # The dead worker deferred that of its minute, or did not.
        jobs.rescue_stalled.defer(timestamp=0)
    assert run_to_its_end("jobs") == 0
    assert not ProcrastinateJob.objects.filter(status="doing").exists()
    effect.refresh_from_db()
    assert (effect.state, effect.fence, effect.losses) == (EffectState.DONE, 2, 0)
    assert json.loads(account.read_text()) == {"state": "open", "services": ["droits"]}
    assert User.objects.count() == 1
