"""Where the contents of a convention's file stand in this package, and who is named there."""

from __future__ import annotations

from contracts.retention.holdings import TEXT, Holding, hold
from contracts.retention.persons import PersonLink, name
from forms_annexes.models import (
    AccessRequest,
    AnswerDraft,
    ClosingCorrection,
    CorrectedAnswer,
    Declaration,
    DeclarationPiece,
    InternalNote,
    MessageFile,
    PrerequisiteCheck,
    PrerequisiteDocument,
    PublicRequest,
    RequestedUser,
    RequestMessage,
    RequestPiece,
    ReturnedPoint,
    SignatureLink,
    StructureAnswer,
    SubmittedContent,
    TransitionNote,
)
from workflows import clock

_ERASED_AT = {"erased_at": clock.now}

OF_REQUESTS = (
    Holding(
        AccessRequest,
        "convention",
        {"answers": {}, "return_note": TEXT},
    ),
    Holding(
        RequestedUser,
        "request__convention",
        {
            "first_name": "",
            "last_name": TEXT,
            "email": "",
            "answers": {},
            "refusal_note": TEXT,
            "grant_problem": TEXT,
        },
    ),
    Holding(AnswerDraft, "request__convention", {"content": {}}, deletes=True),
    Holding(RequestPiece, "request__convention", files=("evidence",)),
    Holding(RequestMessage, "request__convention", {"text": TEXT}),
    Holding(MessageFile, "message__request__convention", files=("evidence",)),
    Holding(InternalNote, "request__convention", {"text": TEXT}),
    Holding(TransitionNote, "transition__request__convention", {"text": ""}, also=_ERASED_AT),
    Holding(ReturnedPoint, "transition__request__convention", {"comment": ""}, also=_ERASED_AT),
    Holding(
        CorrectedAnswer,
        "transition__request__convention",
        {"before": "", "after": ""},
        also=_ERASED_AT,
    ),
    Holding(SubmittedContent, "submission__request__convention", {"content": {}}, also=_ERASED_AT),
)
"""What belongs to one request."""

hold(
    *OF_REQUESTS,
    Holding(PrerequisiteDocument, "convention", files=("evidence",)),
    Holding(PrerequisiteCheck, "paper__convention", {"note": TEXT}),
    Holding(
        PublicRequest,
        "convention",
        {"answers": {}, "users": [], "refusal_note": TEXT},
    ),
    Holding(StructureAnswer, "change__convention", {"reason": TEXT}),
    Holding(ClosingCorrection, "change__convention", {"reason": TEXT}),
    Holding(
        Declaration,
        "convention",
        {"answers": {}, "return_comment": TEXT, "handling_note": TEXT, "outcome": TEXT},
    ),
    Holding(DeclarationPiece, "declaration__convention", files=("evidence",)),
)
USER_LINK = PersonLink(RequestedUser, "person", "request__convention")
SIGNER_LINK = PersonLink(SignatureLink, "person", "request__convention")

name(USER_LINK, PersonLink(PublicRequest, "contact", "convention"), SIGNER_LINK)
