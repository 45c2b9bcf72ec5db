"""What the levels of evidence are worth, in words, and how they are drawn."""

from __future__ import annotations

from typing import NamedTuple

from contracts.models import EvidenceLevel
from workflows.french import typeset


class LevelWords(NamedTuple):
    """A level, what it is worth in law, and what is left to prove."""

    level: EvidenceLevel
    worth: str

    @property
    def label(self) -> str:
        """« Électronique avancée »."""
        return str(self.level.label)


LEVELS = tuple(
    LevelWords(level, typeset(worth))
    for level, worth in (
        (
            EvidenceLevel.HANDWRITTEN,
            "La signature est sur le papier ; ce fichier n’en est que l’image. Gardez l’original : "
            "c’est lui qui prouve si l’autre partie conteste.",
        ),
        (
            EvidenceLevel.SIMPLE,
            "Le fichier n’a pas changé depuis la signature, mais rien n’établit ici l’identité du "
            "signataire. Elle vaut commencement de preuve : à celui qui s’en sert de la compléter.",
        ),
        (
            EvidenceLevel.ADVANCED,
            "Le fichier n’a pas changé et une autorité connue de ce site répond de l’identité du "
            "signataire. En cas de contestation, c’est à celui qui s’en sert de prouver sa "
            "fiabilité.",
        ),
        (
            EvidenceLevel.QUALIFIED,
            "Elle vaut signature à la main, et sa fiabilité est présumée : c’est à celui qui la "
            "conteste de prouver le contraire.",
        ),
    )
)
"""From the least to the most (regulation 910/2014, article 25; code civil, article 1367)."""
