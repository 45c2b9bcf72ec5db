"""The documents of a convention: read on screen, issued, and given again as they were issued."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from contracts.models import Convention, IssuedDocument
from contracts.services.documents import (
    Altered,
    CannotIssue,
    Format,
    WouldVoidSignatures,
    annex_document,
    content_of,
    convention_document,
    draft_of,
    family_letter_document,
    file_name,
    issue,
    rendered,
)
from contracts.services.versions import would_void
from desk.views import visible_convention
from forms_annexes.services.listed import listed_persons
from templates_conventions.document import Document
from templates_conventions.family_letter import model_annex
from templates_conventions.rendering import docx, html, pdf
from templates_conventions.texts import has_text
from ui.attachments import attachment
from workflows import clock
from workflows.french import NO_BREAK_SPACE
from workflows.keys import LARGEST_KEY

ISSUE = "contracts.issue_document"
EXPORT = "contracts.export_evidence"
CONVENTION = "convention"
CONTENT_TYPES_OF = {Format.PDF.value: pdf.MEDIA_TYPE, Format.DOCX.value: docx.MEDIA_TYPE}


class Available(NamedTuple):
    """A document that may be made now."""

    code: str
    title: str
    help: str


@require_safe
def documents(request: HttpRequest, pk: int) -> HttpResponse:
    """What may be read and issued, and what was."""
    return _page(request, visible_convention(request, pk))


@require_safe
def on_screen(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A document as a page: the version that everyone can read."""
    convention = visible_convention(request, pk)
    document = _document(convention, code)
    context = {
        "convention": convention,
        "title": document.title,
        "code": code,
        "document": mark_safe(  # noqa: S308 — escaped there
            html.render(replace(document, draft=True), title_level=1)
        ),
        "may_issue": request.user.has_perm(ISSUE, convention),
    }
    return render(request, "desk/document.html", context)


@require_safe
def draft_document(request: HttpRequest, pk: int, code: str, wanted: str) -> HttpResponseBase:
    """A document as it would be issued, each page marked as a draft; nothing is kept of it."""
    convention = visible_convention(request, pk)
    if wanted not in set(Format):
        raise Http404
    document = _document(convention, code)
    content = draft_of(document, Format(wanted))
    return attachment(content, f"projet-{file_name(document, wanted)}", CONTENT_TYPES_OF[wanted])


@require_safe
def family_letter(request: HttpRequest, pk: int, wanted: str) -> HttpResponseBase:
    """The letter that a structure hands out to its families: theirs, and so never issued here."""
    convention = visible_convention(request, pk)
    if wanted not in set(Format) or not _has_family_letter(convention):
        raise Http404
    site = None
    if chosen := request.GET.get("structure", ""):
        sites = convention.sites.all()
        if not chosen.isdecimal() or int(chosen) > LARGEST_KEY:
            raise Http404
        site = get_object_or_404(sites, pk=chosen)
    document = family_letter_document(convention, site=site)
    content = rendered(document, Format(wanted))
    return attachment(content, file_name(document, wanted), CONTENT_TYPES_OF[wanted])


@require_POST
def issue_document(request: HttpRequest, pk: int, code: str) -> HttpResponseBase:
    """Issue a document in one format, and give it; the same bytes are issued once."""
    convention = visible_convention(request, pk)
    if not request.user.has_perm(ISSUE, convention):
        raise PermissionDenied
    wanted = request.POST.get("format", "")
    if wanted not in set(Format):
        raise Http404
    document = _document(convention, code)
    new_version = "new_version" in request.POST
    try:
        issued = issue(convention, document, request.user, Format(wanted), new_version=new_version)
    except WouldVoidSignatures as asks:
        return _asks_for_new_version(request, convention, document, str(asks))
    except CannotIssue as refused:
        return _page(request, convention, str(refused), HTTPStatus.UNPROCESSABLE_ENTITY)
    return _given_out(request, convention, issued)


def _asks_for_new_version(
    request: HttpRequest, convention: Convention, document: Document, words: str
) -> HttpResponse:
    """What issuing would void; the page posts to where it was asked."""
    context = {
        "convention": convention,
        "refusal": words,
        "voided": would_void(convention, document).select_related("file"),
        "wanted": request.POST.get("format", ""),
    }
    status = HTTPStatus.CONFLICT
    return render(request, "desk/signed_copies/new_version.html", context, status=status)


@require_safe
def issued_document(request: HttpRequest, pk: int, issued: int) -> HttpResponseBase:
    """A document as it was issued."""
    convention = visible_convention(request, pk)
    if issued > LARGEST_KEY:
        raise Http404
    row = get_object_or_404(convention.documents.select_related("file"), pk=issued)
    return _given_out(request, convention, row)


def _given_out(
    request: HttpRequest, convention: Convention, row: IssuedDocument
) -> HttpResponseBase:
    try:
        content = content_of(row)
    except (Altered, FileNotFoundError) as altered:
        words = (
            str(altered)
            if isinstance(altered, Altered)
            else ("Le fichier de ce document manque. Retrouvez-le dans une sauvegarde.")
        )
        return _page(request, convention, words, HTTPStatus.CONFLICT)
    return attachment(content, row.file.original_name, row.file.content_type)


def _page(
    request: HttpRequest, convention: Convention, refusal: str = "", status: int = 200
) -> HttpResponse:
    issued = convention.documents.select_related("author", "file").order_by("-issued_at", "-pk")
    context = {
        "convention": convention,
        "available": _available(convention),
        "issued": issued,
        "may_issue": request.user.has_perm(ISSUE, convention),
        "may_export": request.user.has_perm(EXPORT, convention),
        "family_letter": _has_family_letter(convention),
        "sites": list(convention.sites.order_by("name")),
        "refusal": refusal,
    }
    return render(request, "desk/documents.html", context, status=status)


def _has_family_letter(convention: Convention) -> bool:
    return has_text(convention.rulebook_code) and bool(model_annex(convention.rules))


def _available(convention: Convention) -> list[Available]:
    """The convention and its annexes; nothing while the texts of its type are not written."""
    if not has_text(convention.rulebook_code):
        return []
    found = [Available(CONVENTION, "Convention", "Avec ses annexes, prête à signer.")]
    for annex in convention.rules.documents.annexes:
        document = annex_document(convention, annex.code)
        label = document.label or annex.code.replace("-", NO_BREAK_SPACE).capitalize()
        title = f"{label}{NO_BREAK_SPACE}: {document.title}"
        words = "À remplir ; ce que l’on sait déjà y est." if annex.form else ""
        found.append(Available(annex.code, title, words.replace(" ;", f"{NO_BREAK_SPACE};")))
    return found


def _document(convention: Convention, code: str) -> Document:
    known = {annex.code for annex in convention.rules.documents.annexes} | {CONVENTION}
    if code not in known or not has_text(convention.rulebook_code):
        raise Http404
    persons = listed_persons(convention, clock.today())
    if code == CONVENTION:
        return convention_document(convention, persons=persons)
    return annex_document(convention, code, persons=persons)
