"""Mail handed to a real server, and mail written to files; the page that shows the latter."""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from contracts.models import User
from notifications.models import Message
from notifications.services import send_at_once
from tests.services.mail_server import mail_server

pytestmark = pytest.mark.django_db


class Letterbox:
    """What an SMTP server received."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.senders: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.senders.append(envelope.mail_from)
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def letterbox() -> Iterator[Letterbox]:
    box = Letterbox()
    with mail_server(box):
        yield box


@pytest.fixture
def user(today: Callable[[str], None]) -> User:
    today("2024-02-01")
    return User.objects.create_user("camille@creche.example")


def a_code(user: User) -> Message:
    return send_at_once(
        "sign_in_code",
        key="k",
        recipient_person=user,
        context={"expires_minutes": 5},
        secret="482913",
    )


def test_an_smtp_server_receives_text_and_page(user: User, letterbox: Letterbox) -> None:
    message = a_code(user)
    [mail] = letterbox.received
    assert mail["To"] == "camille@creche.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    proved = rf"<{message.pk}\.1706785200\.[0-9a-f]{{16}}@tacite\.example>"
    assert re.fullmatch(proved, mail["Message-ID"])
    assert mail["From"] == "Tacite <ne-pas-repondre@tacite.example>"
    text, page = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert page is not None
    assert "482913" in text.get_content()
    assert '<html lang="fr">' in page.get_content()


def test_what_does_not_arrive_comes_back_to_the_address_for_it(
    user: User, letterbox: Letterbox
) -> None:
    with override_settings(TACITE_BOUNCES_TO="retours@tacite.example"):
        a_code(user)
    assert letterbox.senders == ["retours@tacite.example"]
    assert letterbox.received[0]["From"] == "Tacite <ne-pas-repondre@tacite.example>"


def test_in_embedded_mode_a_mail_is_a_file(user: User, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    with override_settings(
        EMAIL_BACKEND="notifications.mail_files.MailFiles", EMAIL_FILE_PATH=folder
    ):
        message = a_code(user)
        page = Client().get(f"/demonstration/courriels/{message.pk}/").content.decode()
    [file] = folder.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    read = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert "482913" in read.get_body(("plain",)).get_content()
    assert f"mail/{file.name}" in page
    assert "482913" not in page


def test_the_page_of_the_demonstration_lists_the_mails(user: User) -> None:
    a_code(user)
    page = Client().get("/demonstration/courriels/").content.decode()
    assert "Votre code de connexion" in page
    assert "482913" not in page
