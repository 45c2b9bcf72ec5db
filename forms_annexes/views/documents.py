"""The documents of a convention that the partner may keep."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from contracts.models import Convention, Site
from contracts.services.documents import (
    Altered,
    Format,
    content_of,
    family_letter_document,
    file_name,
    rendered,
)
from forms_annexes.services.declaration_visibility import answers_for_whole_partner
from forms_annexes.services.notice_letter import notice_letter_of
from forms_annexes.services.own_documents import (
    blank_document,
    blanks_of,
    documents_for,
    has_family_letter,
)
from forms_annexes.services.visibility import answers_for_all
from forms_annexes.space_forms import FamilyLetterForm
from forms_annexes.views.answers import own_convention
from forms_annexes.views.home import open_sites
from templates_conventions.document import Document
from templates_conventions.rendering import docx, pdf
from ui.attachments import attachment
from workflows import clock

CONTENT_TYPES = {Format.PDF.value: pdf.MEDIA_TYPE, Format.DOCX.value: docx.MEDIA_TYPE}


@require_safe
def documents(request: HttpRequest, pk: int) -> HttpResponse:
    """What was issued, what is to be filled in, and the letter for the families."""
    convention = own_convention(request, pk)
    form = _letter_form(request, convention) if has_family_letter(convention) else None
    return _page(request, convention, form)


@require_safe
def issued(request: HttpRequest, pk: int, issued: int) -> HttpResponseBase:
    """A document as it was issued."""
    convention = own_convention(request, pk)
    rows = documents_for(request.user, convention)
    row = next((one for one in rows if one.pk == issued), None)
    if row is None:
        raise Http404
    try:
        content = content_of(row)
    except (Altered, FileNotFoundError):
        refusal = (
            "Ce fichier ne peut pas être remis : il n’est plus tel qu’il a été émis. Demandez-le à "
            "votre caisse, qui en garde une sauvegarde."
        )
        form = _letter_form(request, convention) if has_family_letter(convention) else None
        return _page(request, convention, form, refusal, HTTPStatus.CONFLICT)
    return attachment(content, row.file.original_name, row.file.content_type)


@require_safe
def blank(request: HttpRequest, pk: int, code: str, wanted: str) -> HttpResponseBase:
    """An annex to fill in by hand."""
    convention = own_convention(request, pk)
    document = blank_document(convention, code)
    if document is None or wanted not in CONTENT_TYPES:
        raise Http404
    return _given_out(document, wanted)


@require_POST
def family_letter(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The letter that the structure hands out to families, under the letterhead just typed."""
    convention = own_convention(request, pk)
    wanted = request.POST.get("format", Format.PDF.value)
    if wanted not in CONTENT_TYPES or not has_family_letter(convention):
        raise Http404
    form = _letter_form(request, convention)
    if not form.is_valid():
        return _page(request, convention, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    site = _site(request, convention, form)
    header = form.cleaned_data["header"]
    return _given_out(family_letter_document(convention, site=site, header=header), wanted)


@require_safe
def notice_letter(request: HttpRequest, pk: int, wanted: str) -> HttpResponseBase:
    """The model of the letter by which the partner gives notice; nothing of it is kept."""
    convention = own_convention(request, pk)
    if wanted not in CONTENT_TYPES or not answers_for_whole_partner(
        request.user, convention, clock.today()
    ):
        raise Http404
    document = notice_letter_of(convention)
    if document is None:
        raise Http404
    return _given_out(document, wanted)


def _site(request: HttpRequest, convention: Convention, form: FamilyLetterForm) -> Site | None:
    sites = open_sites(request.user, convention, clock.today())
    if "site" not in form.fields:
        return sites[0] if len(sites) == 1 else None
    chosen = form.cleaned_data["site"]
    return next((site for site in sites if str(site.pk) == chosen), None)


def _letter_form(request: HttpRequest, convention: Convention) -> FamilyLetterForm:
    today = clock.today()
    return FamilyLetterForm(
        request.POST if request.method == "POST" else None,
        sites=open_sites(request.user, convention, today),
        whole=answers_for_all(request.user, convention, today),
    )


def _page(
    request: HttpRequest,
    convention: Convention,
    form: FamilyLetterForm | None,
    refusal: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "convention": convention,
        "issued": documents_for(request.user, convention),
        "blanks": list(blanks_of(convention)),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "forms_annexes/documents.html", context, status=status)


def _given_out(document: Document, wanted: str) -> HttpResponseBase:
    content = rendered(document, Format(wanted))
    return attachment(content, file_name(document, wanted), CONTENT_TYPES[wanted])
