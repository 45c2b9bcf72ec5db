"""A document as PDF/A-3b, to keep: fonts embedded, its facts inside as JSON, checked once written.

A blank to fill in on a screen is made to the same rules. The validator approves no file that has
form fields: it does not know them, which is not the same as finding a fault. So what it approves is
the *twin* of the file, the same but that each field is a stamp with the same appearance; what a
form adds (ISO 19005-3, 6.4.1) is refused here: a field that acts, or an appearance to be made.
"""

from __future__ import annotations

import io
import json
from typing import Any

import pikepdf
from pikepdf import AttachedFileSpec, Name, Pdf, pdfa

from templates_conventions.document import Document
from templates_conventions.rendering.pdf_fields import add_fields
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
    with Pdf.open(io.BytesIO(pages(document).content)) as file:
        _prepare(file, document)
        written = io.BytesIO()
        try:
            pdfa.save(file, written, FLAVOUR, repair=False, deterministic_id=True)
        except pdfa.PdfaError as error:
            raise NotArchivable(f"{document.title} : {error}") from error
        return written.getvalue()


def render_fillable(document: Document) -> bytes:
    """The bytes of a PDF/A-3b whose form fields can be filled in on a screen.

    Raises ``NotArchivable`` if the validator refuses its twin without fields.
    """
    laid_out = pages(document, fillable=True)
    with Pdf.open(io.BytesIO(laid_out.content)) as file:
        _prepare(file, document)
        add_fields(file, laid_out.spaces)
        written = io.BytesIO()
        file.save(written, deterministic_id=True)
    report = pdfa.validate_written(io.BytesIO(twin(written.getvalue())), FLAVOUR)
    if not report.passed:
        raise NotArchivable(f"{document.title} : {report}")
    return written.getvalue()


def twin(content: bytes) -> bytes:
    """The file with its fields turned into stamps of the same appearance, for the validator.

    Raises ``NotArchivable`` for what PDF/A refuses of fields and only of them.
    """
    with Pdf.open(io.BytesIO(content)) as file:
        if Name.AcroForm in file.Root:
            _check_form(file.Root.AcroForm)
            for field in file.Root.AcroForm.Fields:
                _disguise(field)
            del file.Root.AcroForm
        written = io.BytesIO()
        file.save(written)
        return written.getvalue()


def _check_form(form: pikepdf.Dictionary) -> None:
    if Name.XFA in form or form.get(Name.NeedAppearances, False):
        raise NotArchivable("Le formulaire laisse au lecteur le soin de le dessiner (6.4.1).")
    for field in form.Fields:
        if Name.A in field or Name.AA in field or Name.Kids in field:
            raise NotArchivable(f"Le champ {field.T} déclenche une action (6.4.1).")


_OF_AN_ANNOTATION = (Name.Type, Name.Rect, Name.F, Name.AP, Name.P)


def _disguise(field: pikepdf.Dictionary) -> None:
    for key in list(field.keys()):
        if key not in _OF_AN_ANNOTATION:
            del field[key]
    field.Subtype = Name.Stamp


def embedded_facts(document: Document) -> dict[str, Any]:
    """What travels inside the file: which document, under which rules, showing which facts."""
    return {
        "document": {
            "kind": str(document.kind),
            "code": document.code,
            "title": document.title,
            "dated": document.dated.isoformat(),
            **({"stamp": document.stamp} if document.stamp else {}),
            **({"draft": True} if document.draft else {}),
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


def _prepare(file: Pdf, document: Document) -> None:
    _clean(file, document)
    _attach(file, document)
    pdfa.prepare(file, FLAVOUR)
    _date_metadata(file, document)


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
