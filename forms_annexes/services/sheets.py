"""The sheet of a request: the official form, filled with its answers."""

from __future__ import annotations

from dataclasses import replace

from contracts.services import documents
from contracts.services.documents import Format
from forms_annexes.completeness import is_quality, rows_of, signature_of
from forms_annexes.models import AccessRequest
from forms_annexes.models.signatures import Signature
from forms_annexes.services.change_words import lines_of
from templates_conventions.document import Block, Document, Items, Paragraph, Run
from templates_conventions.forms import FormField
from templates_conventions.rendering import docx
from workflows.french import date_in_words, typeset

MEDIA_TYPES = {
    Format.PDF: "application/pdf",
    Format.DOCX: docx.MEDIA_TYPE,
}


def sheet_of(request: AccessRequest, signed_by: Signature | None = None) -> Document:
    """The form with its answers; ``signed_by`` fills the date and the signature too.

    Raises ``CannotAssemble`` and ``SourceFault``.
    """
    answers: dict[str, list[dict[str, str]]] = {}
    for block in request.definition.blocks:
        rows = [
            {field.code: _on_one_line(field, row.get(field.code, "")) for field in block.fields}
            for row in rows_of(request, block)
        ]
        signs = [field for field in block.fields if field.kind == "signature"]
        for field in block.fields if signs else ():
            if signed_by is not None and field.kind == "date":
                rows[0][field.code] = signed_by.signed_on.isoformat()
            elif is_quality(field):
                rows[0][field.code] = request.signatory_quality
            elif field in signs:
                rows[0][field.code] = _words(signed_by)
        # Nobody named yet: the lines are left to write on.
        answers[block.code] = rows or [{}] * block.repeat.on_a_blank
    document = documents.form_document(
        request.convention, request.form_code, answers, site=request.site, on=request.received_on
    )
    return replace(document, blocks=(*_what_is_asked(request), *document.blocks))


def _what_is_asked(request: AccessRequest) -> tuple[Block, ...]:
    """What the form has no field for: who leaves, who is changed, from which day."""
    lines = lines_of(request)
    if not lines:
        return ()
    said = [typeset(f"{line.name} : {' '.join(line.asked)}") for line in lines]
    items = tuple((Paragraph((Run(words),)),) for words in said)
    return Paragraph((Run(request.get_kind_display(), strong=True),)), Items(items)


def pdf_of(request: AccessRequest, signed_by: Signature | None = None) -> bytes:
    """The sheet as a PDF to print or keep. Raises what ``sheet_of`` raises."""
    return documents.rendered(sheet_of(request, signed_by or signature_of(request)))


def file_of(request: AccessRequest, file_format: Format) -> bytes:
    """The sheet in a format, with every named user on as many sheets as it takes.

    Raises what ``sheet_of`` raises.
    """
    return documents.rendered(sheet_of(request, signature_of(request)), file_format)


def _on_one_line(field: FormField, answer: str) -> str:
    """Several things typed one a line, as a sheet lists them."""
    if field.kind != "lines":
        return answer
    return typeset(" ; ".join(filter(None, map(str.strip, answer.splitlines()))))


def _words(signed_by: Signature | None) -> str:
    if signed_by is None or signed_by.method != Signature.Method.CODE:
        return ""
    day = date_in_words(signed_by.signed_on)
    return f"Signé par code le {day} ({signed_by.quality})"
