"""Habilitations, accounts, what is to be done in the directory, and who may ask for decisions."""

from access.models.accounts import Account, AccountIdentifier, AccountState
from access.models.clients import ApiClient
from access.models.directory_entries import DirectoryEntry
from access.models.habilitations import Habilitation, HabilitationAct, HabilitationJournalEntry
from access.models.tasks import DirectoryTask, DirectoryTaskStep

__all__ = [
    "Account",
    "AccountIdentifier",
    "AccountState",
    "ApiClient",
    "DirectoryEntry",
    "DirectoryTask",
    "DirectoryTaskStep",
    "Habilitation",
    "HabilitationAct",
    "HabilitationJournalEntry",
]
