"""Mail written to files instead of sent: the embedded mode. One file a message, as a mail reader
opens it; the folder and files are this user's alone, as they hold what the mail holds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class MailFiles(BaseEmailBackend):
    """Write each message into ``EMAIL_FILE_PATH``, under the name of its ``Message-ID``."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            file = folder / file_name(message.extra_headers["Message-ID"])
            with os.fdopen(
                os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
            ) as out:
                out.write(message.message().as_bytes())
        return len(email_messages)


def file_name(message_id: str) -> str:
    """« 12.1767610800.eml » for ``<12.1767610800@tacite.example>``."""
    return message_id.strip("<>").partition("@")[0] + ".eml"
