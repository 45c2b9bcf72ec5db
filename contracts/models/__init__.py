"""Caisses and their staff, partners, rulebooks in force, conventions, acts and evidence."""

from contracts.models.caisses import Agent, Caisse, NumberSequence, Power
from contracts.models.conventions import (
    Convention,
    ConventionAct,
    ConventionActEvidence,
    ConventionJournalEntry,
    ConventionSite,
)
from contracts.models.documents import IssuedDocument
from contracts.models.evidence import EvidenceFile
from contracts.models.memberships import PartnerMembership
from contracts.models.partners import (
    Contact,
    Partner,
    PartnerNumber,
    Signatory,
    SignatoryPower,
    Site,
)
from contracts.models.persons import Person
from contracts.models.rulebooks import Interpretation, PublishedRulebook
from contracts.models.users import User, UserScope

__all__ = [
    "Agent",
    "Caisse",
    "Contact",
    "Convention",
    "ConventionAct",
    "ConventionActEvidence",
    "ConventionJournalEntry",
    "ConventionSite",
    "EvidenceFile",
    "Interpretation",
    "IssuedDocument",
    "NumberSequence",
    "Partner",
    "PartnerMembership",
    "PartnerNumber",
    "Person",
    "Power",
    "PublishedRulebook",
    "Signatory",
    "SignatoryPower",
    "Site",
    "User",
    "UserScope",
]
