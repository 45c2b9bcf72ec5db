"""Where an avenant stands: a pure function of its dated facts, never a stored word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class AvenantStatus(StrEnum):
    """What an avenant in preparation has come to."""

    IN_PREPARATION = "in_preparation"
    SENT_FOR_SIGNATURE = "sent_for_signature"
    PARTLY_SIGNED = "partly_signed"
    SIGNED = "signed"
    REFUSED = "refused"
    ABANDONED = "abandoned"
    ANNULLED = "annulled"
    """Signed, then annulled on the convention: recorded by mistake."""


LABELS: Mapping[AvenantStatus, str] = {
    AvenantStatus.IN_PREPARATION: "En préparation",
    AvenantStatus.SENT_FOR_SIGNATURE: "Envoyé pour signature",
    AvenantStatus.PARTLY_SIGNED: "Signé par une partie",
    AvenantStatus.SIGNED: "Signé",
    AvenantStatus.REFUSED: "Refusé",
    AvenantStatus.ABANDONED: "Classé sans suite",
    AvenantStatus.ANNULLED: "Annulé",
}


class AvenantStanding(NamedTuple):
    """What the facts of an avenant make of it."""

    status: AvenantStatus
    sent_on: date | None
    signed: Mapping[str, date]
    """Role of each party that signed to the day it did."""
    missing: tuple[str, ...]
    """Roles of the parties that have not signed yet."""
    refused_by: str = ""
    """Role of the party that refused to sign."""

    @property
    def label(self) -> str:
        """The status in words, with who did: « Signé par le partenaire »."""
        if self.status is AvenantStatus.REFUSED and self.refused_by:
            words = {"partner": "Refusé par le partenaire", "caisse": "Refusé par la caisse"}
            return words.get(self.refused_by, LABELS[self.status])
        if self.status is AvenantStatus.PARTLY_SIGNED and len(self.signed) == 1:
            (role,) = self.signed
            words = {"partner": "Signé par le partenaire", "caisse": "Signé par la caisse"}
            return words.get(role, LABELS[self.status])
        return LABELS[self.status]

    @property
    def is_open(self) -> bool:
        """Whether it may still be signed or abandoned."""
        return self.status in (
            AvenantStatus.IN_PREPARATION,
            AvenantStatus.SENT_FOR_SIGNATURE,
            AvenantStatus.PARTLY_SIGNED,
        )

    @property
    def last_signature(self) -> date | None:
        """The latest of the signatures so far."""
        return max(self.signed.values(), default=None)


def standing_of(
    parties: Sequence[str],
    *,
    sent_on: date | None,
    signed: Mapping[str, date],
    abandoned: bool,
    refused_by: str = "",
    act_annulled: bool = False,
) -> AvenantStanding:
    """Where an avenant stands. ``parties`` are the roles of all who must sign it."""
    missing = tuple(role for role in parties if role not in signed)
    if refused_by:
        status = AvenantStatus.REFUSED
    elif abandoned:
        status = AvenantStatus.ABANDONED
    elif not missing:
        status = AvenantStatus.ANNULLED if act_annulled else AvenantStatus.SIGNED
    elif signed:
        status = AvenantStatus.PARTLY_SIGNED
    else:
        status = AvenantStatus.SENT_FOR_SIGNATURE if sent_on else AvenantStatus.IN_PREPARATION
    return AvenantStanding(status, sent_on, dict(signed), missing, refused_by)


def takes_effect(planned: date | None, last_signature: date) -> date:
    """The day an avenant takes effect: the one it names, never before its last signature."""
    return max(planned or last_signature, last_signature)
