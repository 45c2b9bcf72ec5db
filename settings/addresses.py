"""Addresses that come from environment variables, refused where nothing could be sent there."""

from __future__ import annotations

import re
from email.utils import parseaddr
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

_HOST = re.compile(r"\*|\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")


def site(name: str, text: str, *, schemes: tuple[str, ...] = ("http", "https")) -> str:
    """Return the address of a site, without a slash at its end, or refuse `text`."""
    expected = f"{name} is {text!r}: expected an address such as {schemes[-1]}://tacite.example"
    parts = _split(text, schemes, expected)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ImproperlyConfigured(f"{expected}, with nothing behind the name.")
    return text.rstrip("/")


def page(name: str, text: str) -> str:
    """Return the address of a page, or refuse `text`."""
    expected = f"{name} is {text!r}: expected an address such as https://tacite.example/source"
    _split(text, ("http", "https"), expected)
    return text


def _split(text: str, schemes: tuple[str, ...], expected: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        known = parts.scheme in schemes and bool(parts.hostname)
    except ValueError as error:
        raise ImproperlyConfigured(f"{expected}.") from error
    if not known:
        raise ImproperlyConfigured(f"{expected}.")
    return parts


def host(name: str, text: str) -> str:
    """Return the name of a machine, or refuse `text`."""
    if not _HOST.fullmatch(text):
        raise ImproperlyConfigured(
            f"{name} has {text!r}: expected the name of a machine alone, such as tacite.example, "
            "without https:// nor a path."
        )
    return text


def mail(name: str, text: str) -> str:
    """Return a mail address, a name before it or not, or refuse `text`."""
    if not _MAIL.fullmatch(parseaddr(text)[1]):
        raise ImproperlyConfigured(
            f"{name} has {text!r}: expected a mail address, such as tacite@caisse.example."
        )
    return text
