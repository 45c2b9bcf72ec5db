"""The facts of a convention that are no letters: its making, its life, its ends, access to it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workflows.act import Act

# Acts about other acts. They say what has always been true, hence they come before all others.


@dataclass(frozen=True, slots=True, kw_only=True)
class Annulment(Act):
    """An earlier act never was: it was recorded by mistake.

    ``replaced_by`` names the act that says it right, recorded with the annulment. An annulment may
    itself be annulled, and the first act stands again.
    """

    kind = "annulment"
    label = "Événement annulé"
    rank = 0
    of: str
    reason: str
    replaced_by: str = ""

    @property
    def legal_date(self) -> datetime.date:
        return datetime.date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Act):
    """A lawyer's answer, with reasons, to a question raised by the rules."""

    kind = "decision"
    label = "Décision"
    rank = 1
    question: str
    """Identity of the question: its kind and the act that raised it, ``grey_zone:17``."""
    answer: str
    reasons: str

    @property
    def legal_date(self) -> datetime.date:
        return datetime.date.min


# The making of the convention.


@dataclass(frozen=True, slots=True, kw_only=True)
class SentForSignature(Act):
    """The convention leaves for signature."""

    kind = "sent_for_signature"
    label = "Envoi pour signature"
    rank = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliberation(Act):
    """The préfecture received the deliberation that allows the local authority to sign."""

    kind = "deliberation"
    label = "Délibération reçue en préfecture"
    rank = 20
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorRequest(Act):
    """The request for habilitation that comes before the convention."""

    kind = "prior_request"
    label = "Demande préalable"
    rank = 21


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReceived(Act):
    """A document that a condition asks for: a delegation, an undertaking, an attestation."""

    kind = "document_received"
    label = "Pièce reçue"
    rank = 22
    document: str
    valid_until: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cnil(Act):
    """A formality about personal data, or the visa that none is due."""

    kind = "cnil"
    label = "Déclaration CNIL transmise ou sans objet"
    rank = 23
    basis: Literal["transmission", "modification", "not_applicable"]
    reference: str = ""
    by: str = "caisse"


@dataclass(frozen=True, slots=True, kw_only=True)
class CnilCopyRequested(Act):
    """A party asks for a copy of the other's formality."""

    kind = "cnil_copy_requested"
    label = "Copie de la déclaration CNIL demandée"
    rank = 24
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDate(Act):
    """The date written at the foot of the convention."""

    kind = "document_date"
    label = "Date portée sur la convention"
    rank = 25
    announces = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature(Act):
    """A party signed."""

    kind = "signature"
    label = "Signature"
    rank = 30
    party: str
    signatory: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation(Act):
    """The caisse validated the file, where that gives the convention its date."""

    kind = "validation"
    label = "Validation"
    rank = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandonment(Act):
    """The file is closed before anything took effect."""

    kind = "abandonment"
    label = "Classement sans suite"
    rank = 90
    reason: str


# Its life.


@dataclass(frozen=True, slots=True, kw_only=True)
class Avenant(Act):
    """An amendment signed by all parties. ``on`` is the day of the last signature."""

    kind = "avenant"
    label = "Avenant"
    rank = 40
    effective_on: datetime.date
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Rule paths of the TOML to their new values: ``{"term.length": "P3Y"}``."""

    @property
    def legal_date(self) -> datetime.date:
        return self.effective_on


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalAgreed(Act):
    """The parties agree on the next term, where renewal is express."""

    kind = "renewal_agreed"
    label = "Renouvellement convenu"
    rank = 41


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment(Act):
    """A test period, which needs no avenant. ``on`` is its first day."""

    kind = "experiment"
    label = "Expérimentation"
    rank = 42
    announces = True
    until: datetime.date


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyLeft(Act):
    """A party leaves while the others stay."""

    kind = "party_left"
    label = "Retrait d’une partie"
    rank = 43
    announces = True
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceMajeureNotified(Act):
    """A party notified an event of force majeure."""

    kind = "force_majeure"
    label = "Force majeure notifiée"
    rank = 44
    by: str = ""
    began_on: datetime.date | None = None
    """The first day of the event, where the notification says it: no delay counts from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceMajeureEnded(Act):
    """The event of force majeure is over."""

    kind = "force_majeure_ended"
    label = "Fin de la force majeure"
    rank = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeNotified(Act):
    """A party notified a disagreement."""

    kind = "dispute"
    label = "Différend notifié"
    rank = 46
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeSettled(Act):
    """The disagreement is settled."""

    kind = "dispute_settled"
    label = "Différend réglé"
    rank = 47


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChanged(Act):
    """A party notified its new address."""

    kind = "address_change"
    label = "Changement d’adresse notifié"
    rank = 48
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerSucceeded(Act):
    """Another legal person takes the partner's place; ``on`` is its first day as the party.

    It moves no date, no state and no term of the convention.
    """

    kind = "succession"
    label = "Le partenaire a un successeur"
    rank = 49
    announces = True
    predecessor: str
    """Number of the partner whose place is taken."""
    successor: str
    """Number of the partner who takes it."""
    passes: Literal["by_law", "as_a_whole", "by_agreement"]
    """How the convention passes: by a statute that says so (a merger of communes, a transfer of
    competence); with a whole patrimony (a merger of associations); because the two agreed on it."""
    reference: str = ""
    """The deed that commands it."""
    consented_on: datetime.date | None = None
    """The day on which the caisse agreed in writing, where it did."""


# Other ends.


@dataclass(frozen=True, slots=True, kw_only=True)
class MutualTermination(Act):
    """All parties agree on a last day. ``on`` is the day of the agreement."""

    kind = "mutual_termination"
    label = "Résiliation d’un commun accord"
    rank = 70
    last_day: datetime.date
    agreed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceMajeureTermination(Act):
    """A party uses the faculty that lasting force majeure gives; ``on`` is the last day."""

    kind = "force_majeure_termination"
    label = "Résiliation pour force majeure"
    rank = 71
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced(Act):
    """A later convention replaces this one; ``on`` is the last day of this one."""

    kind = "replaced"
    label = "Remplacement par une autre convention"
    rank = 72
    announces = True
    convention: str = ""


# Access.


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessSuspended(Act):
    """The caisse suspends access."""

    kind = "suspension"
    label = "Suspension de l’accès"
    rank = 75
    nature: Literal["temporary", "definitive"] = "temporary"
    visa: str = ""
    """The legal officer's visa, where no clause allows the measure."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionLifted(Act):
    """The suspension is over."""

    kind = "suspension_lifted"
    label = "Levée de la suspension"
    rank = 76


# After the end.


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyDone(Act):
    """A duty that outlives the convention is performed."""

    kind = "duty_done"
    label = "Obligation accomplie"
    rank = 80
    duty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing(Act):
    """A person closes the file, every duty being performed."""

    kind = "closing"
    label = "Clôture du dossier"
    rank = 91
