"""Following the journals while others write: nobody misses what commits late."""

from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from access.models import HabilitationJournalEntry
from access.services import journal_feed
from access.services.clients import Caller, create_client
from access.services.journal_feed import Position
from contracts.models import Caisse, Convention, ConventionJournalEntry
from tests.portfolio import noon, record
from workflows import clock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def caller(caisse: Caisse) -> Caller:
    client = create_client(caisse, "Lecteur", scopes=["read"]).client
    return Caller(client, {caisse.code: caisse}, frozenset({"read"}))


def in_background(work: Callable[[], Any]) -> Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    return thread


def numbers(found: journal_feed.Read) -> list[int]:
    return [entry.pk for entry in found.entries]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_what_commits_late_is_waited_for(caller: Caller, convention: Convention) -> None:
    start = journal_feed.read(caller, Position(), 200).position
    written, commit = Event(), Event()

    def slow_writer() -> None:
        with transaction.atomic():
            entry = ConventionJournalEntry.objects.latest("pk")
            copy_of(entry, "late")
            written.set()
            assert commit.wait(20)

    writer = in_background(slow_writer)
    try:
        assert written.wait(20)
        # Numbered after the slow one's, and committed before it.
        copy_of(ConventionJournalEntry.objects.latest("pk"), "early")
        assert journal_feed.read(caller, start, 200, patience=0) == ([], start, False)
    finally:
        commit.set()
        writer.join()
    found = journal_feed.read(caller, start, 200)
    assert [entry.belief for entry in found.entries] == ["late", "early"]
    assert journal_feed.read(caller, found.position, 200).entries == []


def copy_of(entry: ConventionJournalEntry, belief: str) -> None:
    """One more entry of the same convention, told apart by its belief and a rank of its own."""
    entry.pk = None
    entry.belief = belief
    entry.number = {"late": 1001, "early": 1002}[belief]
    entry.save(force_insert=True)


def test_each_entry_comes_once_whoever_writes_meanwhile(
    caller: Caller, convention: Convention
) -> None:
    def write() -> None:
        with clock.set_to(noon("2024-02-02")):
            record(convention, "suspension", "2024-02-02")

    position, seen = Position(), []
    for turn in range(40):
        found = journal_feed.read(caller, position, 2)
        seen += numbers(found)
        position = found.position
        if turn == 1:
            write()
        if turn > 1 and not found.more:
            break
    total = ConventionJournalEntry.objects.count() + HabilitationJournalEntry.objects.count()
    assert len(seen) == total
