"""Access requests with their named users, signatures, pieces and history; invitations."""

from forms_annexes.models.declarations import (
    Declaration,
    DeclarationLine,
    DeclarationPiece,
    DeclarationSequence,
)
from forms_annexes.models.drafts import AnswerDraft
from forms_annexes.models.history import RequestTransition
from forms_annexes.models.invitations import Invitation
from forms_annexes.models.messages import (
    InternalNote,
    MessageFile,
    MessageReading,
    RequestMessage,
    Side,
)
from forms_annexes.models.notes import CorrectedAnswer, ReturnedPoint, TransitionNote
from forms_annexes.models.pieces import RequestPiece
from forms_annexes.models.prerequisites import PrerequisiteCheck, PrerequisiteDocument
from forms_annexes.models.process import RequestProcess
from forms_annexes.models.public_requests import PublicRequest
from forms_annexes.models.reminders import RequestReminder
from forms_annexes.models.requests import AccessRequest, RequestSequence
from forms_annexes.models.signatures import Signature, SignatureCode, SignatureLink
from forms_annexes.models.structures import ClosingCorrection, StructureAnswer, StructureChange
from forms_annexes.models.submissions import Submission, SubmittedContent
from forms_annexes.models.users import RequestedUser
from forms_annexes.models.verdicts import UserVerdict

__all__ = [
    "AccessRequest",
    "AnswerDraft",
    "ClosingCorrection",
    "CorrectedAnswer",
    "Declaration",
    "DeclarationLine",
    "DeclarationPiece",
    "DeclarationSequence",
    "InternalNote",
    "Invitation",
    "MessageFile",
    "MessageReading",
    "PrerequisiteCheck",
    "PrerequisiteDocument",
    "PublicRequest",
    "RequestMessage",
    "RequestPiece",
    "RequestProcess",
    "RequestReminder",
    "RequestSequence",
    "RequestTransition",
    "RequestedUser",
    "ReturnedPoint",
    "Side",
    "Signature",
    "SignatureCode",
    "SignatureLink",
    "StructureAnswer",
    "StructureChange",
    "Submission",
    "SubmittedContent",
    "TransitionNote",
    "UserVerdict",
]
