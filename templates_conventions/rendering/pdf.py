"""A document as PDF/A-3b, to keep: fonts embedded, its facts inside as JSON, checked once written.

A blank to fill in on a screen is another file: form fields are no part of what the validator can
approve, so that it is a working copy, never the one that is kept.
"""

from __future__ import annotations

import io
import json
from typing import Any

import pikepdf
from pikepdf import AttachedFileSpec, Name, Pdf, pdfa

from templates_conventions.document import Document, FormSection
from templates_conventions.rendering.pdf_pages import pages

MEDIA_TYPE = "application/pdf"
DATA_FILE = "donnees.json"
FLAVOUR = "3b"


class NotArchivable(Exception):
    """The file written does not meet PDF/A-3b; the message says on what point."""


def render(document: Document) -> bytes:
    """The bytes of a valid PDF/A-3b. The same document gives the same bytes.

    Raises ``NotArchivable`` if the validator refuses what was written.
    """
    with Pdf.open(io.BytesIO(pages(document))) as file:
        _clean(file, document)
        _attach(file, document)
        pdfa.prepare(file, FLAVOUR)
        _date_metadata(file, document)
        written = io.BytesIO()
        try:
            pdfa.save(file, written, FLAVOUR, repair=False, deterministic_id=True)
        except pdfa.PdfaError as error:
            raise NotArchivable(f"{document.title} : {error}") from error
        return written.getvalue()


def render_fillable(document: Document) -> bytes:
    """The bytes of a PDF whose form fields can be filled in: a working copy, no archive."""
    with Pdf.open(io.BytesIO(pages(document, fillable=True))) as file:
        _clean(file, document)
        _prefill(file, document)
        written = io.BytesIO()
        file.save(written, deterministic_id=True)
        return written.getvalue()


def embedded_facts(document: Document) -> dict[str, Any]:
    """What travels inside the file: which document, under which rules, showing which facts."""
    return {
        "document": {
            "kind": str(document.kind),
            "code": document.code,
            "title": document.title,
            "dated": document.dated.isoformat(),
        },
        "convention": document.reference,
        "rulebook": {
            "code": document.origin.rulebook_code,
            "version": document.origin.rulebook_version,
            "digest": document.origin.rulebook_digest,
        },
        "template_digest": document.origin.template_digest,
        "facts": dict(document.facts),
    }


def _clean(file: Pdf, document: Document) -> None:
    """What reportlab leaves in pages, and the dates it makes up."""
    for page in file.pages:
        if Name.Trans in page:
            del page[Name.Trans]
    file.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
    for key in (Name.CreationDate, Name.ModDate):
        file.docinfo[key] = _pdf_date(document)
    for key in (Name.Keywords, Name.Trapped):
        if key in file.docinfo:
            del file.docinfo[key]


def _prefill(file: Pdf, document: Document) -> None:
    """Write the values known already into the fields; the viewer draws them.

    reportlab draws a value itself, but knows no character beyond its own small set: not even ’.
    """
    values = {
        space.name: space.value
        for block in document.blocks
        if isinstance(block, FormSection)
        for space in block.spaces
    }
    if Name.AcroForm not in file.Root:
        return
    for field in file.Root.AcroForm.Fields:
        if value := values.get(str(field.T)):
            field.V = pikepdf.String(value)
            if Name.AP in field:
                del field[Name.AP]
    file.Root.AcroForm.NeedAppearances = True


def _attach(file: Pdf, document: Document) -> None:
    content = json.dumps(embedded_facts(document), ensure_ascii=False, indent=2, sort_keys=True)
    day = _pdf_date(document)
    attached = AttachedFileSpec(
        file,
        content.encode(),
        filename=DATA_FILE,
        mime_type="application/json",
        description="Données du document",
        relationship=Name.Data,
        creation_date=day,
        mod_date=day,
    )
    file.attachments[DATA_FILE] = attached
    file.Root.AF = pikepdf.Array([attached.obj])


def _date_metadata(file: Pdf, document: Document) -> None:
    # Preparing stamps the hour of the clock; a document carries the day it was made.
    with file.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["xmp:MetadataDate"] = f"{document.dated.isoformat()}T00:00:00+00:00"


def _pdf_date(document: Document) -> str:
    return f"D:{document.dated:%Y%m%d}000000+00'00"
