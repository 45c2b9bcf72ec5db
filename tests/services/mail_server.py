"""A real mail server on the loopback, to which the site sends while it stands."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from django.test import override_settings

from notifications.kept_connection import close_connection


@contextmanager
def mail_server(handler: Any) -> Iterator[int]:
    """Hand what arrives to the handler; gives the port, its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with override_settings(
            EMAIL_BACKEND="notifications.kept_connection.KeptConnection",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=port,
        ):
            yield port
    finally:
        close_connection()
        controller.stop()
