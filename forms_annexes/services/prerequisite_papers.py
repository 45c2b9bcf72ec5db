"""The papers without which no access may be given: deposited, checked or refused, corrected.

A paper that is accepted is also an event of the convention, so that its life, its file and its
warnings know it.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.core.files.base import File
from django.db import transaction

from contracts.identifiers import validate_no_nir
from contracts.models import Convention, EvidenceFile, FileVerification
from contracts.services.file_verification import take_in
from forms_annexes.models import PrerequisiteCheck, PrerequisiteDocument
from forms_annexes.models.prerequisites import PrerequisiteRefusal
from forms_annexes.services import prerequisite_telling as telling
from forms_annexes.services.prerequisites import ACT, wanted_of
from forms_annexes.uploads import checked_upload
from workflows import acts, clock, subjects
from workflows.convention import ENDED
from workflows.french import typeset
from workflows.subjects import locked

_OVER = {*ENDED, "abandoned", "closed"}

Outcome = PrerequisiteCheck.Outcome


class PaperRefused(Exception):
    """What was asked about a paper cannot be done; nothing was written."""

    def __init__(self, reason: str) -> None:
        super().__init__(typeset(reason))


class AlreadyChecked(PaperRefused):
    """Somebody else has checked or corrected the paper meanwhile."""


class Said(NamedTuple):
    """What a paper says, as somebody reads it."""

    given_by: str
    first_day: date
    last_day: date | None = None
    service: str = ""
    received_on: date | None = None
    """None: today."""


def deposit(
    convention: Convention, document: str, said: Said, file: File, author: Any
) -> PrerequisiteDocument:
    """Take a paper in, to be checked by the caisse.

    Raises ``PaperRefused`` for a paper that this convention does not want or dates that cannot be,
    and ``ValidationError`` for a file or a text that must not be kept.
    """
    checked_upload(file)
    with transaction.atomic():
        current = _locked(convention)
        _check_said(current, document, said)
        evidence = take_in(file, file.name or "piece.pdf", author)
        return _written(current, document, said, evidence, author)


def accept(paper: PrerequisiteDocument, said: Said, author: Any) -> PrerequisiteDocument:
    """Find that a paper does, and says what ``said`` says; return the row that counts.

    Where the agent reads it otherwise than whoever gave it, another row takes its place. Raises
    ``AlreadyChecked``, ``PaperRefused`` and ``ValidationError``.
    """
    with transaction.atomic():
        current = _locked(paper.convention)
        paper = _not_checked(paper)
        _must_be_released(paper)
        _check_said(current, paper.document, said)
        if _differs(paper, said):
            paper = _written(
                current,
                paper.document,
                said,
                paper.evidence,
                author,
                paper,
                "Lue autrement à la vérification.",
            )
        _check(paper, Outcome.ACCEPTED, author)
        _record(current, paper, author)
    return paper


def refuse(paper: PrerequisiteDocument, reason: str, note: str, author: Any) -> PrerequisiteCheck:
    """Find that a paper does not do, and tell the partner why.

    Raises ``AlreadyChecked``, ``PaperRefused`` without a known reason, ``ValidationError``.
    """
    validate_no_nir(note)
    if reason not in PrerequisiteRefusal.values:
        raise PaperRefused("Choisissez le motif du refus.")
    if reason == PrerequisiteRefusal.OTHER and not note.strip():
        raise PaperRefused("Dites le motif du refus.")
    with transaction.atomic():
        _locked(paper.convention)
        check = _check(_not_checked(paper), Outcome.REFUSED, author, reason, note.strip())
        telling.refused(check)
    return check


def correct(paper: PrerequisiteDocument, said: Said, why: str, author: Any) -> PrerequisiteDocument:
    """Replace a paper already accepted: a date misread, or a delegation that ends earlier.

    Raises ``AlreadyChecked`` when it was replaced meanwhile, ``PaperRefused``, ``ValidationError``.
    """
    validate_no_nir(why)
    if not why.strip():
        raise PaperRefused("Dites pourquoi vous corrigez cette pièce.")
    with transaction.atomic():
        current = _locked(paper.convention)
        paper = PrerequisiteDocument.objects.select_related("evidence").get(pk=paper.pk)
        if PrerequisiteDocument.objects.filter(replaces=paper).exists():
            raise AlreadyChecked("Cette pièce a déjà été corrigée. Relisez la page.")
        if getattr(paper, "check_made", None) is None or not _is_accepted(paper):
            raise PaperRefused("Cette pièce n’est pas vérifiée : vérifiez-la ou refusez-la.")
        said = said._replace(received_on=said.received_on or paper.received_on)
        if not _differs(paper, said):
            raise PaperRefused("Rien n’est changé : corrigez une date ou la portée de la pièce.")
        _check_said(current, paper.document, said)
        row = _written(current, paper.document, said, paper.evidence, author, paper, why.strip())
        _check(row, Outcome.ACCEPTED, author)
        _record(current, row, author)
    return row


def _must_be_released(paper: PrerequisiteDocument) -> None:
    """Raise ``PaperRefused`` for a paper whose file nobody may have read."""
    found = FileVerification.objects.filter(file=paper.evidence_id).first()
    if found is None or found.state == FileVerification.State.PASSED:
        return
    if found.state == FileVerification.State.PENDING:
        raise PaperRefused("Le fichier est en cours de vérification. Attendez sa réponse.")
    raise PaperRefused("Le fichier a été refusé par l’antivirus : refusez la pièce.")


def _locked(convention: Convention) -> Convention:
    current = locked(Convention.objects.select_related("caisse", "partner"), convention.pk)
    if current.state in _OVER:
        raise PaperRefused("Cette convention a pris fin : elle n’attend plus de pièce.")
    return current


def _not_checked(paper: PrerequisiteDocument) -> PrerequisiteDocument:
    row = PrerequisiteDocument.objects.select_related("evidence", "convention").get(pk=paper.pk)
    if PrerequisiteCheck.objects.filter(paper=row).exists():
        raise AlreadyChecked("Cette pièce a déjà été vérifiée. Relisez la page.")
    if PrerequisiteDocument.objects.filter(replaces=row).exists():
        raise AlreadyChecked("Une autre pièce a remplacé celle-ci. Relisez la page.")
    return row


def _is_accepted(paper: PrerequisiteDocument) -> bool:
    return PrerequisiteCheck.objects.filter(paper=paper, outcome=Outcome.ACCEPTED).exists()


def _check_said(convention: Convention, document: str, said: Said) -> None:
    if document not in {condition.document for condition in wanted_of(convention)}:
        raise PaperRefused("Cette convention n’attend pas cette pièce de ce partenaire.")
    validate_no_nir(said.given_by)
    if not said.given_by.strip():
        raise PaperRefused("Dites qui donne cette pièce : sa fonction suffit.")
    if said.last_day is not None and said.last_day < said.first_day:
        raise PaperRefused("Le dernier jour précède le premier. Vérifiez les deux dates.")
    if said.received_on is not None and said.received_on > clock.today():
        raise PaperRefused("La date de réception est à venir. Vérifiez-la.")
    services = {service.code for service in convention.rules.services}
    if said.service and said.service not in services:
        raise PaperRefused("La convention n’ouvre pas ce service.")


def _differs(paper: PrerequisiteDocument, said: Said) -> bool:
    return (
        paper.given_by != said.given_by.strip()
        or paper.first_day != said.first_day
        or paper.last_day != said.last_day
        or paper.service != said.service
        or said.received_on not in (None, paper.received_on)
    )


def _written(
    convention: Convention,
    document: str,
    said: Said,
    evidence: EvidenceFile,
    author: Any,
    replaces: PrerequisiteDocument | None = None,
    correction: str = "",
) -> PrerequisiteDocument:
    received_on = said.received_on or (replaces.received_on if replaces else clock.today())
    return PrerequisiteDocument.objects.create(
        convention=convention,
        document=document,
        given_by=said.given_by.strip(),
        service=said.service,
        first_day=said.first_day,
        last_day=said.last_day,
        received_on=received_on,
        evidence=evidence,
        replaces=replaces,
        correction=correction,
        deposited_by=author,
        deposited_at=clock.now(),
    )


def _check(
    paper: PrerequisiteDocument,
    outcome: PrerequisiteCheck.Outcome,
    author: Any,
    reason: str = "",
    note: str = "",
) -> PrerequisiteCheck:
    return PrerequisiteCheck.objects.create(
        paper=paper,
        outcome=outcome,
        reason=reason,
        note=note,
        checked_by=author,
        checked_at=clock.now(),
    )


def _record(convention: Convention, paper: PrerequisiteDocument, author: Any) -> None:
    """Write the event, in the same transaction: what waited for the paper follows it."""
    act = acts.DocumentReceived(
        id=f"{ACT}{paper.pk}",
        on=paper.received_on,
        recorded_at=clock.now(),
        document=paper.document,
        valid_until=paper.last_day,
    )
    subjects.record(convention, act, author=author, evidence=[paper.evidence])
