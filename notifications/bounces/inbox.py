"""Reports that mail servers send back, matched with the messages they are about.

A folder of files, one report each, as a Maildir or as anything that drops ``.eml`` files: what is
read goes to ``done``, what cannot be used to ``set-aside`` with its reason, beside each other.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from notifications.bounces import reports
from notifications.bounces.consequences import not_received
from notifications.bounces.refusals import says_dead
from notifications.bounces.reports import Unreadable
from notifications.leaving import message_id
from notifications.models import Message, MessageState
from workflows.french import typeset

logger = logging.getLogger(__name__)

_OURS = re.compile(r"<(\d{1,18})\.\d+\.[0-9a-f]{16}@", re.ASCII)


@dataclass(slots=True)
class Read:
    """What one reading of the folder did."""

    bounced: int = 0
    """Messages now known not to have arrived."""
    noted: int = 0
    """Reports that change nothing: delays, deliveries, what was known already."""
    set_aside: int = 0


def read_folder(folder: Path) -> Read:
    """Take in every report of a folder; one that fails keeps no other from being read.

    Raises ``NotADirectoryError`` when the folder is none.
    """
    if not folder.is_dir():
        raise NotADirectoryError(folder)
    result = Read()
    for file in _files(folder):
        try:
            with file.open("rb") as opened:
                changed = take_in(opened.read(reports.LARGEST + 1))
        except Unreadable as reason:
            result.set_aside += 1
            _put(file, folder / "set-aside", str(reason))
            continue
        result.bounced += changed
        result.noted += not changed
        _put(file, folder / "done")
    return result


def read_configured(today: date) -> Read | None:
    """Read the folder of ``TACITE_BOUNCES_FOLDER``, where there is one: done with each sweep."""
    if settings.TACITE_BOUNCES_FOLDER is None:
        return None
    return read_folder(settings.TACITE_BOUNCES_FOLDER)


def take_in(raw: bytes) -> bool:
    """Take in one report; return whether a message is now known not to have arrived.

    Told again, it changes nothing. Raises ``Unreadable`` for what is no report about a message of
    ours that has left.
    """
    report = reports.read(raw)
    with transaction.atomic():
        message = _message(report.message_id)
        failure = report.failure_for(message.address)
        if failure is None or message.state == MessageState.BOUNCED:
            return False
        if message.state != MessageState.SENT:
            raise Unreadable("Le message dont parle l’avis n’est pas parti.")
        reason = typeset(f"Revenu : le serveur du destinataire répond {failure.status}.")
        not_received(message, reason, is_dead=says_dead(failure.status))
    return True


def _message(name: str) -> Message:
    found = _OURS.match(name)
    locked = Message.objects.select_for_update(of=("self",))
    message = locked.filter(pk=found[1]).first() if found else None
    # All but the domain, which a change of the sender's address changes.
    if message is None or message_id(message).partition("@")[0] != name.partition("@")[0]:
        raise Unreadable("L’avis ne parle pas d’un message envoyé d’ici.")
    return message


def _files(folder: Path) -> Iterator[Path]:
    """The reports to read, the oldest name first: of a Maildir, what arrived and what was seen."""
    places = [place for place in (folder / "new", folder / "cur") if place.is_dir()] or [folder]
    for place in places:
        yield from sorted(
            one for one in place.iterdir() if one.is_file() and not one.name.startswith(".")
        )


def _put(file: Path, place: Path, reason: str = "") -> None:
    place.mkdir(mode=0o700, exist_ok=True)
    if reason:
        (place / f"{file.name}.reason.txt").write_text(f"{reason}\n", encoding="utf-8")
        logger.warning("Avis de non-remise mis de côté : %s", reason)
    file.replace(place / file.name)
