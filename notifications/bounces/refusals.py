"""What a refusal of a mail server means for the address: pure, from its codes (RFC 3463, 5321)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from smtplib import SMTPDataError, SMTPRecipientsRefused

from workflows.french import typeset

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal during the sending itself."""

    is_final: bool
    """Whether the address receives nothing: to try again would be of no use."""
    reason: str


REFUSED = (SMTPRecipientsRefused, SMTPDataError)
"""The errors that may say something of the one recipient of a mail: as it is named, or, by servers
that only then look for it, once the mail was handed over."""


def of(error: SMTPRecipientsRefused | SMTPDataError) -> Refusal:
    """What the refusal of the one recipient of a mail means."""
    if isinstance(error, SMTPDataError):
        code, said = error.smtp_code, error.smtp_error
    else:
        code, said = next(iter(error.recipients.values()))
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    found = _ENHANCED.search(words)
    status = found[0] if found else f"{code // 100}.0.0"
    # Without a code of its own, the refusal of a mail that was handed over blames what it says.
    of_recipient = found is not None or isinstance(error, SMTPRecipientsRefused)
    final = 500 <= code < 600 and of_recipient and says_dead(status)
    return Refusal(final, typeset(f"Refusé par le serveur de messagerie : {status} ({code})."))


def says_dead(status: str) -> bool:
    """Whether an enhanced status code says that the address receives nothing any more.

    A refusal by policy (5.7) blames the sender, a full mailbox (5.2.2) or a mail that is too large
    or badly made (5.2.3, 5.3.4, 5.5, 5.6) says nothing of the address; 4 is temporary.
    """
    match = _ENHANCED.fullmatch(status)
    if match is None or match[1] != "5":
        return False
    subject, detail = int(match[2]), int(match[3])
    if subject in (5, 6, 7):
        return False
    return (subject, detail) not in {(2, 2), (2, 3), (3, 4)}
