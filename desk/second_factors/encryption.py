"""What a second factor is drawn from, unreadable in the database without the key of the site."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"tacite: secrets of second factors"


def encrypt(text: str) -> str:
    """Write a secret as it is stored."""
    return _cipher().encrypt(text.encode()).decode("ascii")


def decrypt(stored: str) -> str:
    """Read a stored secret; raise ``InvalidToken`` when it was written with another key.

    The keys are those of the site: the present one and, while one changes it, the former ones
    (``SECRET_KEY_FALLBACKS``).
    """
    return _cipher().decrypt(stored.encode("ascii")).decode()


def _cipher() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    derived = HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return urlsafe_b64encode(derived)
