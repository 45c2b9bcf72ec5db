"""A backup: one uncompressed TAR of the database and of every stored file, with their digests.

Its first member says what it is, its last is the list of the digests: an archive cut short has no
list, and is refused.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from contracts.backups.refusals import BackupRefused

FORMAT = 1
MANIFEST, DATABASE, DIGESTS = "manifest.json", "database.dump", "SHA256SUMS"
AT_ONCE = 256 * 1024
"""Bytes of a member that are in memory together."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself."""

    made_at: str
    """Instant at which the database was read, ISO 8601."""
    engine: str
    migrations: tuple[str, ...]
    """Those applied, as ``app.name``."""
    files: int

    def written(self) -> bytes:
        """As the archive holds it."""
        told = {
            "format": FORMAT,
            "made_at": self.made_at,
            "engine": self.engine,
            "migrations": list(self.migrations),
            "files": self.files,
        }
        return json.dumps(told, indent=1).encode()


class Writer:
    """Adds members one after the other, and counts their digests."""

    def __init__(self, target: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self._digests: list[tuple[str, str]] = []

    def add(self, name: str, content: IO[bytes], size: int) -> str:
        """Add ``size`` bytes of ``content``; return their digest. Raises ``OSError``.

        A content shorter than said is told by ``tarfile`` as an ``OSError``.
        """
        watched = _Watched(content)
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, watched)
        self._digests.append((watched.digest.hexdigest(), name))
        return watched.digest.hexdigest()

    def close(self) -> None:
        """Add the digests: from now on the archive is whole."""
        lines = "".join(f"{digest}  {name}\n" for digest, name in self._digests).encode()
        member = tarfile.TarInfo(DIGESTS)
        member.size, member.mode = len(lines), 0o600
        self._tar.addfile(member, BytesIO(lines))
        self._tar.close()


class _Watched:
    """A file whose digest is counted as it is read."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.digest = sha256()

    def read(self, size: int = -1) -> bytes:
        found = self._content.read(size)
        self.digest.update(found)
        return found


def check(path: Path, progress: Callable[[int, int], None] | None = None) -> Manifest:
    """Read the whole archive and compare every digest; return what it says of itself.

    Raises ``BackupRefused`` for anything but a whole, unchanged backup.
    """
    found: dict[str, str] = {}
    manifest, listed = None, None
    try:
        for member, content in members(path):
            if listed is not None:
                raise BackupRefused(f"{path} : « {member.name} » suit la fin de la sauvegarde.")
            if member.name == DIGESTS:
                listed = dict(reversed(line.split("  ", 1)) for line in _text(content))
                continue
            digest, head = sha256(), b""
            while chunk := content.read(AT_ONCE):
                digest.update(chunk)
                head = head or chunk
            found[member.name] = digest.hexdigest()
            if manifest is None:
                manifest = _manifest(path, member.name, head)
            elif progress is not None:
                progress(len(found) - 2, manifest.files)
    except (tarfile.TarError, OSError, ValueError) as error:
        raise BackupRefused(f"{path} ne se lit pas comme une sauvegarde de Tacite.") from error
    if manifest is None or listed is None:
        raise BackupRefused(f"{path} est incomplet : l’écriture en a été interrompue.")
    changed = sorted(
        name for name in found.keys() | listed.keys() if found.get(name) != listed.get(name)
    )
    if changed:
        raise BackupRefused(
            f"{path} a été changé depuis son écriture : {changed[0]}"
            + (f" et {len(changed) - 1} autres." if len(changed) > 1 else ".")
        )
    return manifest


def members(path: Path) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    """The files of the archive in their order. Raises ``OSError`` and ``tarfile.TarError``."""
    with path.open("rb") as source, tarfile.open(fileobj=source, mode="r|") as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is None:
                raise tarfile.ReadError(f"{member.name} is no file")
            yield member, content


def _text(content: IO[bytes]) -> list[str]:
    return content.read().decode("utf-8").splitlines()


def _manifest(path: Path, name: str, content: bytes) -> Manifest:
    told: Any = json.loads(content) if name == MANIFEST else None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise BackupRefused(f"{path} n’est pas une sauvegarde que cette version sait lire.")
    return Manifest(told["made_at"], told["engine"], tuple(told["migrations"]), told["files"])
