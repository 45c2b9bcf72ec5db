"""The postal life of letters, the notices and breach letters they carry, and what follows."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.act import Act
from workflows.rulebook import LetterForm

# Letters: what the post did with them.


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterAct(Act):
    """A moment in the postal life of a letter."""

    rank = 60
    letter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(LetterAct):
    """A letter by which a party declines the next term."""

    kind = "notice"
    label = "Dénonciation"
    rank = 59
    by: str
    form: LetterForm


@dataclass(frozen=True, slots=True, kw_only=True)
class FormalNotice(LetterAct):
    """A letter by which a party ends the convention for breach, or demands its performance."""

    kind = "formal_notice"
    label = "Mise en demeure ou lettre de résiliation"
    rank = 59
    by: str
    form: LetterForm


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPosted(LetterAct):
    """The letter was handed to the post, or the electronic one deposited."""

    kind = "letter_posted"
    label = "Courrier posté"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPresented(LetterAct):
    """First presentation, or first information of the addressee."""

    kind = "letter_presented"
    label = "Première présentation"
    rank = 61


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDelivered(LetterAct):
    """Handed over to its addressee."""

    kind = "letter_delivered"
    label = "Courrier remis"
    rank = 62


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRefused(LetterAct):
    """Refused by its addressee, who cannot profit from it: it counts as received."""

    kind = "letter_refused"
    label = "Courrier refusé"
    rank = 62


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterUnclaimed(LetterAct):
    """Sent back, nobody having come for it."""

    kind = "letter_unclaimed"
    label = "Courrier non réclamé"
    rank = 62


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterUndeliverable(LetterAct):
    """Sent back: unknown at that address (« NPAI »)."""

    kind = "letter_undeliverable"
    label = "Destinataire inconnu à l’adresse"
    rank = 62


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterProofLost(LetterAct):
    """The post says that the proof of reception is lost: what became of the letter is not known."""

    kind = "letter_proof_lost"
    label = "Avis de réception perdu"
    rank = 63


# What follows from the letters.


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWithdrawn(Act):
    """The parties give a notice up together."""

    kind = "notice_withdrawn"
    label = "Dénonciation retirée d’un commun accord"
    rank = 65
    agreed_by: tuple[str, ...]
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeConfirmed(Act):
    """The sender of a late notice maintains it for the next term."""

    kind = "notice_confirmed"
    label = "Dénonciation maintenue pour l’échéance suivante"
    rank = 66
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormalNoticeWithdrawn(Act):
    """The sender gives its breach letter up."""

    kind = "formal_notice_withdrawn"
    label = "Mise en demeure ou lettre de résiliation retirée"
    rank = 67
    formal_notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cure(Act):
    """The breach is repaired."""

    kind = "cure"
    label = "Manquement réparé"
    rank = 68
    formal_notice: str = ""
