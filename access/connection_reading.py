"""What a sender tells of connections, and what is wrong with it: no database here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.exceptions import ValidationError

from access.models.connections import EVENT_ID_PATTERN
from contracts.identifiers import validate_no_nir
from workflows.clock import PARIS
from workflows.french import typeset

CLOCKS_DIFFER = timedelta(minutes=1)
"""By how much the sender's clock may be ahead of ours before an instant is taken as to come."""

_FRENCH = re.compile(r"(\d{2})/(\d{2})/(\d{4})[ T](\d{2}):(\d{2})(?::(\d{2}))?")
_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?"
)


class NotRead(ValueError):
    """A cell that cannot be read; the sentence says what was expected."""

    def __init__(self, sentence: str) -> None:
        super().__init__(typeset(sentence))


@dataclass(frozen=True, slots=True)
class Told:
    """One connection, or one attempt refused by the portal, as its sender tells it."""

    event_id: str
    identifier: str
    service: str
    at: datetime
    """Aware; of any offset."""
    kind: str
    """``connection`` or ``refused``."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row."""

    status: str
    """``accepted``, ``known`` (already told: nothing changes) or ``refused``."""
    code: str = ""
    """Why it was refused; stable."""
    sentence: str = ""


KNOWN = Outcome("known")
ACCEPTED = Outcome("accepted")
ANONYMOUS = Outcome(
    "accepted",
    "unknown_identifier_not_kept",
    typeset(
        "Identifiant inconnu de la caisse : la tentative est comptée, l’identifiant n’est pas "
        "conservé."
    ),
)


def refused(code: str, sentence: str) -> Outcome:
    """A row that changes nothing, and why."""
    return Outcome("refused", code, typeset(sentence))


def fault_of_key(event_id: str) -> Outcome | None:
    """What is wrong with the key given by the sender, if anything is."""
    if not re.fullmatch(EVENT_ID_PATTERN, event_id):
        return refused(
            "bad_key",
            "Clé de l’événement mal formée : de 1 à 100 lettres, chiffres, points, tirets, « : », "
            "« _ » ou « + », sans espace ni accent.",
        )
    try:
        validate_no_nir(event_id)
    except ValidationError:
        return refused(
            "bad_key",
            "La clé de l’événement ressemble à un numéro de sécurité sociale. Donnez-en une "
            "autre, par exemple avec des lettres.",
        )
    return None


def read_instant(text: str) -> datetime:
    """The aware instant of a cell: ISO 8601, or ``JJ/MM/AAAA HH:MM`` in Paris time.

    Raises ``NotRead`` for what is no instant, for an hour that Paris lived twice (the autumn
    change) and told without its offset, and for one it never lived (the spring change).
    """
    text = text.strip()
    try:
        if found := _FRENCH.fullmatch(text):
            day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
            instant = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 (below)
        elif _ISO.fullmatch(text):
            instant = datetime.fromisoformat(text)
        else:
            raise ValueError(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotRead(
            "Instant illisible. Attendu : 2026-03-05T14:30:00+01:00, ou 05/03/2026 14:30 à "
            "l’heure de Paris."
        ) from None
    return _in_paris(instant)


def _in_paris(wall: datetime) -> datetime:
    first, second = (wall.replace(tzinfo=PARIS, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(PARIS).replace(tzinfo=None) != wall:
        raise NotRead(
            "Cette heure n’a pas existé à Paris : ce jour-là, on est passé de 2 h à 3 h. Vérifiez "
            "l’horloge de l’expéditeur."
        )
    raise NotRead(
        "Cette heure a été vécue deux fois à Paris : ce jour-là, on est revenu de 3 h à 2 h. "
        "Donnez l’instant avec son décalage, par exemple 2026-10-25T02:30:00+02:00."
    )
