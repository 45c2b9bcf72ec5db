"""The French words that a file may hold where a list is closed, and what each means to the code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contracts.models.partners import PARTNER_KINDS
from workflows.acts import KINDS
from workflows.convention import ConventionStatus
from workflows.rulebook import LetterForm

NATURES: Final[Mapping[str, str]] = {label: str(kind) for kind, label in PARTNER_KINDS.items()}
"""What kind of legal person a partner is."""

PARTIES: Final[Mapping[str, str]] = {"Partenaire": "partner", "Caisse": "caisse"}
"""Who signs, writes or agrees."""

FORMS: Final[Mapping[str, str]] = {
    "Lettre recommandée": LetterForm.REGISTERED_LETTER.value,
    "Recommandé électronique qualifié": LetterForm.QUALIFIED_ELECTRONIC_REGISTERED_LETTER.value,
    "Acte de commissaire de justice": LetterForm.SERVED_BY_COMMISSAIRE_DE_JUSTICE.value,
    "Remise en main propre": LetterForm.HAND_DELIVERED_LETTER.value,
    "Lettre simple": LetterForm.ORDINARY_LETTER.value,
    "Courriel": LetterForm.EMAIL.value,
}
"""How a letter travelled."""

OUTCOMES: Final[Mapping[str, str]] = {
    "Remise": "delivered",
    "Refusée": "refused",
    "Non réclamée": "unclaimed",
}
"""What became of a letter."""

CNIL_BASES: Final[Mapping[str, str]] = {
    "Déclaration transmise": "transmission",
    "Déclaration modifiée": "modification",
    "Sans objet": "not_applicable",
}
"""Which formality about personal data was done."""

SUSPENSIONS: Final[Mapping[str, str]] = {"Temporaire": "temporary", "Définitive": "definitive"}
"""The natures of a suspension of access."""

_EVENTS = (
    "sent_for_signature",
    "signature",
    "document_date",
    "validation",
    "cnil",
    "deliberation",
    "prior_request",
    "document_received",
    "avenant",
    "renewal_agreed",
    "experiment",
    "party_left",
    "force_majeure",
    "force_majeure_ended",
    "dispute",
    "dispute_settled",
    "notice",
    "notice_withdrawn",
    "notice_confirmed",
    "formal_notice",
    "formal_notice_withdrawn",
    "cure",
    "mutual_termination",
    "force_majeure_termination",
    "replaced",
    "suspension",
    "suspension_lifted",
    "duty_done",
    "closing",
    "abandonment",
)

KINDS_OF_EVENTS: Final[Mapping[str, str]] = {KINDS[kind].label: kind for kind in _EVENTS}
"""The kinds of acts that a file may tell, by what the screens call them.

A decision is not among them: it answers a question that the rules raise, with a lawyer's reasons,
and is taken here.
"""

STATES: Final[Mapping[str, str]] = {
    "Brouillon": ConventionStatus.DRAFT.value,
    "Envoyée pour signature": ConventionStatus.SENT_FOR_SIGNATURE.value,
    "Signée": ConventionStatus.SIGNED.value,
    "Déclaration CNIL transmise": ConventionStatus.CNIL_TRANSMITTED.value,
    "En vigueur": ConventionStatus.ACTIVE.value,
    "Dénoncée": ConventionStatus.NOTICE_GIVEN.value,
    "Résiliation notifiée": ConventionStatus.TERMINATION_PENDING.value,
    "Arrivée à échéance": ConventionStatus.EXPIRED.value,
    "Résiliée": ConventionStatus.TERMINATED.value,
    "Classée sans suite": ConventionStatus.ABANDONED.value,
    "Clôturée": ConventionStatus.CLOSED.value,
}
"""The states that the former register may give, to be compared with what the facts make."""
