"""The antivirus that looks into uploaded files, as environment variables tell it."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from settings import environment
from settings.directory import is_loopback

DEFAULT_PORT = 3310
SECONDS = 15
"""Less than a writer waits for another on SQLite, which the scan of a file holds up."""
LONGEST_SOCKET = 107
"""Bytes of the path of a Unix socket: systems take no longer one."""


def chosen() -> dict[str, Any] | None:
    """Return how to reach clamd; None where there is no antivirus, which is the default.

    Raises `ImproperlyConfigured` for what is missing or wrong, and for a daemon on another machine,
    to which the files would travel in clear, unless that is allowed by name.
    """
    wanted = environment.one_of("TACITE_ANTIVIRUS", ("none", "clamav"), "none")
    given = os.environ.get("TACITE_CLAMAV", "").strip()
    if wanted == "none":
        if given:
            raise ImproperlyConfigured(
                "TACITE_CLAMAV is set but TACITE_ANTIVIRUS is not 'clamav': files would not be "
                "scanned. Set TACITE_ANTIVIRUS=clamav, or unset TACITE_CLAMAV."
            )
        return None
    address = environment.required(
        "TACITE_CLAMAV",
        "where clamd listens: unix:///run/clamav/clamd.ctl or tcp://127.0.0.1:3310",
    )
    return {
        "address": _address(address),
        "seconds": environment.whole_number("TACITE_CLAMAV_SECONDS", SECONDS, "seconds", 600),
    }


def _address(text: str) -> str | tuple[str, int]:
    parts = urlsplit(text)
    expected = f"TACITE_CLAMAV is {text!r}: expected unix:///path/of/the/socket or tcp://host:port."
    if parts.scheme == "unix":
        if parts.netloc or not parts.path.startswith("/") or len(parts.path) < 2:
            raise ImproperlyConfigured(expected)
        if len(os.fsencode(parts.path)) > LONGEST_SOCKET:
            raise ImproperlyConfigured(
                f"TACITE_CLAMAV is {text!r}: the path of a socket has {LONGEST_SOCKET} bytes at "
                "most. Have clamd listen elsewhere."
            )
        return parts.path
    try:
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(expected) from error
    if parts.scheme != "tcp" or not parts.hostname or parts.path or port == 0:
        raise ImproperlyConfigured(expected)
    if not (is_loopback(parts.hostname) or environment.flag("TACITE_CLAMAV_CLEAR_TEXT")):
        raise ImproperlyConfigured(
            f"TACITE_CLAMAV is {text!r}: clamd knows no encryption, so the files of partners would "
            "travel in clear to another machine. Use a socket of this machine, or, on a network "
            "that protects them, set TACITE_CLAMAV_CLEAR_TEXT=1."
        )
    return parts.hostname, port or DEFAULT_PORT
