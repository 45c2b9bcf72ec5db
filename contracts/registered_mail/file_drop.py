"""The provider that is a folder: letters go out as files, statuses come back as files.

``out/``: a PDF a letter and its manifest, written last, so that whoever takes them knows that the
letter is whole. ``in/``: CSV files of statuses, and the proofs that they name; whoever writes there
renames a file once it is whole. What was taken in goes to ``done/``, what is no CSV of statuses to
``refused/``, each with a report beside it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from contracts.registered_mail.port import Deposit, StatusRow
from contracts.registered_mail.status_file import NotStatuses, rows_of
from contracts.services.evidence import LARGEST
from workflows import csv_lines
from workflows.french import typeset


class FileDrop:
    """The provider of the folder ``TACITE_LETTER_FOLDER``."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(settings.TACITE_LETTER_FOLDER)

    def deposit(self, letter: Deposit) -> None:
        """Write the letter, then its manifest; again, the same files. Raises ``OSError``."""
        out = self._in("out")
        _written(out / f"{letter.reference}.pdf", letter.pdf)
        manifest = {
            "reference": letter.reference,
            "forme": "electronique" if letter.electronic else "papier",
            "fichier": f"{letter.reference}.pdf",
            "sha256": letter.sha256,
            "expediteur": letter.sender,
            "destinataire": letter.addressee,
            "adresse": letter.address.splitlines(),
            "courriel": letter.email,
        }
        content = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        _written(out / f"{letter.reference}.json", content.encode())

    def batches(self) -> Iterator[_File]:
        """The files of statuses, the oldest name first; those that are none are put aside."""
        for path in sorted(self._in("in").iterdir()):
            if path.suffix.lower() != ".csv" or path.is_symlink() or not path.is_file():
                continue
            try:
                content = path.read_bytes()
                rows = [self._with_proof(row) for row in rows_of(content, path.name)]
            except FileNotFoundError:
                continue  # Another reader was first.
            except NotStatuses as refused:
                self.put_away(path, "refused", [(1, str(refused))])
                continue
            yield _File(self, path, rows)

    def put_away(self, path: Path, where: str, report: Sequence[tuple[int, str]]) -> None:
        """Move a file of statuses, and write beside it what became of each line."""
        folder = self._in(where)
        # The same name comes again: neither file takes the place of the other.
        name = f"{path.stem}.{uuid4().hex[:8]}"
        lines = csv_lines.lines(("ligne", "suite"), [(str(line), said) for line, said in report])
        _written(folder / f"{name}.rapport.csv", "".join(lines).encode())
        with suppress(FileNotFoundError):  # Another reader may be first.
            path.replace(folder / f"{name}.csv")

    def put_proof_away(self, name: str) -> None:
        """Move a proof that was copied."""
        with suppress(FileNotFoundError):
            (self._in("in") / name).replace(self._in("done") / f"{uuid4().hex[:8]}.{name}")

    def _with_proof(self, row: StatusRow) -> StatusRow:
        name = row.proof_name
        if not name or row.fault:
            return row
        path = self._in("in") / name
        plain = Path(name).name == name and not name.startswith(".")
        if not plain or path.is_symlink() or not path.is_file():
            return replace(
                row,
                fault=typeset(
                    f"La preuve « {name} » n’est pas dans le dossier : déposez-la, puis déposez le "
                    "fichier de nouveau."
                ),
            )
        if path.stat().st_size > LARGEST:
            return replace(row, fault=typeset(f"La preuve « {name} » dépasse 25 Mo."))
        return replace(row, proof=path.read_bytes)

    def _in(self, name: str) -> Path:
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


class _File:
    """One file of statuses."""

    def __init__(self, drop: FileDrop, path: Path, rows: Sequence[StatusRow]) -> None:
        self._drop, self._path, self.rows = drop, path, rows

    def done(self, report: Sequence[tuple[int, str]]) -> None:
        """Move it where what was taken in is kept with its proofs, its report beside it."""
        self._drop.put_away(self._path, "done", report)
        for name in {row.proof_name for row in self.rows if row.proof is not None}:
            self._drop.put_proof_away(name)


def _written(path: Path, content: bytes) -> None:
    """Write a file that nobody ever sees half done."""
    half = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    with half.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    half.replace(path)
