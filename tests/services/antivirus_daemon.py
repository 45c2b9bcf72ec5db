"""A daemon that speaks as clamd does, over a real socket, and misbehaves when told to."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.services.postgresql import LOOPBACK

# In two halves, so that no antivirus takes this file for what it names.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every antivirus finds and that does nothing."""


@dataclass
class Daemon:
    """What the daemon does, and what it was sent."""

    address: str | tuple[str, int]
    stream_limit: int = 25 * 1024**2
    answer: bytes | None = None
    """What it answers whatever it is sent; None: the truth."""
    cuts_after: int | None = None
    """Bytes of content after which it closes the connection without a word."""
    silent: threading.Event | None = None
    """Until this is set it answers nothing."""
    received: list[bytes] = field(default_factory=list)

    def serve(self, connection: socket.socket) -> None:
        """One command, as clamd answers it."""
        with connection, suppress(ConnectionError):
            read = connection.makefile("rb")
            if read.read(len(b"zINSTREAM\0")) != b"zINSTREAM\0":
                connection.sendall(b"UNKNOWN COMMAND\0")
                return
            content = b""
            while size := struct.unpack("!L", read.read(4))[0]:
                content += read.read(size)
                if self.cuts_after is not None and len(content) >= self.cuts_after:
                    return
                if len(content) > self.stream_limit:
                    connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                    return
            self.received.append(content)
            if self.silent is not None:
                self.silent.wait(30)
            if self.answer is not None:
                connection.sendall(self.answer)
            elif EICAR in content:
                connection.sendall(b"stream: Win.Test.EICAR_HDB-1 FOUND\0")
            else:
                connection.sendall(b"stream: OK\0")


@contextmanager
def antivirus_daemon(path: Path | None = None) -> Iterator[Daemon]:
    """A daemon on a Unix socket at ``path``, or else on a free port of the loopback."""
    if path is not None:
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listening.bind(str(path))
        daemon = Daemon(str(path))
    else:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.bind((LOOPBACK, 0))
        daemon = Daemon((LOOPBACK, listening.getsockname()[1]))
    listening.listen()
    serving: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            one = threading.Thread(target=daemon.serve, args=(connection,), daemon=True)
            one.start()
            serving.append(one)

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield daemon
    finally:
        if daemon.silent is not None:
            daemon.silent.set()
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for thread in [accepting, *serving]:
            thread.join(10)
