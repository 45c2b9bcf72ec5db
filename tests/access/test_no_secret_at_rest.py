"""After whole journeys: no password, code or link is at rest anywhere, and no social number.

Every secret of every journey is caught where its reader finds it: in the mail, on the page, on the
paper. Then every column of every table of the database, every file that the site wrote, the logs at
their finest, sessions and cache are searched for each of them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from pypdf.errors import PyPdfError

from access.directory.embedded import SignIn, sign_in
from access.models import Habilitation, PrintedLetter
from access.services.handing_over import hand_over
from access.services.loss import declare_lost
from access.services.notification import renew_credentials
from contracts.models import Agent
from tests.access.credentials.conftest import (
    ARMORIQUE,
    CAF,
    FIVE,
    LOIRE,
    PICARDIE,
    RSA,
    Letterbox,
    Open,
    agent,
    caisse,
    convention_of,
    fresh,
    letterbox,
    open_access,
    partner,
    password_in,
    password_of_pdf,
    person,
    text_of_pdf,
    today,
    token_in,
)
from tests.access.credentials.test_activation import chooses
from tests.access.credentials.test_loss import asks
from workflows import clock
from workflows.effect_worker import drain

__all__ = [
    "agent",
    "caisse",
    "convention_of",
    "letterbox",
    "open_access",
    "partner",
    "person",
    "today",
]

pytestmark = pytest.mark.django_db

NIR = re.compile(r"(?<!\d)[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}(?!\d)")
WAYS = {PICARDIE: "mail", ARMORIQUE: "letter", LOIRE: "activation_link"}
"""What the caisse chooses where the text lets it; the two others have theirs."""


MACHINE = {"created", "msecs", "process", "relativeCreated", "thread"}
"""What the interpreter numbers itself: one thread in ten is numbered like a social number."""


class Everything(logging.Handler):
    """Every word of every log record, whatever its level; tracebacks included."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        told = {name: value for name, value in record.__dict__.items() if name not in MACHINE}
        self.words.append(f"{self.format(record)} {told}")


@pytest.fixture
def logs() -> Iterator[Everything]:
    """What the site logs at its finest. The mail server of the test is another program."""
    kept, root = Everything(), logging.getLogger()
    level = root.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    servers = [logging.getLogger("mail.log"), logging.getLogger("mail.debug")]
    for server in servers:
        server.disabled = True
    yield kept
    for server in servers:
        server.disabled = False
    root.setLevel(level)
    root.removeHandler(kept)


def tables() -> Iterator[tuple[str, str]]:
    """The name of each table of the database and all that it holds, whoever made the table."""
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            columns = [column[0] for column in cursor.description]
            yield (
                name,
                "\n".join(
                    f"{column}={_text(value)}"
                    for row in cursor.fetchall()
                    for column, value in zip(columns, row, strict=True)
                ),
            )


def _text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("latin-1")
    return str(value)


def files() -> Iterator[tuple[str, str]]:
    """Each file that the site wrote, except the database, which is searched by its tables."""
    for path in Path(settings.VAR).rglob("*"):
        if path.is_file() and "sqlite3" not in path.name:
            content = path.read_bytes()
            yield str(path), content.decode("latin-1") + _words(content)


def _words(content: bytes) -> str:
    """What a PDF says once unpacked; nothing where another test left one that no reader opens."""
    try:
        return text_of_pdf(content) if content.startswith(b"%PDF") else ""
    except PyPdfError:
        return ""


def at_rest(logs: Everything) -> dict[str, str]:
    """All that stays once the journeys are over, by where it stays."""
    places = {f"table {name}": text for name, text in tables()}
    places |= {f"file {name}": text for name, text in files()}
    places["cache"] = repr(getattr(cache, "_cache", {}))
    places["logs"] = "\n".join(logs.words)
    return places


def assert_nowhere(secrets: list[str], places: dict[str, str]) -> None:
    assert secrets
    assert len(set(secrets)) == len(secrets), "each secret is made for one message"
    for secret in secrets:
        assert len(secret) >= 8
        found = [place for place, text in places.items() if secret in text]
        assert found == []
    # The columns that only hold digests and instants are long numbers too: not those of people.
    for place, text in places.items():
        if place.startswith(("table", "logs")):
            assert not NIR.search(re.sub(r"[0-9a-f]{40,}", "", text)), place


def journey(
    habilitation: Habilitation, agent: Agent, box: Letterbox, client: Client, logs: Everything
) -> list[str]:
    """Credentials leave by the channel of the type, serve, and are replaced; the secrets seen."""
    code = habilitation.convention.rules.code
    secrets: list[str] = []

    def handed_over() -> str:
        """Have the credentials leave, read them as their user does; give the password."""
        right = fresh(habilitation)
        seen = right.acts.filter(kind="credentials_sent").count()
        if code == RSA:
            page = client.post(f"/comptes/identifiants/{right.pk}/courriel/", {"seen": seen})
            assert page.status_code == 200
            shown = re.search(r'translate="no">([\w-]+)<', page.content.decode())
            assert shown is not None
            [enclosed] = box.received[-1].iter_attachments()
            password = password_of_pdf(enclosed.get_payload(decode=True), shown[1])
            secrets.extend([shown[1], password])
            return password
        if code == ARMORIQUE:
            printed = PrintedLetter.objects.filter(habilitation=right).count()
            page = client.post(
                f"/comptes/identifiants/{right.pk}/courrier/", {"seen": seen + printed}
            )
            assert page.headers["Content-Type"] == "application/pdf"
            password = password_of_pdf(page.content)
            secrets.append(password)
            hand_over(right, clock.today(), agent)
            return password
        if code == LOIRE:
            token, password = token_in(box.last_text()), f"Choisi.Par-{len(box.received)}-Camille"
            Client().get(f"/activation/{token}/")
            assert chooses(token, "Court1").status_code == 422
            assert chooses(token, password).status_code == 200
            secrets.extend([token, password])
            return password
        password = password_in(box.last_text())
        secrets.append(password)
        return password

    def enters(password: str) -> None:
        """The first login on the demonstration's portal, with a password of one's own."""
        portal, chosen = Client(), f"Mon-Premier.{len(secrets)}.Choix"
        account = habilitation.account
        sent = {"caisse": account.caisse.code, "identifier": account.identifier}
        wrong = portal.post("/portail/", {**sent, "password": f"{password}x"})
        assert wrong.status_code == 422
        entered = portal.post("/portail/", {**sent, "password": password}, follow=True)
        assert entered.status_code == 200
        if "mot-de-passe" in entered.request["PATH_INFO"]:
            sent = {"password": chosen, "again": chosen}
            assert portal.post("/portail/mot-de-passe/", sent, follow=True).status_code == 200
            secrets.append(chosen)

    enters(handed_over())
    assert fresh(habilitation).state == "active"
    renew_credentials(habilitation.account, "line:1")
    drain()
    enters(handed_over())
    if code == CAF:
        asks(habilitation.account.identifier)
        drain()
        enters(handed_over())
    loss = declare_lost(fresh(habilitation), clock.today(), agent.user, grant_anew=True)
    drain()
    habilitation = loss.granted or habilitation
    enters(handed_over())
    return secrets


@pytest.mark.parametrize("code", FIVE)
def test_a_whole_journey_leaves_no_secret_at_rest(
    code: str,
    open_access: Open,
    letterbox: Letterbox,
    agent: Agent,
    logs: Everything,
) -> None:
    client = Client()
    client.force_login(agent.user)
    chosen = {"credentials_channel": WAYS[code]} if code in WAYS else {}
    habilitation = open_access(code, **chosen)
    secrets = journey(habilitation, agent, letterbox, client, logs)
    places = at_rest(logs)
    assert "table django_session" in places
    assert "table notifications_message" in places
    assert "table workflows_effect" in places
    assert_nowhere(secrets, places)


def test_the_search_finds_what_is_there(open_access: Open, letterbox: Letterbox, logs: Any) -> None:
    """What must be at rest is found in each kind of place: so would be what must not."""
    habilitation = open_access(PICARDIE)
    logging.getLogger("access").debug("une ligne du journal")
    numbered = logging.makeLogRecord({"msg": "un fil", "thread": 184127645108946})
    assert NIR.search(str(numbered.thread))
    logs.handle(numbered)
    assert not NIR.search(logs.words[-1])
    cache.set("ici", "quelque chose de gardé")
    places = at_rest(logs)
    assert habilitation.account.identifier in places["table access_account"]
    assert habilitation.account.identifier in places["table notifications_message"]
    assert "une ligne du journal" in places["logs"]
    # Values of the cache in memory are pickled; keys are not.
    assert "ici" in places["cache"]
    assert NIR.search("1 84 12 76 451 089 46")


@pytest.mark.parametrize("code", [PICARDIE, LOIRE, CAF])
def test_a_mail_server_that_fails_then_works_leaves_one_secret_that_works(
    code: str, open_access: Open, letterbox: Letterbox, logs: Everything
) -> None:
    """What the failed attempt had made is in no mail, and opens nothing."""
    letterbox.refuses = True
    chosen = {"credentials_channel": WAYS[code]} if code in WAYS else {}
    habilitation = open_access(code, **chosen)
    assert (letterbox.received, habilitation.state) == ([], "granted")
    letterbox.refuses = False
    drain(now=lambda: clock.system_time() + timedelta(days=1))
    assert len(letterbox.received) == 1
    assert fresh(habilitation).state == "credentials_sent"
    text = letterbox.last_text()
    secret = token_in(text) if code == LOIRE else password_in(text)
    if code == LOIRE:
        assert chooses(secret).status_code == 200
    else:
        account = habilitation.account
        outcome = sign_in(account.caisse, account.identifier, secret).outcome
        assert outcome is SignIn.MUST_CHANGE
    assert_nowhere([secret], at_rest(logs))


def test_a_mail_written_to_a_file_is_the_only_file_with_its_password(
    open_access: Open, tmp_path: Path, logs: Everything
) -> None:
    folder = Path(settings.VAR) / f"mail-{tmp_path.name}"
    with override_settings(
        EMAIL_BACKEND="notifications.mail_files.MailFiles", EMAIL_FILE_PATH=folder
    ):
        open_access(PICARDIE)
    [file] = folder.iterdir()
    body = message_from_bytes(file.read_bytes(), policy=policy.default).get_body(("plain",))
    assert body is not None
    secret = password_in(str(body.get_content()))
    places = at_rest(logs)
    assert [place for place, text in places.items() if secret in text] == [f"file {file}"]
    file.unlink()
    assert_nowhere([secret], at_rest(logs))
