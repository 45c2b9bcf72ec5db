"""The effects ledger: written with what caused it, done once, in order, until it succeeds."""

from collections.abc import Callable, Mapping
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from contracts.models import User
from tests.workflows.effect_makers import Done, MachineClock, emitted
from workflows import effects
from workflows.effect_worker import Outcome, Pace, claim, drain, rescue, run, wait_before
from workflows.effects import EffectContext, NewEffect
from workflows.models import Effect, EffectDecision, EffectState

pytestmark = pytest.mark.django_db

Register = Callable[[effects.Handler], str]

HASTY = Pace(most_attempts=3)


@pytest.fixture
def officer() -> User:
    return User.objects.create_user("officier@caisse.example")


@pytest.fixture
def failing(register: Register) -> str:
    """A handler that fails as a mail server does, with an address in its words."""

    def fail(payload: Mapping[str, Any], context: EffectContext) -> None:
        raise ConnectionRefusedError("camille.exemple@partenaire.example")

    return register(fail)


@pytest.fixture
def dead(failing: str, machine: MachineClock) -> Effect:
    """A dead letter, the first of the lane « convention:42 »."""
    effect = emitted(failing, "convention:42:letter", "convention:42")
    for _ in range(HASTY.most_attempts):
        drain(pace=HASTY, now=machine)
        machine.pass_by(hours=7)
    effect.refresh_from_db()
    assert effect.state == EffectState.DEAD
    return effect


def test_what_is_undone_takes_its_effects_along(noting: str) -> None:
    def renew_in_vain() -> None:
        with transaction.atomic():
            effects.emit(noting, "convention:42:renewed", "convention:42", {"term": 2})
            assert Effect.objects.exists()
            raise LookupError

    with pytest.raises(LookupError):
        renew_in_vain()
    assert not Effect.objects.exists()


def test_one_key_is_one_effect(noting: str, done: Done, machine: MachineClock) -> None:
    first = emitted(noting, "convention:42:renewed", term=2)
    assert emitted(noting, "convention:42:renewed", term=2) == first
    drain(now=machine)
    drain(now=machine)
    assert done == [("convention:42:renewed", {"term": 2})]
    assert emitted(noting, "convention:42:renewed", term=2).state == EffectState.DONE
    assert drain(now=machine).tried == 0


def test_one_key_for_two_things_is_refused(noting: str) -> None:
    emitted(noting, "convention:42:renewed", term=2)
    with pytest.raises(effects.ConflictingEffect, match="convention:42:renewed"):
        emitted(noting, "convention:42:renewed", term=3)
    assert Effect.objects.get().payload == {"term": 2}


def test_many_are_written_at_once_and_known_keys_passed_over(
    noting: str, done: Done, machine: MachineClock
) -> None:
    emitted(noting, "convention:2:renewed")
    with transaction.atomic():
        effects.emit_all(
            NewEffect(noting, f"convention:{number}:renewed", f"convention:{number}", {})
            for number in range(1, 5)
        )
    drain(now=machine)
    assert sorted(key for key, _ in done) == [f"convention:{n}:renewed" for n in range(1, 5)]


@pytest.mark.django_db(transaction=True)
def test_an_effect_is_refused_outside_a_transaction(noting: str) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        effects.emit(noting, "convention:42:renewed", "convention:42", {})


@pytest.mark.parametrize(
    "payload",
    [
        {"name": "Camille Exemple"},
        {"address": "camille@partenaire.example"},
        {"amount": 1.5},
        {"persons": [{"name": "Camille"}]},
    ],
)
def test_a_payload_names_nobody(noting: str, payload: dict[str, Any]) -> None:
    with pytest.raises(effects.RefusedEffect, match=f"« {next(iter(payload))} »".replace(" ", ".")):
        emitted(noting, "convention:42:renewed", **payload)
    assert not Effect.objects.exists()


@pytest.mark.parametrize("key", ["", "two words", "k" * 201])
def test_a_key_that_does_not_fit_is_refused(noting: str, key: str) -> None:
    with pytest.raises(effects.RefusedEffect, match="key = "):
        emitted(noting, key, "convention:42")


def test_effects_of_a_lane_are_done_in_the_order_in_which_they_came(
    noting: str, done: Done, machine: MachineClock
) -> None:
    for key, lane in [("a1", "a"), ("a2", "a"), ("b1", "b"), ("a3", "a"), ("b2", "b")]:
        emitted(noting, key, lane)
    drain(now=machine)
    in_order = [key for key, _ in done]
    assert [key for key in in_order if key.startswith("a")] == ["a1", "a2", "a3"]
    assert [key for key in in_order if key.startswith("b")] == ["b1", "b2"]


def test_only_the_first_of_a_lane_is_leased(noting: str, machine: MachineClock) -> None:
    for key, lane in [("a1", "a"), ("a2", "a"), ("b1", "b")]:
        emitted(noting, key, lane)
    leased = [lease.effect.key for lease in claim(10, now=machine)]
    assert leased == ["a1", "b1"]
    assert claim(10, now=machine) == []


def test_a_failure_holds_its_lane_back_and_no_other(
    noting: str, failing: str, done: Done, machine: MachineClock
) -> None:
    emitted(failing, "a1", "a")
    emitted(noting, "a2", "a")
    emitted(noting, "b1", "b")
    drained = drain(now=machine)
    assert (drained.outcomes[Outcome.FAILED], drained.outcomes[Outcome.DONE]) == (1, 1)
    assert [key for key, _ in done] == ["b1"]


def test_what_a_failed_handler_wrote_is_undone(register: Register, machine: MachineClock) -> None:
    def write_then_fail(payload: Mapping[str, Any], context: EffectContext) -> None:
        User.objects.create_user("compte@caisse.example")
        raise effects.EffectFailed("L’annuaire ne répond pas.")

    effect = emitted(register(write_then_fail), "account:7")
    drain(now=machine)
    effect.refresh_from_db()
    assert not User.objects.exists()
    assert effect.last_error.endswith("L’annuaire ne répond pas.")


def test_the_words_of_an_unknown_error_are_not_kept(failing: str, machine: MachineClock) -> None:
    effect = emitted(failing, "convention:42:letter")
    drain(now=machine)
    effect.refresh_from_db()
    assert effect.last_error.startswith("ConnectionRefusedError")
    assert "test_effects.py, ligne" in effect.last_error
    assert "camille" not in effect.last_error


def test_an_effect_waits_for_a_handler_that_is_not_known_yet(
    register: Register, machine: MachineClock
) -> None:
    effect = emitted("tests.of_the_next_version", "convention:42:letter")
    assert drain(now=machine).outcomes[Outcome.FAILED] == 1
    effect.refresh_from_db()
    assert effect.state == EffectState.PENDING
    assert "tests.of_the_next_version" in effect.last_error


def test_attempts_come_later_and_later_up_to_a_limit() -> None:
    class Highest(Random):
        def random(self) -> float:
            return 1.0

    waits = [wait_before(n, Pace(), Highest()).total_seconds() for n in range(1, 13)]
    assert waits[:5] == [30, 60, 120, 240, 480]
    assert waits[6:] == [1920, 3600, 3600, 3600, 3600, 3600]


def test_what_failed_together_does_not_come_back_together() -> None:
    drawn = {wait_before(4, Pace(), Random(seed)).total_seconds() for seed in range(50)}
    assert len(drawn) == 50
    assert min(drawn) >= 120
    assert max(drawn) <= 240


def test_a_failed_effect_is_not_tried_before_its_hour(failing: str, machine: MachineClock) -> None:
    emitted(failing, "convention:42:letter")
    assert drain(now=machine).tried == 1
    assert drain(now=machine).tried == 0
    machine.pass_by(seconds=30)
    assert drain(now=machine).tried == 1


def test_after_the_last_attempt_it_is_dead_and_seen(dead: Effect, machine: MachineClock) -> None:
    assert dead.attempts == HASTY.most_attempts
    assert list(effects.dead_letters()) == [dead]
    machine.pass_by(days=365)
    assert drain(pace=HASTY, now=machine).tried == 0


def test_a_dead_letter_holds_back_its_lane(
    dead: Effect, noting: str, done: Done, machine: MachineClock
) -> None:
    later = emitted(noting, "convention:42:renewed", "convention:42")
    drain(now=machine)
    assert done == []
    assert list(effects.held_back(dead)) == [later]


def test_a_dead_letter_is_replayed_by_a_person(
    dead: Effect, noting: str, done: Done, machine: MachineClock, officer: User
) -> None:
    emitted(noting, "convention:42:renewed", "convention:42")
    Effect.objects.filter(pk=dead.pk).update(handler=noting)  # The cause is mended.
    effects.replay(dead, officer)
    drain(now=machine)
    assert [key for key, _ in done] == ["convention:42:letter", "convention:42:renewed"]
    decision = EffectDecision.objects.get()
    assert (decision.kind, decision.author) == (EffectDecision.Kind.REPLAYED, officer)
    assert decision.error == dead.last_error


def test_a_replayed_effect_has_all_its_attempts_again(
    dead: Effect, machine: MachineClock, officer: User
) -> None:
    effects.replay(dead, officer)
    drain(pace=HASTY, now=machine)
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == (EffectState.PENDING, 1)


def test_a_dead_letter_set_aside_lets_its_lane_go_on(
    dead: Effect, noting: str, done: Done, machine: MachineClock, officer: User
) -> None:
    emitted(noting, "convention:42:renewed", "convention:42")
    effects.set_aside(dead, officer, "Courrier remis en main propre.")
    drain(now=machine)
    assert [key for key, _ in done] == ["convention:42:renewed"]
    assert EffectDecision.objects.get().reason == "Courrier remis en main propre."
    assert not effects.dead_letters().exists()


def test_nothing_is_set_aside_without_a_reason(dead: Effect, officer: User) -> None:
    with pytest.raises(effects.RefusedEffect, match="motif"):
        effects.set_aside(dead, officer, "  ")
    assert effects.dead_letters().exists()


def test_of_two_decisions_the_second_is_told(dead: Effect, officer: User) -> None:
    effects.replay(dead, officer)
    with pytest.raises(effects.NotDead):
        effects.set_aside(dead, officer, "Trop tard.")
    assert EffectDecision.objects.count() == 1


def test_a_vanished_worker_s_effect_is_taken_up_again_and_its_late_result_refused(
    register: Register, machine: MachineClock
) -> None:
    def work(payload: Mapping[str, Any], context: EffectContext) -> None:
        User.objects.create_user(f"essai-{User.objects.count()}@caisse.example")

    effect = emitted(register(work), "account:7")
    [old] = claim(10, now=machine)
    slow = machine.instant
    machine.pass_by(minutes=6)
    assert rescue(now=machine) == 1
    [new] = claim(10, now=machine)
    assert (new.effect, new.fence) == (effect, old.fence + 1)
    # The old worker comes back, by a clock that stands still: it does not know.
    assert run(old, now=lambda: slow) is Outcome.LOST
    assert not User.objects.exists()
    assert run(new, now=machine) is Outcome.DONE
    assert User.objects.get().email == "essai-0@caisse.example"
    assert run(old, now=lambda: slow) is Outcome.LOST


def test_the_failure_of_an_old_lease_is_refused_as_well(
    failing: str, machine: MachineClock
) -> None:
    effect = emitted(failing, "account:7")
    [old] = claim(10, now=machine)
    slow = machine.instant
    machine.pass_by(minutes=6)
    rescue(now=machine)
    claim(10, now=machine)
    assert run(old, now=lambda: slow) is Outcome.LOST
    effect.refresh_from_db()
    assert (effect.state, effect.attempts) == (EffectState.LEASED, 0)


def test_a_worker_does_not_begin_what_its_lease_no_longer_covers(
    noting: str, done: Done, machine: MachineClock
) -> None:
    emitted(noting, "account:7")
    [lease] = claim(10, now=machine)
    machine.pass_by(minutes=5)
    assert run(lease, now=machine) is Outcome.LOST
    assert done == []


def test_a_handler_can_ask_whether_the_effect_is_still_its_own(
    register: Register, machine: MachineClock
) -> None:
    answers: list[bool] = []

    def ask(payload: Mapping[str, Any], context: EffectContext) -> None:
        answers.append(context.held())

    emitted(register(ask), "account:7")
    [lease] = claim(10, now=machine)
    slow = machine.instant
    run(lease, now=machine)
    run(lease, now=lambda: slow)
    assert answers == [True, False]


def test_an_effect_that_kills_its_workers_is_dead_in_the_end(
    noting: str, machine: MachineClock
) -> None:
    pace = Pace(most_losses=3)
    effect = emitted(noting, "account:7")
    for _ in range(3):
        assert len(claim(10, pace=pace, now=machine)) == 1
        machine.pass_by(minutes=6)
        rescue(pace=pace, now=machine)
    effect.refresh_from_db()
    assert (effect.state, effect.attempts, effect.losses) == (EffectState.DEAD, 0, 3)
    assert effect.last_error.startswith("LeaseLost")


def test_a_worker_told_to_stop_gives_back_what_it_has_not_begun(
    register: Register, done: Done, machine: MachineClock
) -> None:
    def note(payload: Mapping[str, Any], context: EffectContext) -> None:
        done.append((context.key, payload))

    name = register(note)
    for number in range(5):
        emitted(name, f"account:{number}")
    drained = drain(now=machine, stopped=lambda: len(done) >= 2)
    assert drained.outcomes[Outcome.DONE] == 2
    assert Effect.objects.filter(state=EffectState.PENDING).count() == 3
    assert len(claim(10, now=machine)) == 3


def test_a_limit_is_kept(noting: str, machine: MachineClock) -> None:
    for number in range(5):
        emitted(noting, f"account:{number}")
    assert drain(3, now=machine).tried == 3
    assert effects.unfinished().count() == 2


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "lost", "next_attempt_at": None}, "workflows_effect_state_known"),
        ({"next_attempt_at": None}, "workflows_effect_pending_has_its_hour"),
        ({"state": "leased", "next_attempt_at": None}, "workflows_effect_leased_has_its_end"),
        ({"state": "done", "next_attempt_at": None}, "workflows_effect_finished_has_its_day"),
        ({"state": "dead", "next_attempt_at": None}, "workflows_effect_dead_has_its_cause"),
        ({"lane": ""}, "workflows_effect_named"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(
    noting: str, changes: dict[str, Any], constraint: str
) -> None:
    emitted(noting, "account:7")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Effect.objects.update(**changes)


def test_the_command_does_what_waits(noting: str, done: Done) -> None:
    emitted(noting, "account:7")
    out = StringIO()
    call_command("work", "--once", stdout=out)
    assert len(done) == 1
    assert "1\N{NO-BREAK SPACE}envoi fait," in out.getvalue()


def test_the_command_fails_while_a_dead_letter_waits(dead: Effect) -> None:
    errors = StringIO()
    with pytest.raises(CommandError, match="envoi en échec"):
        call_command("work", "--once", stdout=StringIO(), stderr=errors)
    assert dead.key in errors.getvalue()
    assert "ConnectionRefusedError" in errors.getvalue()
