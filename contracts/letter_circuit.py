"""The circuit of a letter that leaves: where it stands after its passages, and what may follow.

Pure: the kinds of its passages in, its standing out. Nobody assigns a standing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

Standing = Literal[
    "prepared",
    "to_sign",
    "returned",
    "to_post",
    "proof_awaited",
    "proof_lost",
    "sent",
    "proven",
    "given_up",
]

SUBMITTED, SIGNED, RETURNED, GIVEN_UP = "submitted", "signed", "returned", "given_up"
POSTED, POSTED_PLAIN, PRESENTED = "posted", "posted_plain", "presented"
POSTED_ELECTRONIC = "posted_electronic"
REGISTERED = (POSTED, POSTED_ELECTRONIC)
"""Postings that have a number and await a proof."""
OUTCOMES = ("delivered", "refused", "unclaimed", "undeliverable")
PROOF_LOST = "proof_lost"
WITH_A_REASON = (RETURNED, GIVEN_UP, POSTED_ELECTRONIC, PROOF_LOST)
"""They say why: for an electronic letter, on what the addressee's consent rests."""

STANDINGS: Mapping[str, str] = {
    "prepared": "Préparé",
    "to_sign": "À signer",
    "returned": "Renvoyé par le signataire",
    "to_post": "À poster",
    "proof_awaited": "Preuve attendue",
    "proof_lost": "Preuve perdue",
    "sent": "Posté, sans preuve attendue",
    "proven": "Preuve reçue",
    "given_up": "Abandonné",
}

PASSAGES: Mapping[str, str] = {
    SUBMITTED: "Mis à la signature",
    SIGNED: "Signé",
    RETURNED: "Renvoyé sans signature",
    GIVEN_UP: "Abandonné",
    POSTED: "Posté en recommandé",
    POSTED_ELECTRONIC: "Déposé en recommandé électronique",
    POSTED_PLAIN: "Posté sans recommandé",
    PRESENTED: "Première présentation",
    "delivered": "Remis au destinataire",
    "refused": "Refusé par le destinataire",
    "unclaimed": "Revenu non réclamé",
    "undeliverable": "Revenu, destinataire inconnu à l’adresse",
    PROOF_LOST: "Avis de réception perdu",
}

ELECTRONIC: Mapping[str, str] = {
    PRESENTED: "Destinataire informé du dépôt",
    "delivered": "Accepté par le destinataire",
    "refused": "Refusé par le destinataire",
    "unclaimed": "Non réclamé dans les 15 jours",
    "undeliverable": "Adresse électronique inconnue",
}
"""The same, where the letter is electronic (CPCE R.53-3)."""

_NEXT: Mapping[str, Mapping[str, str]] = {
    "prepared": {SUBMITTED: "to_sign", GIVEN_UP: "given_up"},
    "to_sign": {SIGNED: "to_post", RETURNED: "returned", GIVEN_UP: "given_up"},
    "returned": {SUBMITTED: "to_sign", GIVEN_UP: "given_up"},
    "to_post": {
        POSTED: "proof_awaited",
        POSTED_ELECTRONIC: "proof_awaited",
        POSTED_PLAIN: "sent",
        GIVEN_UP: "given_up",
    },
    "proof_awaited": {
        PRESENTED: "proof_awaited",
        **dict.fromkeys(OUTCOMES, "proven"),
        PROOF_LOST: "proof_lost",
    },
    "proof_lost": dict.fromkeys(OUTCOMES, "proven"),
    "sent": {},
    "proven": {},
    "given_up": {},
}


class NotNow(ValueError):
    """This passage cannot follow the others; the message says why."""


def standing_after(kinds: Iterable[str]) -> str:
    """Where a letter stands after passages of these kinds, in their order. Raises ``NotNow``."""
    seen: list[str] = []
    standing = "prepared"
    for kind in kinds:
        following = _NEXT[standing].get(kind)
        if following is None or (kind == PRESENTED and PRESENTED in seen):
            raise NotNow(
                f"« {PASSAGES.get(kind, kind)} » n’est pas possible : ce courrier est "
                f"« {STANDINGS[standing]} »."
            )
        seen.append(kind)
        standing = following
    return standing


def possible_after(kinds: Iterable[str]) -> tuple[str, ...]:
    """The kinds of passages that may follow these."""
    told = tuple(kinds)
    following = _NEXT[standing_after(told)]
    return tuple(kind for kind in following if kind != PRESENTED or PRESENTED not in told)


def words_of(kind: str, kinds: Iterable[str]) -> str:
    """What a passage is called, among all those of its letter."""
    electronic = POSTED_ELECTRONIC in kinds and kind in ELECTRONIC
    return ELECTRONIC[kind] if electronic else PASSAGES[kind]
