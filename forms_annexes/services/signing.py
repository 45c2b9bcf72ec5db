"""Signing a request: by a code sent by mail, or by hand with the sheet uploaded.

The code proves that whoever signs reads the mailbox of the signatory: a simple electronic
signature (regulation 910/2014, article 3-10), enough for an operational form.
"""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.crypto import constant_time_compare, salted_hmac

from contracts.identifiers import validate_no_nir
from contracts.models import Person
from contracts.services.evidence import store_evidence
from contracts.services.file_verification import take_in
from forms_annexes import links
from forms_annexes.completeness import content_digest
from forms_annexes.models import (
    AccessRequest,
    RequestPiece,
    Signature,
    SignatureCode,
    SignatureLink,
)
from forms_annexes.services import telling
from forms_annexes.services.filling import check_complete, submit
from forms_annexes.services.moving import RequestRefused, StaleRequest, changing, open_task
from forms_annexes.services.sheets import pdf_of
from forms_annexes.uploads import checked_upload
from workflows import clock
from workflows.french import typeset

CODE_LASTS = timedelta(minutes=10)
MOST_TRIES = 5
MOST_CODES_AN_HOUR = 5
LINK_LASTS = timedelta(days=14)

LINK_PURPOSE = "signature"


class CodeRefused(RequestRefused):
    """The code does not sign; the try was counted."""


def send_to_signatory(
    request: AccessRequest, last_name: str, first_name: str, email: str, author: Any
) -> SignatureLink:
    """Mail to somebody else the page on which to read the request and sign it.

    A new link takes the place of the one before. Raises ``StaleRequest`` when there is nothing to
    sign, and ``ValidationError``.
    """
    for text in (last_name, first_name, email):
        validate_no_nir(text)
    with changing(request, None) as current:
        _must_wait_for_signature(current)
        check_complete(current)
        current.signature_links.filter(revoked_at__isnull=True).update(revoked_at=clock.now())
        person = Person.objects.create(last_name=last_name, first_name=first_name, email=email)
        link = SignatureLink.objects.create(
            request=current,
            person=person,
            nonce=links.new_nonce(),
            document_sha256=content_digest(current),
            created_at=clock.now(),
            expires_at=clock.now() + LINK_LASTS,
        )
        telling.to_sign(link)
    return link


def standing_link(text: str) -> SignatureLink | None:
    """The link that an address names, while it holds; None for a guessed, old or useless one."""
    parts = links.read(LINK_PURPOSE, text)
    if parts is None:
        return None
    link = (
        SignatureLink.objects.select_related(
            "person", "request__convention__pinned", "request__convention__partner"
        )
        .filter(pk=parts.pk, nonce=parts.nonce, revoked_at__isnull=True)
        .filter(expires_at__gt=clock.now())
        .first()
    )
    if link is None or not link.request.is_editable:
        return None
    return link


def ask_code(
    request: AccessRequest, *, user: Any = None, link: SignatureLink | None = None
) -> SignatureCode:
    """Have a code sent to the signatory, bound to the request as it stands.

    Raises ``RequestRefused`` when too many were asked for, or when the content is not the one the
    link was sent for.
    """
    with changing(request, None) as current:
        _must_wait_for_signature(current)
        check_complete(current)
        digest = content_digest(current)
        if link is not None and link.document_sha256 != digest:
            raise RequestRefused(
                "La demande a été modifiée depuis l’envoi de ce lien. "
                "Demandez qu’il vous soit envoyé de nouveau."
            )
        lately = current.signature_codes.filter(asked_at__gt=clock.now() - timedelta(hours=1))
        if lately.count() >= MOST_CODES_AN_HOUR:
            raise RequestRefused(
                "Trop de codes ont été demandés. Attendez une heure, ou signez à la main."
            )
        current.signature_codes.filter(used_at__isnull=True, digest="").delete()
        code = SignatureCode.objects.create(
            request=current,
            user=user,
            link=link,
            document_sha256=digest,
            asked_at=clock.now(),
        )
        telling.code(code)
    return code


def draw_code(code: SignatureCode) -> str:
    """Draw the six figures as the message leaves; only their digest stays. The ten minutes run."""
    figures = f"{secrets.randbelow(10**6):06d}"
    code.digest = _digest(code, figures)
    code.expires_at = clock.now() + CODE_LASTS
    code.tries = 0
    code.save(update_fields=["digest", "expires_at", "tries"])
    return figures


def sign_with_code(
    request: AccessRequest,
    figures: str,
    author: Any,
    *,
    link: SignatureLink | None = None,
    seen_revision: int | None = None,
) -> Signature:
    """Sign the request and send it to the caisse.

    Raises ``CodeRefused`` for a wrong, old or spent code, or one drawn for another content, and
    ``StaleRequest`` when there is nothing to sign.
    """
    signature = None
    # A wrong code is counted, so the transaction that counts it must stand.
    with changing(request, seen_revision) as current:
        _must_wait_for_signature(current)
        check_complete(current)
        mine = {"link": link} if link is not None else {"user": author, "link": None}
        code = current.signature_codes.filter(**mine).order_by("-pk").first()
        if _matches(code, figures, content_digest(current)):
            code.used_at = clock.now()
            code.save(update_fields=["used_at"])
            signature = _sign(current, _by_code(current, author))
    if signature is None:
        raise CodeRefused(_why_not(code))
    return signature


def sign_by_hand(
    request: AccessRequest,
    scan: File,
    signed_on: date,
    author: Any,
    seen_revision: int | None = None,
) -> Signature:
    """Sign with the sheet printed, signed and uploaded; send the request to the caisse.

    Raises ``ValidationError`` for a file that is not accepted or a date to come, and
    ``StaleRequest``.
    """
    check_signed_on(signed_on)
    checked_upload(scan)
    with changing(request, seen_revision) as current:
        _must_wait_for_signature(current)
        check_complete(current)
        piece = join(current, scan, RequestPiece.Kind.SIGNED_FORM, author)
        return _sign(
            current, write_signature(current, Signature.Method.HAND, signed_on, author, piece)
        )


def join(current: AccessRequest, file: File, kind: RequestPiece.Kind, author: Any) -> RequestPiece:
    """Store a checked file among the pieces of a locked request."""
    checked_upload(file)
    evidence = take_in(file, file.name or "piece.pdf", author)
    return RequestPiece.objects.create(request=current, kind=kind, evidence=evidence)


def write_signature(
    current: AccessRequest,
    method: Signature.Method,
    signed_on: date,
    author: Any,
    piece: RequestPiece | None = None,
) -> Signature:
    """Write the signature of a locked request as it stands."""
    return Signature.objects.create(
        request=current,
        method=method,
        quality=current.signatory_quality,
        signed_on=signed_on,
        document_sha256=content_digest(current),
        piece=piece,
        recorded_by=author,
        recorded_at=clock.now(),
    )


def check_signed_on(day: date) -> None:
    """Raise ``ValidationError`` for a signature dated after today."""
    if day > clock.today():
        raise ValidationError(
            "La date de signature est à venir. Vérifiez-la.", code="signed_in_future"
        )


def _sign(current: AccessRequest, signature: Signature) -> Signature:
    current.signature_links.filter(revoked_at__isnull=True).update(revoked_at=clock.now())
    submit(current, signature.recorded_by)
    return signature


def _by_code(current: AccessRequest, author: Any) -> Signature:
    """A signature by code, with the very sheet that it binds."""
    signature = Signature(
        request=current,
        method=Signature.Method.CODE,
        quality=current.signatory_quality,
        signed_on=clock.today(),
        document_sha256=content_digest(current),
        recorded_by=author,
        recorded_at=clock.now(),
    )
    sheet = ContentFile(pdf_of(current, signature))
    evidence = store_evidence(sheet, f"{current.number}.pdf", author)
    signature.piece = RequestPiece.objects.create(
        request=current, kind=RequestPiece.Kind.SIGNED_FORM, evidence=evidence
    )
    signature.save(force_insert=True)
    return signature


def _must_wait_for_signature(current: AccessRequest) -> None:
    if not current.is_editable or open_task(current) != "sign":
        raise StaleRequest("Cette demande n’attend pas de signature : elle est déjà envoyée.")


def _matches(code: SignatureCode | None, figures: str, document_sha256: str) -> bool:
    if code is None or not code.digest or code.used_at is not None:
        return False
    if code.tries >= MOST_TRIES or code.expires_at <= clock.now():
        return False
    code.tries += 1
    code.save(update_fields=["tries"])
    if code.document_sha256 != document_sha256:
        return False
    typed = "".join(figures.split())
    return constant_time_compare(code.digest, _digest(code, typed))


def _why_not(code: SignatureCode | None) -> str:
    if code is None or not code.digest or code.used_at is not None:
        return "Aucun code n’attend. Demandez-en un."
    if code.expires_at <= clock.now():
        return "Ce code a plus de dix minutes. Demandez-en un autre."
    left = MOST_TRIES - code.tries
    if left <= 0:
        return "Trop d’essais avec ce code. Demandez-en un autre."
    return typeset(
        "Ce n’est pas le code envoyé. Recopiez les six chiffres du dernier courriel : "
        f"encore {left} essai{'s' if left > 1 else ''}."
    )


def _digest(code: SignatureCode, figures: str) -> str:
    """Keyed by the site's secret: a million codes are quickly tried on a plain digest."""
    return salted_hmac(
        "forms_annexes.signature_code",
        f"{code.pk}:{code.document_sha256}:{figures}",
        algorithm="sha256",
    ).hexdigest()
