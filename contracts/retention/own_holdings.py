"""Where the contents of a file stand in this package."""

from __future__ import annotations

from contracts.models import (
    Avenant,
    AvenantFact,
    BulkRun,
    ConventionActEvidence,
    ConventionNote,
    ElectronicSignature,
    FiledScan,
    IncomingLetter,
    IssuedDocument,
    KeptPair,
    LetterDeposit,
    LetterFiling,
    LetterPassage,
    Proposal,
    ProposalAnswer,
    ProposalEvidence,
    ProviderStatus,
    ScanBatch,
    SignatoryPower,
    SignedCopy,
    VoidedCopy,
)
from contracts.retention.holdings import TEXT, Holding, hold

hold(
    Holding(ConventionActEvidence, "act__subject", files=("file",)),
    Holding(ConventionNote, "convention", {"text": TEXT}),
    Holding(IssuedDocument, "convention", {"data": {}}, files=("file",)),
    Holding(SignedCopy, "issued__convention", {"reason": TEXT}, files=("file",)),
    Holding(
        ElectronicSignature,
        "copy__issued__convention",
        {"organisation": TEXT, "issuer": TEXT, "reason": TEXT},
    ),
    Holding(VoidedCopy, "copy__issued__convention", {"reason": TEXT}),
    Holding(FiledScan, "issued__convention", files=("file",)),
    Holding(ScanBatch, "filed__issued__convention", files=("file",)),
    Holding(
        IncomingLetter,
        "filings__convention",
        {"sender": TEXT, "subject": TEXT},
        files=("file",),
    ),
    Holding(LetterFiling, "convention", {"reason": TEXT}),
    Holding(LetterPassage, "letter__issued__convention", {"comment": TEXT}, files=("file",)),
    Holding(LetterDeposit, "letter__issued__convention", {"consent": TEXT}),
    Holding(
        ProviderStatus,
        "letter__issued__convention",
        {"problem": TEXT, "settled_why": TEXT},
        files=("proof",),
    ),
    Holding(Avenant, "convention", {"reason": TEXT}),
    Holding(AvenantFact, "avenant__convention", {"reason": TEXT}, files=("evidence",)),
    Holding(KeptPair, "first", {"reason": TEXT}),
    Holding(KeptPair, "second", {"reason": TEXT}),
    Holding(Proposal, "convention", {"reason": TEXT}),
    Holding(ProposalAnswer, "proposal__convention", {"reason": TEXT}),
    Holding(ProposalEvidence, "proposal__convention", files=("file",)),
    Holding(BulkRun, "lines__convention", {"typed": {}}),
    Holding(
        SignatoryPower,
        "signatory__partner__conventions",
        {"delegation_reference": TEXT},
        files=("delegation_document",),
    ),
)
