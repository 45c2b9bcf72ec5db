"""How many queries each page of the desk costs, and that none grows with what it lists.

``queries.txt`` holds a line a page. Write it again with
``TACITE_WRITE_QUERIES=1 python -m pytest -n 0 tests/desk/test_queries.py``, then read what changed.
A page is asked once before it is counted, so that what a process keeps for good is there whichever
test came first; savepoints, which a test adds, are left out.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver

from contracts.models import Caisse, Convention
from tests.desk.reachable_world import INSIDE, everybody, samples
from tests.desk.test_every_page import patterns
from tests.desk.test_reachable import address_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.desk.reachable_urls")]

TABLE = Path(__file__).with_name("queries.txt")
MOST = 20
READERS = ("back_office_agent inside", "legal_officer inside", " and ".join(INSIDE))
_ELSEWHERE = re.compile(r"^(admin|api|espace|demonstration|portail|static)/")
"""What is no page of the desk."""
_SAVEPOINT = re.compile(r"^(RELEASE )?SAVEPOINT ")
_HEADER = """\
# The queries of each page of the desk: for an agent and for a legal officer | the same where there
# is more of everything. « – »: no page for this person.
"""


def test_each_page_costs_what_the_table_says_and_none_grows(
    convention: Convention,
    draft: Callable[..., Convention],
    today: Callable[[str], None],
    django_capture_on_commit_callbacks: Any,
) -> None:
    Caisse.objects.update(settings={"directory": "manual"})
    convention.caisse.refresh_from_db()
    world = samples(convention, django_capture_on_commit_callbacks)
    known = everybody(convention)
    people = [known[name] for name in READERS]
    few = _counts(world, people)
    import pickle

    pickle.dump(few, open("/tmp/q_few.pkl", "wb"))
    if os.environ.get("FEW"):
        return
    _more(convention, django_capture_on_commit_callbacks)
    many = _counts(world, people)
    pickle.dump(many, open("/tmp/q_many.pkl", "wb"))


def _more(convention, commit):
    samples(convention, commit)


def _counts(world, people):
    found = {}
    for pattern in sorted({pattern for pattern, _ in patterns(get_resolver().url_patterns)}):
        address, _ = address_of(pattern, world)
        if not _ELSEWHERE.match(pattern):
            found[pattern] = [_asked(client, address) for client in people]
    return found


def _asked(client: Client, address: str) -> list[str] | None:
    """The queries of a page; None where there is none for this person."""
    first = client.get(address)
    for _ in first if first.streaming else ():
        pass
    if first.status_code != 200:
        return None
    asked: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        if not _SAVEPOINT.match(sql):
            import traceback

            asked.append(
                (
                    sql,
                    str(rest[0]),
                    [
                        f"{f.filename.removeprefix('/tmp/wt/queries/')}:{f.lineno} {f.name}"
                        for f in traceback.extract_stack()
                        if "/wt/queries/" in f.filename
                        and "/.venv/" not in f.filename
                        and "test_queries" not in f.filename
                    ],
                )
            )
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        response = client.get(address)
        for _ in response if response.streaming else ():
            pass
    return asked
