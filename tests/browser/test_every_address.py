"""Every page that is read, whatever it is about: accessible, whole at 200 % and at 320 pixels.

The addresses are those of the routes, so that one added later is looked at without being named
here; what they are about is the small world of ``tests.desk.reachable_world``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import get_resolver
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from contracts.models import Caisse, Convention, User, UserScope
from tests.browser.accessibility import assert_accessible
from tests.desk.reachable_world import ROLES, Samples, samples
from tests.desk.test_every_page import patterns
from tests.desk.test_reachable import address_of
from tests.portfolio import agent, caisse, convention, draft, partner, today, yearly

__all__ = ["agent", "caisse", "convention", "draft", "partner", "today", "yearly"]

SHARES = 3
"""In how many tests the pages are looked at, side by side."""

NARROW = (640, 320)
"""What 1280 pixels are at a zoom of 200 %, then what they are at 400 %."""

NOT_PAGES = ("api/", "portail/", "demonstration/", "deconnexion/")


@pytest.fixture
def world(
    convention: Convention, today: Callable[[str], None], django_capture_on_commit_callbacks: Any
) -> Samples:
    Caisse.objects.update(settings={"directory": "manual"})
    convention.caisse.refresh_from_db()
    return samples(convention, django_capture_on_commit_callbacks)


@pytest.fixture
def of_the_staff(convention: Convention, live_server: LiveServer) -> User:
    user: User = get_user_model().objects.create_user(
        "tous@caisse.example", first_name="Camille", last_name="Exemple"
    )
    for role in ROLES:
        UserScope.objects.create(
            user=user, caisse=convention.caisse, role=role, first_day="2024-01-01"
        )
    return user


@pytest.fixture
def client_of(of_the_staff: User) -> Client:
    client = Client()
    client.force_login(of_the_staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def desk(client_of: Client, context: BrowserContext, live_server: LiveServer) -> Page:
    """The browser of somebody who has every role in the caisse."""
    host = urlsplit(live_server.url).hostname
    cookie = client_of.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "domain": host, "path": "/"}])
    return context.new_page()


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_that_is_read_is_accessible_and_fits_a_narrow_screen(
    world: Samples, client_of: Client, desk: Page, share: int
) -> None:
    addresses = sorted({pattern for pattern, _ in patterns(get_resolver().url_patterns)})
    looked_at, wrong = 0, []
    for pattern in addresses[share::SHARES]:
        address, is_example = address_of(pattern, world)
        if not is_example or pattern.startswith(NOT_PAGES) or not is_page(client_of, address):
            continue
        looked_at += 1
        desk.set_viewport_size({"width": 1280, "height": 900})
        desk.goto(address)
        try:
            assert_accessible(desk)
        except AssertionError as broken:
            wrong.append(f"{address}: {broken}")
        for screen in NARROW:
            desk.set_viewport_size({"width": screen, "height": 640})
            if (width := desk.evaluate("() => document.documentElement.scrollWidth")) > screen:
                wrong.append(f"{address}: {width} pixels wide on a screen of {screen}")
    assert wrong == []
    assert looked_at > 20


def is_page(client: Client, address: str) -> bool:
    """Whether an address answers with a page to whoever asks for it."""
    answer = client.get(address)
    for _ in answer if answer.streaming else ():
        pass  # Read to its end, which closes the file.
    is_html = answer.headers.get("Content-Type", "").startswith("text/html")
    return answer.status_code == 200 and is_html and not answer.streaming
