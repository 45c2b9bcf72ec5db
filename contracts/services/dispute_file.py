"""The evidence file of a convention: one ZIP for a dispute, that can be checked without Tacite.

It holds every document, letter and proof, the acts, the life with its explanations, the journal
with its chain of digests, a readable index and a manifest that ``sha256sum -c`` accepts.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import IO

from django.utils.text import slugify

from contracts.models import Convention
from contracts.services.dispute_index import index
from contracts.services.dispute_members import Filed, Member
from contracts.services.dispute_parts import members
from contracts.services.file_verification import NotReleased
from templates_conventions.rendering import pdf
from workflows import clock

MANIFEST = "SHA256SUMS"
INDEX = "index.pdf"


@dataclass(slots=True)
class DisputeFile:
    """What an archive holds."""

    filed: list[Filed] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """What a reader must be told: files missing, or changed since they were stored."""
        return [f"{one.member.path} : {one.problem}" for one in self.filed if one.problem]


def file_name(convention: Convention) -> str:
    """« dossier-msapic-psu-2026-00042-2026-11-21.zip »."""
    return f"dossier-{slugify(convention.number)}-{clock.today().isoformat()}.zip"


def write(
    convention: Convention,
    target: IO[bytes],
    progress: Callable[[int, int], None] | None = None,
) -> DisputeFile:
    """Write the archive into ``target``, file by file; nothing is kept in memory but the index.

    A stored file that is missing or no longer what it was is named in the index, and in what is
    returned: a dispute is no time to find nothing at all.
    """
    day = clock.today()
    done = DisputeFile()
    every = list(members(convention, day))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, member in enumerate(every, start=1):
            done.filed.append(_add(archive, member))
            if progress is not None:
                progress(number, len(every))
        told = [(INDEX, pdf.render(index(convention, day, done.filed)))]
        sums = [(one.digest, one.member.path) for one in done.filed if one.digest]
        sums += [(sha256(content).hexdigest(), path) for path, content in told]
        manifest = "".join(f"{digest}  {path}\n" for digest, path in sums)
        for path, content in (*told, (MANIFEST, manifest.encode())):
            archive.writestr(_entry(path), content)
    return done


def _add(archive: zipfile.ZipFile, member: Member) -> Filed:
    filed = Filed(member)
    digest = sha256()
    chunks = iter(member.chunks())
    try:
        chunk = next(chunks, b"")
    except OSError:
        filed.problem = "le fichier manque ; retrouvez-le dans une sauvegarde"
        return filed
    except NotReleased as waits:
        said = str(waits).rstrip(".")
        filed.problem = said[:1].lower() + said[1:]
        return filed
    with archive.open(_entry(member.path), "w", force_zip64=True) as entry:
        while chunk:
            entry.write(chunk)
            digest.update(chunk)
            filed.size += len(chunk)
            chunk = next(chunks, b"")
    filed.digest = digest.hexdigest()
    if member.expected and filed.digest != member.expected:
        filed.problem = (
            f"le fichier n’est plus celui qui a été déposé (empreinte notée : {member.expected})"
        )
    return filed


def _entry(path: str) -> zipfile.ZipInfo:
    moment = clock.now().astimezone(clock.PARIS)
    entry = zipfile.ZipInfo(path, moment.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
