"""Entering, on the partner's behalf, an annex that came on paper or by mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction

from contracts.identifiers import validate_no_nir
from contracts.models import Convention, Site
from forms_annexes.completeness import needs_signature
from forms_annexes.models import (
    AccessRequest,
    RequestPiece,
    Signature,
)
from forms_annexes.models.requests import RequestChannel, RequestStatus
from forms_annexes.services.filling import check_complete, start, submit, write_answers
from forms_annexes.services.moving import (
    StaleRequest,
    changing,
    finish_task,
    open_task,
)
from forms_annexes.services.returning import Openings, refuse_closed
from forms_annexes.services.signing import join, write_signature
from workflows import clock


class PaperForm(NamedTuple):
    """An annex received on paper or by mail, as the clerk copies it."""

    channel: RequestChannel
    received_on: date
    answers: Mapping[str, Mapping[str, str] | Sequence[Mapping[str, str]]]
    """By block of the form."""
    signatory_quality: str
    scan: File
    signed_on: date | None
    """None when it came without a signature: it is entered all the same, and given back."""
    references: Mapping[str, Sequence[str]] = {}
    """By block, which known user each row is about, when the request is entered again."""
    more_scans: Sequence[File] = ()
    """The other sheets, when each was scanned apart."""
    origin_checked: bool = False
    """Whether the clerk checked where a form without signature comes from."""


def enter(
    convention: Convention,
    paper: PaperForm,
    author: Any,
    site: Site | None = None,
    form_code: str = "",
) -> AccessRequest:
    """Enter, on the director's behalf, an annex that came with its scan; it is then to check.

    Without ``form_code``, the form is that of the structure or else of the partner.

    Raises ``ValidationError`` for a date or file that is not accepted, ``RequestRefused`` for a
    missing answer.
    """
    check_dates(paper)
    with transaction.atomic():
        request = start(
            convention,
            author,
            site=site,
            form_code=form_code,
            channel=paper.channel,
            received_on=paper.received_on,
        )
        return copy_sheet(request, paper, author)


def enter_again(
    request: AccessRequest, paper: PaperForm, author: Any, seen_revision: int | None = None
) -> AccessRequest:
    """Enter the sheet that completes a request given back; it is then to check again.

    Raises what ``enter`` raises, and ``StaleRequest`` for a request that nobody gave back.
    """
    check_dates(paper)
    if request.status != RequestStatus.RETURNED.value:
        raise StaleRequest("Cette demande n’est pas à compléter.")
    return copy_sheet(request, paper, author, seen_revision)


def check_dates(paper: PaperForm) -> None:
    """Raise ``ValidationError`` for a reception to come, or a signature after it."""
    if paper.received_on > clock.today():
        raise ValidationError("La date de réception est à venir. Vérifiez-la.", code="received_on")
    if paper.signed_on is not None and paper.signed_on > paper.received_on:
        raise ValidationError(
            "La signature est datée d’après la réception. Vérifiez les deux dates.",
            code="signed_after_reception",
        )


def copy_sheet(
    request: AccessRequest, paper: PaperForm, author: Any, seen_revision: int | None = None
) -> AccessRequest:
    """Write what a sheet says in its request, and send it: it is then to check.

    Raises ``ValidationError``, ``RequestRefused`` and ``StaleRequest``.
    """
    with changing(request, seen_revision) as current:
        for block_code, answers in paper.answers.items():
            references = paper.references.get(block_code, ())
            # The sheet says all anew; only who is already decided stays as decided.
            refuse_closed(
                current,
                block_code,
                answers,
                None,
                Openings(everything=True),
                references=references,
            )
            write_answers(current, block_code, answers, references)
        validate_no_nir(paper.signatory_quality)
        current.signatory_quality = paper.signatory_quality.strip()
        current.channel, current.received_on = paper.channel, paper.received_on
        current.origin_checked = paper.origin_checked
        current.save()
        check_complete(current)
        piece = join(current, paper.scan, RequestPiece.Kind.SIGNED_FORM, author)
        for sheet in paper.more_scans:
            join(current, sheet, RequestPiece.Kind.SIGNED_FORM, author)
        if paper.signed_on is not None and needs_signature(current):
            write_signature(current, Signature.Method.HAND, paper.signed_on, author, piece)
        # Left at the signature on screen, it is signed on paper: submitting closes that step.
        if open_task(current) == "complete":
            finish_task(current, "complete", author)
        submit(current, author)
    return current
