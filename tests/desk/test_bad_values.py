"""Bad answers to every form of the site: refused beside the field, or harmless; never a breakdown.

The forms are found on the pages, and the pages by their routes and their links, so that one added
later is tried without being named here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import lxml.html
import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, resolve

from contracts.models import Caisse, Convention
from tests.desk.hostile import SCRIPT, FoundForm, bad_answers, forms_of
from tests.desk.reachable_world import INSIDE, Samples, everybody, samples
from tests.desk.test_every_page import patterns
from tests.desk.test_reachable import address_of
from tests.forms_annexes.files import content_of

pytestmark = pytest.mark.django_db

SHARES = {"anonymous": 1, "partner": 1, " and ".join(INSIDE): 2}
"""In how many tests the forms of somebody are tried, side by side."""

_WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
# Visits and tries that are counted, what was being typed, and a proof that need not be given twice.
_NOT_FACTS = (
    "django_session",
    "axes_",
    "forms_annexes_answerdraft",
    "contracts_evidencefile",
    "contracts_fileverification",
)
# A wrong code is counted, so that it cannot be guessed: the request notes that somebody tried.
_COUNTS_TRIES = "/signature/code/"
_QUERY = re.compile(r"[?#].*")


@pytest.fixture
def world(
    convention: Convention, today: Callable[[str], None], django_capture_on_commit_callbacks: Any
) -> Samples:
    Caisse.objects.update(settings={"directory": "manual"})
    convention.caisse.refresh_from_db()
    return samples(convention, django_capture_on_commit_callbacks)


@pytest.mark.parametrize(
    ("who", "share"), [(who, share) for who in SHARES for share in range(SHARES[who])]
)
def test_bad_answers_are_refused_where_they_stand_and_store_nothing(
    world: Samples, convention: Convention, who: str, share: int
) -> None:
    client = everybody(convention)[who]
    wrong, tried = [], 0
    for form in list(forms(client, world))[share :: SHARES[who]]:
        for what, answers, field in bad_answers(form):
            tried += 1
            fault = fault_of(client, form, what, answers, field)
            if fault:
                wrong.append(f"{form.address} {field or 'each field'} = {what}: {fault}")
    assert not wrong, "\n".join(wrong)
    assert tried > 20


def forms(client: Client, world: Samples) -> Iterator[FoundForm]:
    """Each form that somebody may send, once for each route that takes it."""
    seen = set()
    for page, text in pages(client, world):
        for form in forms_of(page, text):
            key = (form.method, resolve(_QUERY.sub("", form.address)).route, form.kind)
            if key not in seen:
                seen.add(key)
                yield form


def pages(client: Client, world: Samples) -> Iterator[tuple[str, str]]:
    """Each page with its text: those of the routes, and those they lead to."""
    routes = sorted({pattern for pattern, _ in patterns(get_resolver().url_patterns)})
    waiting = [address_of(pattern, world)[0] for pattern in routes]
    seen = set(waiting)
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        content = content_of(answer)
        if answer.status_code != 200 or not is_html(answer):
            continue
        text = content.decode()
        yield address, text
        for link in lxml.html.fromstring(text).xpath("//a/@href"):
            path = _QUERY.sub("", link)
            if path.startswith("/") and path not in seen:
                seen.add(path)
                waiting.append(path)


def is_html(answer: Any) -> bool:
    """Whether an answer is a page."""
    return bool(answer.headers.get("Content-Type", "").startswith("text/html"))


def fault_of(
    client: Client, form: FoundForm, what: str, answers: dict[str, Any], field: str | None
) -> str:
    """What is wrong with the answer to a form filled badly; nothing when it is as it should be."""
    answer, stored = sent(client, form, answers)
    if answer.status_code >= 500:
        return str(answer.status_code)
    page = answer.content.decode() if is_html(answer) else ""
    if SCRIPT in page:
        return "what was typed came back as markup"
    document = lxml.html.fromstring(page) if page.strip() else None
    refused = answer.status_code >= 400 or (document is not None and is_refusal(document))
    if refused and stored and not form.address.endswith(_COUNTS_TRIES):
        return f"{answer.status_code}, yet stored in {sorted(stored)}"
    if form.method == "get":
        return f"a search stored in {sorted(stored)}" if stored else ""
    if field and form.cannot_take(field, what) and not refused and (stored or page):
        return f"taken: {answer.status_code}, stored in {sorted(stored)}"
    if refused and answer.status_code in (200, 422) and document is not None:
        return untold(document)
    return ""


def sent(client: Client, form: FoundForm, answers: dict[str, Any]) -> tuple[Any, set[str]]:
    """The answer to a form, and the tables that it left changed; all of it is then undone."""
    touched: set[str] = set()

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        touched.update(_WRITES.findall(sql))
        return execute(sql, *rest)

    with transaction.atomic():
        with connection.execute_wrapper(watch):
            ask = client.post if form.method == "post" else client.get
            answer = ask(form.address, answers)
            if answer.streaming:
                content_of(answer)
        touched = {table for table in touched if not table.startswith(_NOT_FACTS)}
        after = {table: rows_of(table) for table in touched}
        transaction.set_rollback(True)
    return answer, {table for table in touched if rows_of(table) != after[table]}


def rows_of(table: str) -> list[Any]:
    """All that a table holds."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return sorted(map(repr, cursor.fetchall()))


def is_refusal(document: Any) -> bool:
    """Whether a page says that what was sent cannot be taken."""
    return bool(document.xpath("//*[@role='alert' and @tabindex]|//*[@aria-invalid='true']"))


def untold(document: Any) -> str:
    """What a page that refuses leaves unsaid: a summary that is read first, a way to each field."""
    alerts = document.xpath("//*[@role='alert' and @tabindex='-1' and @autofocus]")
    if not alerts:
        return "no summary that takes the focus"
    ids = set(document.xpath("//@id"))
    for link in alerts[0].xpath(".//a/@href"):
        if link.startswith("#") and link[1:] not in ids:
            return f"the summary leads to {link}, which is nowhere"
    for control in document.xpath("//*[@aria-invalid='true'][not(@type='hidden')]"):
        groups = control.xpath("ancestor::fieldset[@aria-describedby]")
        described = [
            one for part in (control, *groups) for one in part.get("aria-describedby", "").split()
        ]
        if not any(one.endswith("_error") and one in ids for one in described):
            return f"{control.get('name')} is wrong, and nothing beside it says why"
    return ""
