"""The same in an object storage that speaks S3: a bucket that nobody reads but the server."""

from __future__ import annotations

from typing import Any

from django.utils.deconstruct import deconstructible
from storages.backends.s3 import S3Storage


@deconstructible(path="contracts.private_bucket.PrivateBucket")
class PrivateBucket(S3Storage):
    """A bucket whose objects are private, never overwritten, and have no address."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**({"default_acl": None, "file_overwrite": False} | options))

    def check_ready(self) -> None:
        """Raise what the service raises when it does not answer, or not to this account."""
        self.exists("ready")

    def url(self, name: str | None, *args: Any, **options: Any) -> str:
        """Raise ``ValueError``: there is none."""
        raise ValueError(f"{name} : une pièce n’a pas d’adresse. Passez par la page qui la donne.")
