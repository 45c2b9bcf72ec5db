"""Who waited for a row reads it as it stands now, with what it was tied to meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic

import pytest
from django.db import connection, transaction

from contracts.models import Convention, User
from workflows.subjects import locked

pytestmark = pytest.mark.django_db(transaction=True)

LONGEST = 30
"""Seconds: far more than anything here takes."""


@pytest.mark.parametrize(
    "read_with",
    [("created_by",), ("caisse", "created_by")],
    ids=["alone", "beside-what-is-always-there"],
)
def test_who_waited_for_a_row_finds_what_it_was_tied_to_meanwhile(
    draft: Callable[..., Convention], agent: User, read_with: tuple[str, ...]
) -> None:
    convention = draft()
    assert convention.created_by is None
    begun = Event()

    def wait_and_read() -> Convention:
        try:
            begun.set()
            with transaction.atomic():
                return locked(Convention.objects.select_related(*read_with), convention.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            held = locked(Convention.objects.all(), convention.pk)
            waiting = pool.submit(wait_and_read)
            assert begun.wait(LONGEST)
            until_somebody_waits()
            held.created_by = agent
            held.save()
        found = waiting.result(LONGEST)
    assert found.created_by == agent


def until_somebody_waits() -> None:
    """Return once another connection waits for a lock of this one.

    On SQLite there is nothing to see: whoever wants to write waits before anything is read.
    """
    if connection.vendor != "postgresql":
        return
    until = monotonic() + LONGEST
    while monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks "
                "WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
    pytest.fail("Nobody came to wait for the row.")
