"""Whether every stored file is still the one that was stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from django.db.models import F

from contracts.models import EliminatedThing, EvidenceFile, FileVerification, IssuedDocument
from contracts.models.evidence import FOLDER, evidence_storage

AT_ONCE = 256 * 1024
"""Bytes of a file that are in memory together."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One stored file that is not as it should be."""

    name: str
    """Its name in the storage."""
    problem: str
    """What is wrong and what to do, in a French sentence."""


def faults(progress: Callable[[int, int], None] | None = None) -> Iterator[Fault]:
    """Read every stored file again, and yield those missing, changed, or known to no row.

    ``progress`` is told how many are read, and of how many.
    """
    rows = EvidenceFile.objects.order_by("pk")
    total = rows.count()
    for done, row in enumerate(rows.iterator(chunk_size=500), start=1):
        if problem := _problem(row):
            yield Fault(row.file.name, problem)
        if progress is not None:
            progress(done, total)
    yield from _rows_that_disagree()
    yield from _unknown()


def _problem(row: EvidenceFile) -> str:
    if FileVerification.objects.filter(file=row, state=FileVerification.State.REFUSED).exists():
        return _still_there(row, "refusé")
    if EliminatedThing.objects.filter(kind=EvidenceFile._meta.label, key=row.pk).exists():
        return _still_there(row, "éliminé")
    digest, size = sha256(), 0
    try:
        with row.file.open("rb") as stored:
            while chunk := stored.read(AT_ONCE):
                digest.update(chunk)
                size += len(chunk)
    except OSError:
        return f"le fichier de la pièce {row.pk} manque ; retrouvez-le dans une sauvegarde"
    if (digest.hexdigest(), size) != (row.sha256, row.size):
        return (
            f"le fichier de la pièce {row.pk} n’est plus celui qui a été déposé ; ne le diffusez "
            "pas, et retrouvez-le dans une sauvegarde"
        )
    return ""


def _still_there(row: EvidenceFile, why: str) -> str:
    """A file refused or eliminated is deleted: its row alone stays, as what was joined names it."""
    if row.file.storage.exists(row.file.name):
        return f"le fichier {why} de la pièce {row.pk} est resté ; supprimez-le sans l’ouvrir"
    return ""


def _rows_that_disagree() -> Iterator[Fault]:
    """Issued documents whose digest is not that of their file: one of the two rows was changed."""
    for issued in IssuedDocument.objects.exclude(sha256=F("file__sha256")).select_related("file"):
        yield Fault(
            issued.file.file.name,
            f"l’empreinte du document émis {issued.pk} n’est pas celle de sa pièce "
            f"{issued.file_id} : l’une des deux lignes a été changée dans la base",
        )


def _unknown() -> Iterator[Fault]:
    """What lies in the storage and no row knows: a deposit that was cut short, or a stranger."""
    try:
        _, names = evidence_storage().listdir(FOLDER)
    except FileNotFoundError:
        return
    for name in sorted(names):
        path = f"{FOLDER}/{name}"
        if not EvidenceFile.objects.filter(file=path).exists():
            yield Fault(path, "aucune pièce ne le connaît : dépôt interrompu, ou fichier étranger")
