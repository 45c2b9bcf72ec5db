"""The vocabulary of acts: every dated fact that the engine understands.

An act has a legal date, ``on``, and an instant of recording, ``recorded_at``; it is never changed.
A fact that proved wrong is annulled or replaced by a later act. Acts name persons, users and
documents by identifier only. Facts that come from outside in other shapes (a letter with its whole
postal life in one line) are expanded by ``facts``.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflows.act import Act, legal_order
from workflows.convention_acts import (
    Abandonment,
    AccessSuspended,
    AddressChanged,
    Annulment,
    Avenant,
    Closing,
    Cnil,
    CnilCopyRequested,
    Decision,
    Deliberation,
    DisputeNotified,
    DisputeSettled,
    DocumentDate,
    DocumentReceived,
    DutyDone,
    Experiment,
    ForceMajeureEnded,
    ForceMajeureNotified,
    ForceMajeureTermination,
    MutualTermination,
    PartnerSucceeded,
    PartyLeft,
    PriorRequest,
    RenewalAgreed,
    Replaced,
    SentForSignature,
    Signature,
    SuspensionLifted,
    Validation,
)
from workflows.deadline_acts import DeadlineLifted, DeadlineSet
from workflows.letter_acts import (
    Cure,
    FormalNotice,
    FormalNoticeWithdrawn,
    LetterAct,
    LetterDelivered,
    LetterPosted,
    LetterPresented,
    LetterProofLost,
    LetterRefused,
    LetterUnclaimed,
    LetterUndeliverable,
    Notice,
    NoticeConfirmed,
    NoticeWithdrawn,
)
from workflows.user_acts import (
    CredentialsLost,
    CredentialsSent,
    Departure,
    DormancyClosure,
    Granted,
    LastLogin,
    ProfileChanged,
    ScopeChanged,
    UserAct,
    UserSuspended,
    UserSuspensionLifted,
)

__all__ = [
    "KINDS",
    "Abandonment",
    "AccessSuspended",
    "Act",
    "AddressChanged",
    "Annulment",
    "Avenant",
    "Closing",
    "Cnil",
    "CnilCopyRequested",
    "CredentialsLost",
    "CredentialsSent",
    "Cure",
    "DeadlineLifted",
    "DeadlineSet",
    "Decision",
    "Deliberation",
    "Departure",
    "DisputeNotified",
    "DisputeSettled",
    "DocumentDate",
    "DocumentReceived",
    "DormancyClosure",
    "DutyDone",
    "Experiment",
    "ForceMajeureEnded",
    "ForceMajeureNotified",
    "ForceMajeureTermination",
    "FormalNotice",
    "FormalNoticeWithdrawn",
    "Granted",
    "LastLogin",
    "LetterAct",
    "LetterDelivered",
    "LetterPosted",
    "LetterPresented",
    "LetterProofLost",
    "LetterRefused",
    "LetterUnclaimed",
    "LetterUndeliverable",
    "MutualTermination",
    "Notice",
    "NoticeConfirmed",
    "NoticeWithdrawn",
    "PartnerSucceeded",
    "PartyLeft",
    "PriorRequest",
    "ProfileChanged",
    "RenewalAgreed",
    "Replaced",
    "ScopeChanged",
    "SentForSignature",
    "Signature",
    "SuspensionLifted",
    "UserAct",
    "UserSuspended",
    "UserSuspensionLifted",
    "Validation",
    "legal_order",
]


def _concrete(root: type[Act]) -> dict[str, type[Act]]:
    found: dict[str, type[Act]] = {}
    for act_class in root.__subclasses__():
        if act_class.kind:
            found[act_class.kind] = act_class
        found |= _concrete(act_class)
    return found


KINDS: Mapping[str, type[Act]] = _concrete(Act)
"""Every kind of act by its name."""
