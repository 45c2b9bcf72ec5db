"""Write a backup: the database and every stored file, in one archive."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from contracts.backups.archive import DATABASE, MANIFEST, Manifest, Writer
from contracts.backups.dumps import dumped, engine
from contracts.backups.refusals import BackupRefused
from contracts.models.evidence import evidence_storage
from workflows import clock, last_runs
from workflows.french import count


@dataclass(slots=True)
class Saved:
    """What was written."""

    files: int = 0
    problems: list[str] = field(default_factory=list)
    """The stored files that are missing, or no longer what was stored."""


def save(target: Path, progress: Callable[[int, int], None] | None = None) -> Saved:
    """Write the archive ``target``, which only its owner may read.

    It bears its name once it is whole. A stored file that is missing or has changed is told and
    keeps nothing else from being saved. Raises ``BackupRefused``, ``OSError``.
    """
    if target.exists():
        raise BackupRefused(f"{target} existe déjà : donnez un autre nom.")
    unfinished = target.with_name(f"{target.name}.part")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".sauvegarde-") as folder:
        try:
            saved = _write(unfinished, Path(folder) / DATABASE, progress)
            unfinished.rename(target)
        finally:
            unfinished.unlink(missing_ok=True)
    said = f"{count(saved.files, 'document')} avec la base"
    if saved.problems:
        said += f", {len(saved.problems)} qui manquent ou ont changé"
    last_runs.note(last_runs.BACKUP, f"{said}.", is_well=not saved.problems)
    return saved


def _write(target: Path, dump: Path, progress: Callable[[int, int], None] | None) -> Saved:
    saved = Saved()
    made_at = clock.system_time().isoformat()
    owner_only = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(owner_only, "wb") as out, dumped(dump) as stored:
        files = list(stored)
        writer = Writer(out)
        manifest = Manifest(made_at, engine(), _migrations(), len(files)).written()
        writer.add(MANIFEST, BytesIO(manifest), len(manifest))
        with dump.open("rb") as content:
            writer.add(DATABASE, content, dump.stat().st_size)
        for done, (name, digest) in enumerate(files, start=1):
            if problem := _add(writer, name, digest):
                saved.problems.append(problem)
            else:
                saved.files += 1
            if progress is not None:
                progress(done, len(files))
        writer.close()
        out.flush()
        os.fsync(out.fileno())
    return saved


def _add(writer: Writer, name: str, digest: str) -> str:
    """Add a stored file; return what is wrong with it, or nothing."""
    try:
        content: Any = evidence_storage().open(name, "rb")
    except OSError:
        return f"{name} : le fichier manque ; retrouvez-le dans une sauvegarde plus ancienne."
    with content:
        if writer.add(name, content, content.size) != digest:
            return f"{name} : le fichier n’est plus celui qui a été déposé."
    return ""


def _migrations() -> tuple[str, ...]:
    applied = MigrationRecorder(connection).applied_migrations()
    return tuple(sorted(f"{app}.{name}" for app, name in applied))
