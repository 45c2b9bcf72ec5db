"""Caisses and their staff, partners, rulebooks in force, conventions, acts and evidence."""

from contracts.models.addresses import AddressChange
from contracts.models.avenants import Avenant, AvenantFact
from contracts.models.bulk_runs import BulkLine, BulkRun
from contracts.models.caisses import Agent, Caisse, NumberSequence, Power
from contracts.models.campaigns import (
    AvenantCampaign,
    CampaignClosing,
    CampaignLaunch,
    CampaignLine,
)
from contracts.models.convention_acts import (
    ConventionAct,
    ConventionActEvidence,
    ConventionJournalEntry,
)
from contracts.models.conventions import Convention, ConventionSite
from contracts.models.deadlines import DeadlineSet, PlannedDeadline
from contracts.models.documents import IssuedDocument
from contracts.models.evidence import EvidenceFile
from contracts.models.file_verifications import FileVerification
from contracts.models.incoming_letters import IncomingLetter, LetterFiling, LetterPlace
from contracts.models.kept_pairs import KeptPair
from contracts.models.letter_providers import LetterDeposit, ProviderStatus
from contracts.models.memberships import PartnerMembership
from contracts.models.notes import ConventionNote
from contracts.models.outgoing_letters import LetterPassage, OutgoingLetter
from contracts.models.partner_keys import PartnerDistinction, PartnerKey
from contracts.models.partners import (
    Contact,
    Partner,
    PartnerNumber,
    Signatory,
    SignatoryPower,
    Site,
)
from contracts.models.persons import Person
from contracts.models.proposals import Proposal, ProposalAnswer, ProposalEvidence
from contracts.models.questions import OpenQuestion
from contracts.models.retention import (
    EliminatedThing,
    Elimination,
    EliminationGivenUp,
    EliminationItem,
    EliminationOutcome,
    EliminationReport,
    HoldLift,
    LegalHold,
)
from contracts.models.rulebooks import Interpretation, PublishedRulebook
from contracts.models.saved_views import SavedView
from contracts.models.scanning import FiledScan, ScanBatch, ScannedPage, SortedPage
from contracts.models.search import ConventionWord
from contracts.models.second_factors import SecondFactorReset
from contracts.models.signed_copies import (
    ElectronicSignature,
    EvidenceLevel,
    SignedCopy,
    VoidedCopy,
)
from contracts.models.staff_changes import StaffChange
from contracts.models.successions import ConventionParty, PartnerSuccession
from contracts.models.users import User, UserScope

__all__ = [
    "AddressChange",
    "Agent",
    "Avenant",
    "AvenantCampaign",
    "AvenantFact",
    "BulkLine",
    "BulkRun",
    "Caisse",
    "CampaignClosing",
    "CampaignLaunch",
    "CampaignLine",
    "Contact",
    "Convention",
    "ConventionAct",
    "ConventionActEvidence",
    "ConventionJournalEntry",
    "ConventionNote",
    "ConventionParty",
    "ConventionSite",
    "ConventionWord",
    "DeadlineSet",
    "ElectronicSignature",
    "EliminatedThing",
    "Elimination",
    "EliminationGivenUp",
    "EliminationItem",
    "EliminationOutcome",
    "EliminationReport",
    "EvidenceFile",
    "EvidenceLevel",
    "FileVerification",
    "FiledScan",
    "HoldLift",
    "IncomingLetter",
    "Interpretation",
    "IssuedDocument",
    "KeptPair",
    "LegalHold",
    "LetterDeposit",
    "LetterFiling",
    "LetterPassage",
    "LetterPlace",
    "NumberSequence",
    "OpenQuestion",
    "OutgoingLetter",
    "Partner",
    "PartnerDistinction",
    "PartnerKey",
    "PartnerMembership",
    "PartnerNumber",
    "PartnerSuccession",
    "Person",
    "PlannedDeadline",
    "Power",
    "Proposal",
    "ProposalAnswer",
    "ProposalEvidence",
    "ProviderStatus",
    "PublishedRulebook",
    "SavedView",
    "ScanBatch",
    "ScannedPage",
    "SecondFactorReset",
    "Signatory",
    "SignatoryPower",
    "SignedCopy",
    "Site",
    "SortedPage",
    "StaffChange",
    "User",
    "UserScope",
    "VoidedCopy",
]
