"""A head is taken while others write: what it covers can be found again, and nobody is held up."""

from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Event, Thread

import pytest
from django.db import OperationalError, connection, transaction

from contracts.models import Convention
from tests.portfolio import record
from tests.workflows.journal_heads import Move, expected_root, in_force, taken
from workflows import heads
from workflows.head_checks import broken_heads
from workflows.models import Effect, JournalHead

pytestmark = pytest.mark.django_db(transaction=True)

Draft = Callable[..., Convention]


def beside(work: Callable[[], object]) -> Thread:
    """Begin a work in a thread with its own connection."""

    def do() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = Thread(target=do)
    thread.start()
    return thread


def over(*threads: Thread) -> None:
    for thread in threads:
        thread.join(timeout=120)
        assert not thread.is_alive()


def sign(convention: Convention) -> None:
    """Bring a draft into force: its first entries."""
    record(convention, "cnil", "2024-01-12", basis="transmission", reference="T-1")
    record(convention, "signature", "2024-01-13", party="partner")
    record(convention, "signature", "2024-01-15", party="caisse")


def test_heads_taken_while_others_write_agree_for_ever(
    convention: Convention, draft: Draft, today: Move
) -> None:
    today("2024-02-01")
    drafts = [draft() for _ in range(12)]
    begin = Barrier(3)

    def write(share: list[Convention]) -> None:
        begin.wait(timeout=30)
        for one in share:
            with transaction.atomic():
                sign(one)

    writers = [beside(lambda share=drafts[half::2]: write(share)) for half in (0, 1)]
    begin.wait(timeout=30)
    day = date(2024, 2, 1)
    while any(writer.is_alive() for writer in writers):
        heads.take(day)
        day += timedelta(days=1)
    over(*writers)
    heads.take(day)
    assert list(broken_heads(every=True)) == []
    assert JournalHead.objects.last().root == expected_root()


def test_two_who_take_the_head_of_one_day_take_one(convention: Convention, today: Move) -> None:
    today("2024-02-02")
    begin = Barrier(4)

    def take() -> None:
        begin.wait(timeout=30)
        heads.take(date(2024, 2, 2))

    over(*[beside(take) for _ in range(4)])
    assert JournalHead.objects.count() == 1
    assert Effect.objects.filter(key__startswith="journal_head:").count() == 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_an_entry_written_but_not_committed_is_waited_for(
    convention: Convention, draft: Draft, today: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, quick = draft(), draft()
    written, may_commit = Event(), Event()

    def write_slowly() -> None:
        with transaction.atomic():
            sign(slow)
            written.set()
            assert may_commit.wait(timeout=60)

    writer = beside(write_slowly)
    assert written.wait(timeout=30)
    in_force(lambda: quick)  # Later identifiers, committed first.
    monkeypatch.setattr(heads, "LOCK_WAIT", 1)
    with pytest.raises(OperationalError, match="lock timeout"):
        heads.take(date(2024, 2, 2))
    assert not JournalHead.objects.exists()
    may_commit.set()
    over(writer)
    head = taken(today, "2024-02-02")
    assert head.root == expected_root()
    assert head.subjects == 3
