"""The sheet of a request: the official form, filled with its answers."""

from __future__ import annotations

from contracts.services import documents
from forms_annexes.completeness import USER_BLOCK, answer_of, signature_of
from forms_annexes.models import AccessRequest
from forms_annexes.models.signatures import Signature
from templates_conventions.document import Document
from workflows.french import date_in_words


def sheet_of(request: AccessRequest, signed_by: Signature | None = None) -> Document:
    """The form with its answers; ``signed_by`` fills the date and the signature too.

    Raises ``CannotAssemble`` and ``SourceFault``.
    """
    users = list(request.users.order_by("position"))
    answers: dict[str, list[dict[str, str]]] = {}
    for block in request.definition.blocks:
        if block.code == USER_BLOCK:
            answers[block.code] = [
                {field.code: answer_of(user, field) for field in block.fields} for user in users
            ]
            continue
        row = {field.code: str(request.answers.get(field.code, "")) for field in block.fields}
        signs = [field for field in block.fields if field.kind == "signature"]
        for field in block.fields:
            if signs and signed_by is not None and field.kind == "date":
                row[field.code] = signed_by.signed_on.isoformat()
            elif field in signs:
                row[field.code] = _words(signed_by)
        answers[block.code] = [row]
    return documents.form_document(
        request.convention, request.form_code, answers, site=request.site, on=request.received_on
    )


def pdf_of(request: AccessRequest, signed_by: Signature | None = None) -> bytes:
    """The sheet as a PDF to print or keep. Raises what ``sheet_of`` raises."""
    return documents.rendered(sheet_of(request, signed_by or signature_of(request)))


def _words(signed_by: Signature | None) -> str:
    if signed_by is None or signed_by.method != Signature.Method.CODE:
        return ""
    day = date_in_words(signed_by.signed_on)
    return f"Signé par code le {day} ({signed_by.quality})"
