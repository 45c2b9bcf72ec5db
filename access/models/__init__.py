"""Habilitations, accounts, what is to be done in the directory, and who may ask for decisions."""

from access.models.accounts import Account, AccountIdentifier, AccountState
from access.models.clients import ApiClient, ApiClientCaisse
from access.models.comparisons import ComparedAccount, DirectoryComparison
from access.models.connections import ConnectionCount, ConnectionEvent, ConnectionPurge
from access.models.credentials import ActivationLink, PrintedLetter, Renewal
from access.models.decision_log import DecisionLog
from access.models.directory_entries import DirectoryEntry
from access.models.directory_health import DirectoryHealth
from access.models.habilitations import (
    Habilitation,
    HabilitationAct,
    HabilitationActEvidence,
    HabilitationJournalEntry,
)
from access.models.import_deposits import ImportDeposit, ImportFile
from access.models.imports import AccountTakeOver, ImportRow, ImportRun
from access.models.registers import HolderNumber
from access.models.reviews import ReviewedUser, UserReview
from access.models.tasks import DirectoryTask, DirectoryTaskStep

__all__ = [
    "Account",
    "AccountIdentifier",
    "AccountState",
    "AccountTakeOver",
    "ActivationLink",
    "ApiClient",
    "ApiClientCaisse",
    "ComparedAccount",
    "ConnectionCount",
    "ConnectionEvent",
    "ConnectionPurge",
    "DecisionLog",
    "DirectoryComparison",
    "DirectoryEntry",
    "DirectoryHealth",
    "DirectoryTask",
    "DirectoryTaskStep",
    "Habilitation",
    "HabilitationAct",
    "HabilitationActEvidence",
    "HabilitationJournalEntry",
    "HolderNumber",
    "ImportDeposit",
    "ImportFile",
    "ImportRow",
    "ImportRun",
    "PrintedLetter",
    "Renewal",
    "ReviewedUser",
    "UserReview",
]
