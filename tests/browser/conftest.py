"""Chromium as the system installed it, on the real site, cut off from every other machine."""

import os
import time
from collections.abc import Generator, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Request, Route, expect
from pytest_django.live_server_helper import LiveServer

from tests.services.programs import CHROMIUM, required
from tests.worker import worker_at_each_commit

__all__ = ["worker_at_each_commit"]

# Playwright keeps an event loop running in the thread of the tests, where Django, which does
# not know that nothing else runs in it, would refuse every query.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Longer than a busy machine needs for a page: a wait that ends is a failure, not a measure.
expect.set_options(timeout=20_000)

EXCHANGES = pytest.StashKey[list[str]]()
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
def context(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Refuse every request to another machine, and fail the test that made one."""
    refused: list[str] = []
    exchanges = request.node.stash[EXCHANGES] = []
    began = time.monotonic()

    def note(event: str, asked: Request, answer: object = "") -> None:
        if asked.resource_type == "document":
            seconds = time.monotonic() - began
            path = urlsplit(asked.url).path
            exchanges.append(f"{seconds:6.1f} s {event} {asked.method} {path} {answer}")

    context.on("request", lambda asked: note("asked", asked))
    context.on("requestfailed", lambda asked: note("failed", asked, asked.failure))
    context.on("response", lambda answer: note("answered", answer.request, answer.status))

    def only_this_machine(route: Route) -> None:
        if urlsplit(route.request.url).hostname in THIS_MACHINE:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.abort()

    context.route("**/*", only_this_machine)
    yield context
    assert refused == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show beside a failure which pages were asked for and answered, and when."""
    report = yield
    if report.failed and (exchanges := item.stash.get(EXCHANGES, [])):
        report.sections.append(("Pages asked for", "\n".join(exchanges)))
    return report
