"""Quarantine: an uploaded file is nobody's to have until its structure and the antivirus passed.

The structure is looked at before anything is stored. Then the file is stored with the word that it
waits, and what looks into it is an effect of the same transaction: while the antivirus is away the
file waits, nothing is lost, and the ledger asks again. Without an antivirus nothing has to wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import IO, Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.dispatch import Signal

from contracts.antivirus.choice import chosen
from contracts.antivirus.port import Verdict
from contracts.models import EliminatedThing, EvidenceFile, FileVerification, User
from contracts.services.evidence import LARGEST, store_evidence
from workflows import clock, effects
from workflows.effects import EffectContext
from workflows.french import date_in_words, typeset

VERIFICATION = "contracts.file_verification"
"""The name of the effect that looks into a file."""

file_refused = Signal()
"""Sent with ``verification``, in the transaction that writes that its file is refused."""

State = FileVerification.State


class NotReleased(PermissionDenied):
    """The file is in quarantine, or was refused: nobody may have it."""


def take_in(
    file: File, original_name: str, uploaded_by: User | None, *, largest: int = LARGEST
) -> EvidenceFile:
    """Store an uploaded file aside until it was looked into; at once where that is immediate.

    Raises what ``store_evidence`` raises, and then nothing is stored.
    """
    antivirus = chosen()
    with transaction.atomic():
        row = store_evidence(file, original_name, uploaded_by, largest=largest)
        verification = FileVerification.objects.create(file=row, asked_at=clock.now())
        if antivirus.is_at_once:
            _settle(verification, antivirus.name, antivirus.scan(file))
        else:
            name = f"file-verification:{verification.pk}"
            effects.emit(VERIFICATION, name, name, {"verification": verification.pk})
    return row


@effects.handler(VERIFICATION)
def verify(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Have the antivirus look into one file: done by the workers of the effects ledger.

    Raises ``AntivirusUnavailable``, and the file goes on waiting.
    """
    antivirus = chosen()
    verification = (
        FileVerification.objects.select_for_update(of=("self",))
        .select_related("file")
        .get(pk=payload["verification"])
    )
    if verification.state != State.PENDING:
        return
    with verification.file.file.open("rb") as stored:
        verdict = antivirus.scan(stored)
    _settle(verification, antivirus.name, verdict)


def released(row: EvidenceFile) -> IO[bytes]:
    """The content of a file, opened. Raises ``NotReleased`` for one that nobody may have."""
    if went := why_gone(row):
        raise NotReleased(went)
    found = FileVerification.objects.filter(file=row).first()
    if found is not None and found.state != State.PASSED:
        raise NotReleased(words_of(found))
    opened: IO[bytes] = row.file.open("rb")
    return opened


def why_gone(row: EvidenceFile) -> str:
    """What is said of a file whose content was eliminated; empty for any other."""
    went = EliminatedThing.objects.filter(kind=EvidenceFile._meta.label, key=row.pk)
    found = went.select_related("outcome__item__elimination").first()
    if found is None:
        return ""
    day = date_in_words(clock.civil_date(found.outcome.at))
    return typeset(
        f"Ce fichier a été éliminé le {day}, sous le bordereau "
        f"{found.outcome.item.elimination.reference} : son empreinte seule est gardée."
    )


def refusal_of(row: EvidenceFile) -> str:
    """What is said of a file that the antivirus refused; empty for any other."""
    found = row.quarantine
    return words_of(found) if found is not None and found.state == State.REFUSED else ""


def words_of(verification: FileVerification) -> str:
    """What is said of a file that nobody may have, and what to do."""
    if verification.settled_at is None:
        return typeset(
            "Ce fichier est en cours de vérification : il pourra être téléchargé dès que "
            "l’antivirus l’aura examiné. Revenez dans quelques minutes."
        )
    day = date_in_words(clock.civil_date(verification.settled_at))
    return typeset(
        f"Ce fichier a été refusé par l’antivirus le {day}, puis supprimé. Faites vérifier le "
        "poste d’où il vient, numérisez la feuille de nouveau, et redéposez-la."
    )


def _settle(verification: FileVerification, engine: str, verdict: Verdict) -> None:
    verification.state = State.REFUSED if verdict.found else State.PASSED
    verification.engine, verification.finding = engine, verdict.found
    verification.settled_at = clock.now()
    verification.save()
    if verdict.found:
        file = verification.file.file
        # Once it stands written: a refusal that is undone finds its file again.
        transaction.on_commit(partial(file.storage.delete, file.name), robust=True)
        file_refused.send(FileVerification, verification=verification)
