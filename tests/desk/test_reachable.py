"""Nothing is reachable that the table does not grant: each address, tried by everybody.

``reachable.txt`` holds a line an address. Write it again with
``TACITE_WRITE_REACHABLE=1 python -m pytest -n 0 tests/desk/test_reachable.py``, then read what
changed: the table is what is granted, not what the code happens to do. An address with a new
parameter needs an example of it in ``reachable_world.samples``; without one it is tried with what
does not exist, and the table says so.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver

from contracts.models import Caisse, Convention
from tests.desk.reachable_world import INSIDE, OUTSIDE, Samples, everybody, samples
from tests.desk.test_every_page import patterns

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.desk.reachable_urls")]

TABLE = Path(__file__).with_name("reachable.txt")
NOWHERE = {"int": "99999999", "str": "rien", "slug": "rien", "path": "rien", "": "rien"}
"""What stands for a parameter without example, by its converter."""
_PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")
_GROUPS = (("anonymous",), INSIDE, OUTSIDE, ("partner", "stranger"))
_HEADER = """\
# What answers each address. 200: the page. 302: led elsewhere. 403: told that one may not.
# 404: it does not exist for this person. 4xx: bad or missing answers, hence reached.
# Columns: nobody signed in | agent, legal officer, director, DPO, administrator, auditor of the
# caisse | the same of another caisse | a partner, somebody without role | the auditor who sends
# a form, « ! » when that stores anything. One answer in place of six: that of somebody who has
# all the roles. GET, or POST where nothing else is answered.
# « no example »: tried with what does not exist.
"""


@pytest.fixture
def world(
    convention: Convention, today: Callable[[str], None], django_capture_on_commit_callbacks: Any
) -> Samples:
    Caisse.objects.update(settings={"directory": "manual"})
    convention.caisse.refresh_from_db()
    return samples(convention, django_capture_on_commit_callbacks)


def test_each_address_answers_everybody_as_the_table_grants(
    world: Samples, convention: Convention
) -> None:
    people = everybody(convention)
    addresses = {pattern for pattern, _ in patterns(get_resolver().url_patterns)}
    found = [_line(pattern, world, people) for pattern in sorted(addresses)]
    assert [line for line in found if " 500" in line] == []
    text = _HEADER + "\n".join(found) + "\n"
    if os.environ.get("TACITE_WRITE_REACHABLE"):
        TABLE.write_text(text, encoding="utf-8")
    granted = TABLE.read_text(encoding="utf-8")
    changed = unified_diff(granted.splitlines(), text.splitlines(), "table", "site", "", "", 0, "")
    assert granted == text, "\n".join(changed)


def _line(pattern: str, world: Samples, people: dict[str, Client]) -> str:
    address, is_example = address_of(pattern, world)
    method = "POST" if _ask(people["director inside"], "GET", address)[0] == 405 else "GET"
    cells = []
    for group in _GROUPS:
        # Who has all the roles may do whatever one of them allows: refused, so is each.
        united = people.get(" and ".join(group)) if len(group) > 1 else None
        status = _ask(united, method, address)[0] if united else 0
        answers = (
            [status]
            if status in (403, 404)
            else [_ask(people[name], method, address)[0] for name in group]
        )
        cells.append(" ".join(map(str, answers)))
    status, stores = _ask(people["auditor inside"], "POST", address)
    cells.append(f"{status}{'!' if stores else ''}")
    end = "" if is_example else "  no example"
    return f"{method:4} /{pattern}  {' | '.join(cells)}{end}"


def address_of(pattern: str, world: Samples) -> tuple[str, bool]:
    """The address with an example of each parameter, and whether all have one."""
    address, at, is_example = "/", 0, True
    for parameter in _PARAMETER.finditer(pattern):
        example = world.get(pattern[: parameter.end()])
        is_example &= example is not None
        address += pattern[at : parameter.start()]
        address += str(NOWHERE[parameter[1] or ""] if example is None else example)
        at = parameter.end()
    return address + pattern[at:], is_example


def _ask(client: Client, method: str, address: str) -> tuple[int, bool]:
    """The status of the answer, and whether anything was stored; all of it is then undone."""
    stored: list[str] = []

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and "django_session" not in sql:
            stored.append(sql)
        return execute(sql, *rest)

    cookies = dict(client.cookies)
    with transaction.atomic(), connection.execute_wrapper(watch):
        response = client.generic(method, address)
        for _ in response if response.streaming else ():
            pass  # Read to its end, which closes the file.
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.update(cookies)
    return response.status_code, bool(stored)
