import json
import logging
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.test import Client, override_settings

from ui.errors import ReferenceFilter
from ui.logs import DiscreetFormatter, DiscreetJsonFormatter


@pytest.fixture(autouse=True)
def failing_site() -> Iterator[None]:
    with override_settings(ROOT_URLCONF="tests.ui.failing_pages"):
        yield


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/suspecte", 400, "Demande incomprise"),
        ("/refusee", 403, "Accès refusé"),
        ("/inconnue", 404, "Page introuvable"),
        ("/cassee", 500, "Un incident est survenu"),
    ],
)
def test_an_error_page_says_what_happened_in_french_with_a_reference(
    visitor: Client, address: str, status: int, heading: str
) -> None:
    answer = visitor.get(address, {"courriel": "marie.exemple@example.org"})
    page = answer.content.decode()
    assert answer.status_code == status
    assert f"<h1>{heading}</h1>" in page
    assert '<html lang="fr">' in page
    assert re.search(r'assistance\u00a0: <span class="figures">[0-9A-F]{8}</span>', page)
    assert "example.org" not in page


def test_a_form_from_another_site_is_refused_calmly() -> None:
    answer = Client(enforce_csrf_checks=True).post("/formulaire", {"a": "1"})
    assert answer.status_code == 403
    assert "<h1>Accès refusé</h1>" in answer.content.decode()


@pytest.mark.django_db
def test_a_message_is_shown_once_with_its_meaning(visitor: Client) -> None:
    page = visitor.get("/formulaire").content.decode()
    assert page.count("L’événement est enregistré.") == 1
    assert '<div class="notice notice-in_force">' in page


def test_the_footer_links_to_the_source_of_the_site(visitor: Client) -> None:
    with override_settings(TACITE_SOURCE_URL="https://example.org/tacite"):
        page = visitor.get("/inconnue").content.decode()
    assert '<a href="https://example.org/tacite">Obtenir son code source</a>' in page


def test_a_log_line_of_a_failure_finds_the_page_and_quotes_nobody(visitor: Client) -> None:
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(ReferenceFilter())
    handler.setFormatter(DiscreetFormatter("{reference} {message}", style="{"))
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        page = visitor.get("/cassee", {"courriel": "marie.exemple@example.org"}).content.decode()
    finally:
        logger.removeHandler(handler)
    reference = re.search(r'"figures">([0-9A-F]{8})<', page)
    assert reference
    assert written.getvalue().startswith(f"{reference[1]} Internal Server Error: /cassee")
    assert "in broken" in written.getvalue()
    assert "builtins.ValueError" in written.getvalue()
    assert "marie" not in written.getvalue()


def test_the_cause_of_a_failure_is_logged_too_and_quotes_nobody() -> None:
    person = "marie.exemple@example.org"
    try:
        try:
            raise KeyError(person)
        except KeyError as cause:
            raise RuntimeError(person) from cause
    except RuntimeError:
        text = DiscreetFormatter().formatException(sys.exc_info())
    assert "builtins.RuntimeError" in text
    assert "builtins.KeyError" in text
    assert "raise KeyError(person)" in text
    assert "marie" not in text


def test_a_log_for_programs_is_one_object_a_line_and_quotes_nobody(visitor: Client) -> None:
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(ReferenceFilter())
    described = dict(settings.LOGGING["formatters"]["json"])
    assert described.pop("()") == "ui.logs.DiscreetJsonFormatter"
    handler.setFormatter(DiscreetJsonFormatter(described.pop("format"), **described))
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        page = visitor.get("/cassee", {"courriel": "marie.exemple@example.org"}).content.decode()
    finally:
        logger.removeHandler(handler)
    (line,) = written.getvalue().splitlines()
    told = json.loads(line)
    assert set(told) == {"at", "level", "logger", "reference", "message", "exc_info"}
    assert told["reference"] in page
    assert told["level"] == "ERROR"
    assert datetime.fromisoformat(told["at"]).utcoffset() == timedelta(0)
    assert "builtins.ValueError" in told["exc_info"]
    assert "marie" not in line
