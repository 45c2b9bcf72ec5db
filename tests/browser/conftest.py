"""Chromium as the system installed it, on the real site, cut off from every other machine."""

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Route, expect
from pytest_django.live_server_helper import LiveServer

from tests.services.programs import CHROMIUM, required
from tests.worker import worker_at_each_commit

__all__ = ["worker_at_each_commit"]

# Playwright keeps an event loop running in the thread of the tests, where Django, which does
# not know that nothing else runs in it, would refuse every query.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Longer than a busy machine needs for a page: a wait that ends is a failure, not a measure.
expect.set_options(timeout=20_000)

THIS_MACHINE = {"localhost", "127.0.0.1"}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | {
        "executable_path": str(required(CHROMIUM)),
        # Containers have no user namespaces and little shared memory.
        "args": ["--no-sandbox", "--disable-dev-shm-usage", "--lang=fr-FR"],
    }


@pytest.fixture(scope="session")
def browser_context_args(
    browser_context_args: dict[str, Any], live_server: LiveServer
) -> dict[str, Any]:
    """Open pages by their path: `page.goto("/")`."""
    return browser_context_args | {"base_url": live_server.url, "locale": "fr-FR"}


@pytest.fixture
def context(context: BrowserContext) -> Iterator[BrowserContext]:
    """Refuse every request to another machine, and fail the test that made one."""
    refused: list[str] = []

    def only_this_machine(route: Route) -> None:
        if urlsplit(route.request.url).hostname in THIS_MACHINE:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.abort()

    context.route("**/*", only_this_machine)
    yield context
    assert refused == []
