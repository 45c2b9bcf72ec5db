"""Bring a backup back onto an empty machine."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj

from django.core.files import File
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from contracts.backups import archive, dumps
from contracts.backups.archive import DATABASE, DIGESTS, MANIFEST, Manifest
from contracts.backups.refusals import BackupRefused
from contracts.models.evidence import FOLDER, evidence_storage


def restore(source: Path, progress: Callable[[int, int], None] | None = None) -> Manifest:
    """Fill the empty database and the empty storage from ``source``; return what it says of itself.

    The whole archive is read and compared with its digests first. Raises ``BackupRefused`` before
    anything is changed, and ``OSError`` when the storage refuses a file: then empty both again.
    """
    manifest = archive.check(source, progress)
    _refuse_what_cannot_be(manifest)
    _refuse_unless_empty()
    with tempfile.TemporaryDirectory(prefix="restauration-") as folder:
        for member, content in archive.members(source):
            if member.name == DATABASE:
                dump = Path(folder) / DATABASE
                with dump.open("wb") as target:
                    copyfileobj(content, target, archive.AT_ONCE)
                dumps.restore(dump)
                dump.unlink()
            elif member.name not in (MANIFEST, DIGESTS):
                kept = evidence_storage().save(member.name, File(content, name=member.name))
                if kept != member.name:
                    raise BackupRefused(f"{member.name} était déjà dans le dépôt des documents.")
    return manifest


def made_at(manifest: Manifest) -> datetime:
    """The instant at which the database was read."""
    return datetime.fromisoformat(manifest.made_at)


def to_migrate(manifest: Manifest) -> bool:
    """Whether this version of the code has migrations that the backup had not yet."""
    return any(name not in manifest.migrations for name in _known())


def _refuse_what_cannot_be(manifest: Manifest) -> None:
    if manifest.engine != dumps.engine():
        raise BackupRefused(
            f"La sauvegarde est d’une base {manifest.engine}, et celle-ci est {dumps.engine()} : "
            "changez TACITE_DATABASE."
        )
    later = sorted(set(manifest.migrations) - _known() - _replaced())
    if later:
        raise BackupRefused(
            f"La sauvegarde vient d’une version plus récente de Tacite ({later[0]}) : installez-la "
            "d’abord."
        )


def _known() -> set[str]:
    nodes = MigrationLoader(None).disk_migrations
    return {f"{app}.{name}" for app, name in nodes}


def _replaced() -> set[str]:
    every = MigrationLoader(None).disk_migrations.values()
    return {f"{app}.{name}" for migration in every for app, name in migration.replaces}


def _refuse_unless_empty() -> None:
    if not dumps.is_empty():
        raise BackupRefused(
            f"La base {connection.settings_dict['NAME']} n’est pas vide. Une sauvegarde se "
            "restaure dans une base neuve : donnez-en une autre, ou videz celle-ci vous-même."
        )
    try:
        folders, names = evidence_storage().listdir(FOLDER)
    except FileNotFoundError:
        return
    if folders or names:
        raise BackupRefused(
            "Le dépôt des documents n’est pas vide. Une sauvegarde se restaure dans un dépôt neuf."
        )
