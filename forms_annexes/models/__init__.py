"""Access requests with their named users, signatures, pieces and history; invitations."""

from forms_annexes.models.history import RequestTransition
from forms_annexes.models.invitations import Invitation
from forms_annexes.models.pieces import RequestPiece
from forms_annexes.models.process import RequestProcess
from forms_annexes.models.requests import AccessRequest, RequestSequence
from forms_annexes.models.signatures import Signature, SignatureCode, SignatureLink
from forms_annexes.models.users import RequestedUser

__all__ = [
    "AccessRequest",
    "Invitation",
    "RequestPiece",
    "RequestProcess",
    "RequestSequence",
    "RequestTransition",
    "RequestedUser",
    "Signature",
    "SignatureCode",
    "SignatureLink",
]
