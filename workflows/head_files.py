"""The published file of a head: ``empreinte-AAAA-MM-JJ.json``, to be kept where others cannot go.

It holds all that its digest covers, and so can be checked without the database that it vouches for.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from workflows import effects
from workflows.effects import EffectContext, EffectFailed
from workflows.french import date_in_words, typeset
from workflows.heads import publish_by
from workflows.models import JournalHead, head_digest

PUBLICATION = "workflows.head_file"
"""The name of the effect that writes the file of a head."""


class UnreadableHead(ValueError):
    """The file is no published head, or has been changed since."""


@dataclass(frozen=True, slots=True)
class PublishedHead:
    """A head as it left the site."""

    content: Mapping[str, Any]
    digest: str

    @property
    def label(self) -> str:
        """« n° 12 du 21 novembre 2026 »."""
        return label(self.content["number"], date.fromisoformat(self.content["day"]))


def label(number: int, day: date) -> str:
    """« n° 12 du 21 novembre 2026 », with a no-break space."""
    return f"n°\N{NO-BREAK SPACE}{number} du {date_in_words(day)}"


@effects.handler(PUBLICATION)
def write_file(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Write the file of one head, whole or not at all; written already, it stays as it is.

    Raises ``EffectFailed`` when another head stands there: a published file is never replaced.
    """
    head = JournalHead.objects.get(number=payload["head"])
    file = Path(settings.TACITE_HEADS) / f"empreinte-{head.day.isoformat()}.json"
    text = json.dumps(head.content | {"digest": head.digest}, ensure_ascii=False, indent=2) + "\n"
    try:
        if file.exists():
            if file.read_text(encoding="utf-8") != text:
                raise EffectFailed(
                    f"{file.name} existe déjà avec un autre contenu. Comparez-le avec la base "
                    "(manage.py journal verify --against), rangez-le ailleurs, puis relancez "
                    "l’envoi."
                )
            return
        _write(file, text)
    except OSError as error:
        raise EffectFailed(
            f"{file.name} n’a pas pu être écrit ({error.strerror}). Vérifiez le dossier que donne "
            "TACITE_HEADS, ses droits et la place libre, puis relancez l’envoi."
        ) from error


publish_by(PUBLICATION)


def read_file(file: Path) -> PublishedHead:
    """Read a published file. Raises ``UnreadableHead``, saying what is wrong with it."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise _unreadable(file, f"il ne peut être lu ({error.strerror})") from error
    except ValueError as error:
        raise _unreadable(file, "ce n’est pas du JSON en UTF-8") from error
    if not isinstance(said, dict):
        raise _unreadable(file, "ce n’est pas un objet JSON")
    digest = said.pop("digest", "")
    if digest != head_digest(said):
        raise _unreadable(file, "son contenu ne répond plus à sa propre empreinte (« digest »)")
    wrong = [key for key, is_right in _EXPECTED.items() if not is_right(said.get(key))]
    if wrong:
        raise _unreadable(file, f"« {' », « '.join(wrong)} » n’y est pas tel que Tacite l’écrit")
    return PublishedHead(said, digest)


def _is_number(value: object) -> bool:
    return type(value) is int


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


_EXPECTED: dict[str, Callable[[Any], bool]] = {
    "number": _is_number,
    "day": _is_day,
    "entries": _is_number,
    "last_entries": lambda said: isinstance(said, dict) and all(map(_is_number, said.values())),
    "root": lambda said: isinstance(said, str),
}


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".empreinte-", dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        # It names nobody, and is there to be fetched by another account.
        Path(name).chmod(0o644)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _unreadable(file: Path, problem: str) -> UnreadableHead:
    return UnreadableHead(
        typeset(
            f"{file} : {problem}. Attendu : un fichier empreinte-AAAA-MM-JJ.json, tel que "
            "Tacite l’a publié."
        )
    )
