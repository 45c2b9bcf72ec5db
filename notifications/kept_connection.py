"""SMTP whose connection stays open from one mail of a thread to the next.

A worker that sends a batch greets the mail server once, with its TLS and its password, instead of
once a mail.
"""

from __future__ import annotations

import smtplib
from contextlib import suppress
from threading import local
from time import monotonic
from typing import NamedTuple

from django.core.mail.backends.smtp import EmailBackend

MAILS = 100
"""What one connection carries: some servers close it sooner or later, none so soon."""

REST, IDLE = 1, 30
"""Seconds: it is asked whether it still lives after a rest, and not after a long one, as a firewall
that forgot it would let the question wait for the whole time limit."""


class _Kept(NamedTuple):
    server: tuple[object, ...]
    connection: smtplib.SMTP
    mails: int
    since: float


class _Local(local):
    kept: _Kept | None = None


_here = _Local()


class KeptConnection(EmailBackend):
    """Django's own, but that closing it keeps its connection, which opening takes again."""

    _mails = 0

    def open(self) -> bool | None:
        """Take the connection that is kept, if it leads to this server and still lives."""
        kept, _here.kept = _here.kept, None
        if self.connection is None and kept is not None:
            if kept.server == self._server and _lives(kept):
                self.connection, self._mails = kept.connection, kept.mails
                return True
            _let_go(kept)
        return super().open()

    def close(self) -> None:
        """Keep the connection for the next mail."""
        connection, self.connection = self.connection, None
        if connection is None:
            super().close()
            return
        close_connection()
        # A failed sending may have closed it already: the next asks whether it lives.
        _here.kept = _Kept(self._server, connection, self._mails + 1, monotonic())

    @property
    def _server(self) -> tuple[object, ...]:
        return (self.host, self.port, self.username, self.password, self.use_tls, self.use_ssl)


def close_connection(**_: object) -> None:
    """Take leave of the mail server, if this thread holds a connection to one.

    Once a worker rests, and at the end of a request: no thread ends with one left open.
    """
    kept, _here.kept = _here.kept, None
    if kept is not None:
        _let_go(kept)


def _lives(kept: _Kept) -> bool:
    rested = monotonic() - kept.since
    if kept.mails >= MAILS or rested > IDLE:
        return False
    if rested < REST and kept.connection.sock is not None:
        return True
    try:
        return kept.connection.noop()[0] == 250  # RFC 5321, 4.2.3: done.
    except (smtplib.SMTPException, OSError):
        return False


def _let_go(kept: _Kept) -> None:
    with suppress(smtplib.SMTPException, OSError):
        kept.connection.quit()
    kept.connection.close()
