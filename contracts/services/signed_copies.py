"""Signed copies, taken in and checked; the signature itself is an act that a person records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet

from contracts.models import (
    Convention,
    ElectronicSignature,
    EvidenceFile,
    EvidenceLevel,
    FiledScan,
    FileVerification,
    IssuedDocument,
    Person,
    SignedCopy,
    User,
)
from contracts.services.copy_matching import WrongDocument, compared
from contracts.services.electronic_signatures import (
    SignatureRefused,
    Validated,
    lowest,
    validated,
)
from contracts.services.evidence import check_evidence, digest_of
from contracts.services.file_verification import take_in
from contracts.services.trust import trust_roots
from contracts.services.versions import SIGNED_KINDS, superseded
from workflows import clock
from workflows.french import date_in_words, typeset
from workflows.subjects import locked

ACCEPT = ".pdf,.png,.jpg,.jpeg,.tif,.tiff"
_TYPES = ("application/pdf", "image/png", "image/jpeg", "image/tiff")

HANDWRITTEN = (
    "La copie numérisée d’une signature à la main : l’original papier, gardé, fait foi "
    "(article 1379 du code civil)."
)


class CannotDeposit(Exception):
    """The copy cannot be taken in as given; nothing was stored.

    ``field`` is the answer at fault.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(typeset(message))
        self.field = field


@dataclass(frozen=True, slots=True)
class Told:
    """What a person says of a copy: who signed it, when, and whose original it is."""

    signed_by: tuple[str, ...]
    signed_on: date | None = None
    """Not needed of an electronic signature, which tells it."""
    original_of: str = ""


def deposit(issued: IssuedDocument, file: File, name: str, told: Told, author: User) -> SignedCopy:
    """Check a file and keep it as a signed copy of an issued document.

    The same file deposited again for the same document is the same copy. Raises ``CannotDeposit``
    naming the answer at fault; nothing is stored then.
    """
    _check_told(issued, told)
    signatures, match = _examined(issued, file, name)
    signed_on = _day(told, signatures)
    digest = digest_of(file)
    with transaction.atomic():
        locked(Convention.objects.all(), issued.convention_id)
        _check_current(issued)
        known = _not_refused(issued.signed_copies.filter(file__sha256=digest)).first()
        if known is not None:
            return _the_same(known, told, signed_on)
        row = take_in(file, name, author)
        return _written(issued, row, told, signed_on, signatures, match, author)


def deposit_scan(scan: FiledScan, told: Told, author: User) -> SignedCopy:
    """Keep a scanned copy, filed from a batch, as a signed one. Raises ``CannotDeposit``."""
    issued = scan.issued
    _check_told(issued, told)
    signed_on = _day(told, ())
    with transaction.atomic():
        locked(Convention.objects.all(), issued.convention_id)
        _check_current(issued)
        known = issued.signed_copies.filter(file=scan.file).first()
        if known is not None:
            return _the_same(known, told, signed_on)
        match = SignedCopy.Match.STAMP if scan.author_id is None else SignedCopy.Match.NONE
        return _written(issued, scan.file, told, signed_on, (), match, author)


def standing(convention: Convention) -> QuerySet[SignedCopy]:
    """The signed copies that still count; one that the antivirus refused proves nothing."""
    copies = SignedCopy.objects.filter(issued__convention=convention, voided__isnull=True)
    return _not_refused(copies)


def _not_refused(copies: QuerySet[SignedCopy]) -> QuerySet[SignedCopy]:
    return copies.exclude(file__verification__state=FileVerification.State.REFUSED)


def _check_told(issued: IssuedDocument, told: Told) -> None:
    if issued.kind not in SIGNED_KINDS:
        raise CannotDeposit(
            f"« {issued.title} » ne se signe pas comme une convention : joignez-le comme pièce de "
            "l’événement qu’il prouve."
        )
    roles = issued.convention.rules.roles
    if not told.signed_by or not set(told.signed_by) <= roles:
        raise CannotDeposit("Dites quelle partie a signé cette copie.", "signed_by")
    if told.original_of and told.original_of not in roles:
        raise CannotDeposit("Choisissez la partie dont c’est l’original.", "original_of")


def _check_current(issued: IssuedDocument) -> None:
    convention = issued.convention
    if superseded(convention, issued.kind, issued.code, issued.content_digest):
        latest = convention.documents.filter(kind=issued.kind, code=issued.code).last()
        assert latest is not None
        raise CannotDeposit(
            "Une version plus récente de ce document a été émise le "
            f"{date_in_words(clock.civil_date(latest.issued_at))} : c’est elle que les parties "
            "signent. Si celle-ci est la bonne, émettez-la de nouveau d’abord."
        )


def _examined(
    issued: IssuedDocument, file: File, name: str
) -> tuple[tuple[Validated, ...], SignedCopy.Match]:
    """The electronic signatures of a file, and how far it is the text issued."""
    try:
        content_type = check_evidence(file, name)
        if content_type not in _TYPES:
            raise CannotDeposit(
                "Une copie signée est un PDF ou une image (PNG, JPEG, TIFF). Numérisez la feuille "
                "signée, ou déposez le PDF signé.",
                "file",
            )
        file.seek(0)
        content = file.read()
        file.seek(0)
        is_pdf = content_type == "application/pdf"
        signatures = validated(content, trust_roots()) if is_pdf else ()
        return signatures, compared(issued, content, is_pdf=is_pdf)
    except ValidationError as refused:
        raise CannotDeposit(" ".join(refused.messages), "file") from refused
    except (SignatureRefused, WrongDocument) as refused:
        raise CannotDeposit(str(refused), "file") from refused


def _day(told: Told, signatures: Sequence[Validated]) -> date:
    if signatures:
        if len(told.signed_by) > len(signatures):
            raise CannotDeposit(
                f"Ce fichier porte {len(signatures)} signature électronique pour "
                f"{len(told.signed_by)} parties cochées. Cochez celles qui ont signé ce fichier.",
                "signed_by",
            )
        return clock.civil_date(max(one.signed_at for one in signatures))
    if told.signed_on is None:
        raise CannotDeposit(
            "Ce fichier ne porte pas de signature électronique : indiquez la date écrite au-dessus "
            "de la signature.",
            "signed_on",
        )
    if told.signed_on > clock.today():
        raise CannotDeposit("La date de signature est à venir. Vérifiez-la.", "signed_on")
    return told.signed_on


def _the_same(known: SignedCopy, told: Told, signed_on: date) -> SignedCopy:
    if (tuple(known.signed_by), known.signed_on, known.original_of) != (
        told.signed_by,
        signed_on,
        told.original_of,
    ):
        raise CannotDeposit(
            "Ce fichier a déjà été déposé le "
            f"{date_in_words(clock.civil_date(known.recorded_at))}, avec d’autres réponses. "
            "Déposez le fichier de l’autre copie.",
            "file",
        )
    return known


def _written(
    issued: IssuedDocument,
    row: EvidenceFile,
    told: Told,
    signed_on: date,
    signatures: Sequence[Validated],
    match: SignedCopy.Match,
    author: User,
) -> SignedCopy:
    weakest = lowest(signatures) if signatures else None
    copy = SignedCopy.objects.create(
        issued=issued,
        file=row,
        signed_by=list(told.signed_by),
        original_of=told.original_of,
        level=weakest.level if weakest else EvidenceLevel.HANDWRITTEN,
        reason=weakest.reason if weakest else HANDWRITTEN,
        signed_on=signed_on,
        match=match,
        author=author,
        recorded_at=clock.now(),
    )
    for number, one in enumerate(signatures, start=1):
        ElectronicSignature.objects.create(
            copy=copy,
            number=number,
            signer=Person.objects.create(last_name=one.signer),
            organisation=one.organisation,
            issuer=one.issuer,
            certificate_sha256=one.certificate_sha256,
            signed_at=one.signed_at,
            time_source=one.time_source,
            covers_whole_file=one.covers_whole_file,
            level=one.level,
            reason=one.reason,
        )
    return copy
