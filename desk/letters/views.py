"""The letters of a convention: those to send, written from the facts, read, then issued."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from contracts.models import Convention, IssuedDocument, OutgoingLetter, Power
from contracts.services.documents import Format, issue
from contracts.services.letters import (
    LetterProposal,
    letter_proposal,
    letters_today,
    proposed_document,
)
from contracts.services.signing import proposed_signer
from desk.document_views import ISSUE
from desk.letters.forms import LetterForm
from desk.outgoing.forms import SEND
from desk.views import visible_convention
from templates_conventions.assembly import CannotAssemble
from templates_conventions.document import Document
from templates_conventions.rendering import html
from workflows import clock

COMMIT = "contracts.record_legal_act"
"""Whoever may bind the caisse in law: a binding letter is theirs alone."""


@require_safe
def letters(request: HttpRequest, pk: int) -> HttpResponse:
    """What there is to send today, what may be sent, what was."""
    convention = visible_convention(request, pk)
    powers = frozenset(
        power for power in (ISSUE, COMMIT) if request.user.has_perm(power, convention)
    )
    lines = [_line(convention, one, powers) for one in letters_today(convention)]
    context = {
        "convention": convention,
        "to_send": [line for line in lines if line["proposal"].to_send],
        "possible": [line for line in lines if not line["proposal"].to_send],
        "issued": _issued(convention),
        "sends": request.user.has_perm(SEND, convention),
    }
    return render(request, "desk/letters/letters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write_letter(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Type what no fact knows, read the letter, issue it."""
    convention = visible_convention(request, pk)
    about = request.GET.get("a-propos", "")
    proposal = _proposal(convention, code, about)
    if not request.user.has_perm(_power(proposal), convention):
        raise PermissionDenied
    signer = proposed_signer(
        convention.caisse, Power.Kind.SIGN_LETTERS, clock.today(), request.user
    )
    form = LetterForm(request.POST or None, asked=proposal.asked, signer=signer)
    document, refusal = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            document = proposed_document(
                convention,
                proposal,
                form.typed(),
                to=form.cleaned_data["to"],
                signatory=form.signed_by,
            )
        except CannotAssemble as refused:
            refusal = str(refused)
        wanted = request.POST.get("format", "")
        if document is not None and wanted in set(Format):
            row = issue(convention, document, request.user, Format(wanted))
            return redirect("issued_document", pk=convention.pk, issued=row.pk)
    context = {
        "convention": convention,
        "proposal": proposal,
        "form": form,
        "refusal": refusal or _held(proposal),
        "letter": _shown(document),
    }
    failed = bool(form.errors) or bool(refusal)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK
    return render(request, "desk/letters/write.html", context, status=status)


def _line(
    convention: Convention, proposal: LetterProposal, powers: frozenset[str]
) -> dict[str, Any]:
    about = proposal.occasion.about
    query = f"?{urlencode({'a-propos': about})}" if about else ""
    return {
        "proposal": proposal,
        "held": _held(proposal),
        "address": reverse("write_letter", args=[convention.pk, proposal.code]) + query,
        "may": _power(proposal) in powers,
    }


def _proposal(convention: Convention, code: str, about: str) -> LetterProposal:
    try:
        return letter_proposal(convention, code, about)
    except CannotAssemble as uncalled:
        raise Http404 from uncalled


def _power(proposal: LetterProposal) -> str:
    return COMMIT if proposal.binding else ISSUE


def _held(proposal: LetterProposal) -> str:
    if not proposal.held_by:
        return ""
    return (
        f"Ce courrier engage la caisse, et une question est ouverte\N{NO-BREAK SPACE}: "
        f"{proposal.held_by}. Il attend la réponse d’un juriste."
    )


def _shown(document: Document | None) -> str:
    if document is None:
        return ""
    return mark_safe(html.render(document, title_level=2))  # noqa: S308 — escaped there


def _issued(convention: Convention) -> list[tuple[IssuedDocument, OutgoingLetter | None]]:
    """The letters issued, each with its circuit once it was put to the signature."""
    rows = convention.documents.filter(kind=IssuedDocument.Kind.LETTER)
    rows = rows.select_related("author", "file", "circuit").order_by("-issued_at", "-pk")
    return [(row, getattr(row, "circuit", None)) for row in rows]
