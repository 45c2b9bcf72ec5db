"""How many queries each page of the desk costs, and that none grows with what it lists.

``queries.txt`` holds a line a page. Write it again with
``TACITE_WRITE_QUERIES=1 python -m pytest -n 0 tests/desk/test_queries.py``, then read what changed.
Each page is asked once before it is counted, so that what a process keeps for good is there
whichever test came first; savepoints, which the test adds, are left out.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver

from contracts.models import Caisse, Convention
from tests.desk.more_rows import more_rows
from tests.desk.reachable_world import INSIDE, Samples, everybody, samples
from tests.desk.test_every_page import PUBLIC, patterns
from tests.desk.test_reachable import address_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.desk.reachable_urls")]

TABLE = Path(__file__).with_name("queries.txt")
MOST = 20
ALL_ROLES = " and ".join(INSIDE)
READERS = ("back_office_agent inside", "legal_officer inside", ALL_ROLES)
ELSEWHERE = ("admin/", "api/", "demonstration/", "espace/", "portail/", "static/")
"""What is no page of the desk."""
_SAVEPOINT = re.compile(r"(RELEASE )?SAVEPOINT ")
_HEADER = """\
# The queries of each page of the desk: for an agent, a legal officer and somebody who has all the
# roles | the same people where there is more of everything. « – »: no page for this person.
"""


def test_each_page_costs_what_the_table_says_and_none_grows(
    convention: Convention, today: Callable[[str], None], django_capture_on_commit_callbacks: Any
) -> None:
    Caisse.objects.update(settings={"directory": "manual"})
    convention.caisse.refresh_from_db()
    world = samples(convention, django_capture_on_commit_callbacks)
    people = everybody(convention)
    readers = [people[name] for name in READERS]
    pages = list(_pages(world, people[ALL_ROLES]))
    few = {page: [_queries(one, address) for one in readers] for page, address in pages}
    more_rows(convention, django_capture_on_commit_callbacks)
    many = {page: [_queries(one, address) for one in readers] for page, address in pages}

    assert {page: counted for page, counted in few.items() if max(counted) > MOST} == {}
    assert {page: counted for page, counted in many.items() if max(counted) > MOST} == {}
    lines = [f"/{page}  {_row(few[page])} | {_row(many[page])}" for page, _ in pages]
    text = _HEADER + "\n".join(lines) + "\n"
    if os.environ.get("TACITE_WRITE_QUERIES"):
        TABLE.write_text(text, encoding="utf-8")
    told = TABLE.read_text(encoding="utf-8")
    changed = unified_diff(told.splitlines(), text.splitlines(), "table", "site", "", "", 0, "")
    assert told == text, "\n".join(changed)


def _pages(world: Samples, reader: Client) -> Iterable[tuple[str, str]]:
    """Each address of the desk that shows a page to somebody who has all the roles."""
    for pattern in sorted({pattern for pattern, _ in patterns(get_resolver().url_patterns)}):
        if pattern in PUBLIC or pattern.startswith(ELSEWHERE):
            continue
        address, _ = address_of(pattern, world)
        if _status(reader, address) == 200:
            yield pattern, address


def _queries(reader: Client, address: str) -> int:
    """How many queries the page takes; 0 where there is none for this person."""
    asked = 0

    def counting(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal asked
        asked += not _SAVEPOINT.match(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(counting):
        status = _status(reader, address)
    return asked if status == 200 else 0


def _status(reader: Client, address: str) -> int:
    answer = reader.get(address)
    assert answer.status_code < 500, address
    for _ in answer if answer.streaming else ():
        pass  # Read to its end, which closes the file.
    return answer.status_code


def _row(counted: list[int]) -> str:
    return " ".join(str(one or "–") for one in counted)
