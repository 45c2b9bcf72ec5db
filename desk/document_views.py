"""The documents of a convention: read on screen, issued, and given again as they were issued."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from contracts.models import Convention, IssuedDocument
from contracts.services.documents import (
    Altered,
    CannotIssue,
    Format,
    annex_document,
    content_of,
    convention_document,
    issue,
)
from desk.views import LARGEST_KEY, visible_convention
from templates_conventions.document import Document
from templates_conventions.rendering import html
from templates_conventions.texts import has_text
from workflows.french import NO_BREAK_SPACE

ISSUE = "contracts.issue_document"
CONVENTION = "convention"


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
        "document": mark_safe(html.render(document, title_level=1)),  # noqa: S308 — escaped there
        "may_issue": request.user.has_perm(ISSUE, convention),
    }
    return render(request, "desk/document.html", context)


@require_POST
def issue_document(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Issue a document in one format, and give it; the same bytes are issued once."""
    convention = visible_convention(request, pk)
    if not request.user.has_perm(ISSUE, convention):
        raise PermissionDenied
    wanted = request.POST.get("format", "")
    if wanted not in set(Format):
        raise Http404
    try:
        issued = issue(convention, _document(convention, code), request.user, Format(wanted))
    except CannotIssue as refused:
        return _page(request, convention, str(refused), HTTPStatus.UNPROCESSABLE_ENTITY)
    return _given_out(request, convention, issued)


@require_safe
def issued_document(request: HttpRequest, pk: int, issued: int) -> HttpResponse:
    """A document as it was issued."""
    convention = visible_convention(request, pk)
    if issued > LARGEST_KEY:
        raise Http404
    row = get_object_or_404(convention.documents.select_related("file"), pk=issued)
    return _given_out(request, convention, row)


def _given_out(request: HttpRequest, convention: Convention, row: IssuedDocument) -> HttpResponse:
    try:
        content = content_of(row)
    except (Altered, FileNotFoundError) as altered:
        words = (
            str(altered)
            if isinstance(altered, Altered)
            else ("Le fichier de ce document manque. Retrouvez-le dans une sauvegarde.")
        )
        return _page(request, convention, words, HTTPStatus.CONFLICT)
    response = HttpResponse(content, content_type=row.file.content_type)
    # As a file to keep: nothing stored is ever shown as a page of this site.
    response.headers["Content-Disposition"] = f'attachment; filename="{row.file.original_name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _page(
    request: HttpRequest, convention: Convention, refusal: str = "", status: int = 200
) -> HttpResponse:
    issued = convention.documents.select_related("author", "file").order_by("-issued_at", "-pk")
    context = {
        "convention": convention,
        "available": _available(convention),
        "issued": issued,
        "may_issue": request.user.has_perm(ISSUE, convention),
        "refusal": refusal,
    }
    return render(request, "desk/documents.html", context, status=status)


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
    if code == CONVENTION:
        return convention_document(convention)
    return annex_document(convention, code)
