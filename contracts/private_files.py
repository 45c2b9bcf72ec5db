"""Files that no address leads to: a view that knows who asks gives them out."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible


@deconstructible(path="contracts.private_files.PrivateStorage")
class PrivateStorage(FileSystemStorage):
    """A folder that only the account of the server reads, and that has no address."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(
            *args,
            **({"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700} | options),
        )

    def check_ready(self) -> None:
        """Raise ``OSError`` where no file could be written."""
        folder = Path(self.location)
        while not folder.exists():
            folder = folder.parent
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, "no file can be written there", str(folder))

    def url(self, name: str | None) -> str:
        """Raise ``ValueError``: there is none."""
        raise ValueError(f"{name} : une pièce n’a pas d’adresse. Passez par la page qui la donne.")
