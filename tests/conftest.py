"""Marks that let a run select its tests by what they need, and how a test empties the tables."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_serialized_rollback", "live_server"}
BROWSER_FIXTURES = {"page", "context", "browser"}

CHROMIUM_ONCE_MORE = pytest.mark.flaky(reruns=1, only_rerun=["TimeoutError", "Locator expected"])
"""On a busy machine Chromium loses a click now and then, and the test waits in vain
for the next page. Such a test is run once more, and told as such; any other failure stands."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark `database` the tests that use one, and `browser` those that drive Chromium."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & DATABASE_FIXTURES:
            item.add_marker("database")
        if fixtures & BROWSER_FIXTURES:
            item.add_marker("browser")
            item.add_marker(CHROMIUM_ONCE_MORE)


@pytest.fixture(autouse=True, scope="session")
def _append_only_tables_can_be_emptied_between_tests() -> Iterator[None]:
    """Lift the triggers for the time in which a test that commits empties the tables."""
    delete: Callable[..., list[str]] = SQLite.ops_class.sql_flush

    def delete_without_triggers(self: Any, *args: Any, **kwargs: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' "
                "AND name LIKE '%\\_no\\_delete' ESCAPE '\\'"
            )
            triggers = cursor.fetchall()
        return [
            *(f'DROP TRIGGER "{name}"' for name, _ in triggers),
            *delete(self, *args, **kwargs),
            *(sql for _, sql in triggers),
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLite.ops_class, "sql_flush", delete_without_triggers)
        if connection.vendor == "postgresql":
            ops = type(connection.ops)
            truncate: Callable[..., list[str]] = ops.sql_flush

            def truncate_without_triggers(self: Any, *args: Any, **kwargs: Any) -> list[str]:
                # As a replica, which takes over what its origin allowed; to the commit at most.
                return [
                    "SET LOCAL session_replication_role = replica",
                    *truncate(self, *args, **kwargs),
                    "SET LOCAL session_replication_role = origin",
                ]

            patch.setattr(ops, "sql_flush", truncate_without_triggers)
        yield


@pytest.fixture(autouse=True, scope="session")
def _who_runs_a_loop_finds_none() -> Iterator[None]:
    """Let ``asyncio.run`` work in the thread where Playwright leaves a loop of its own running.

    pyHanko runs one to sign and to check. The browser's is hidden for that call alone: Django keeps
    one connection for code that sees a loop and another for code that does not, so that a test must
    never change from one to the other.
    """
    run = asyncio.run

    def run_alone(*args: Any, **kwargs: Any) -> Any:
        running = asyncio._get_running_loop()
        asyncio._set_running_loop(None)
        try:
            return run(*args, **kwargs)
        finally:
            asyncio._set_running_loop(running)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "run", run_alone)
        yield


@pytest.fixture(autouse=True)
def _each_test_publishes_its_heads_apart(settings: Any) -> None:
    """A folder of its own, made when something is written: a published file is never replaced."""
    settings.TACITE_HEADS = settings.TACITE_HEADS / uuid4().hex


@pytest.fixture(autouse=True)
def _no_test_counts_the_tries_of_another() -> Iterator[None]:
    """Forget how often one tried to sign in."""
    yield
    cache.clear()
