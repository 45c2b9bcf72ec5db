"""ClamAV, asked through its daemon clamd: the file is sent to it over a socket (INSTREAM).

The exchange is one command, the content in pieces each preceded by its length (four bytes, highest
first), a length of zero, and one answer ended by a null byte. (Manual page clamd(8).)
"""

from __future__ import annotations

import re
import selectors
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Final

from django.core.files.base import File

from contracts.antivirus.port import AntivirusUnavailable, Verdict

PIECE: Final = 64 * 1024
"""Bytes sent at once."""
LONGEST_ANSWER: Final = 4096
"""Bytes: an answer is one line."""
LONGEST_NAME: Final = 100

_CLEAN: Final = "stream: OK"
_FOUND: Final = re.compile(r"stream: (.+) FOUND")


class ClamAV:
    """The daemon at one address: the path of a Unix socket, or a host and a port."""

    name = "clamav"
    is_at_once = False

    def __init__(self, address: str | tuple[str, int], seconds: float) -> None:
        self.address = address
        self.seconds = seconds
        """For one file, from the connection to the answer."""

    def scan(self, file: File) -> Verdict:
        """What the daemon finds in the file.

        Raises ``AntivirusUnavailable`` when it cannot be reached, is too slow, cuts the connection,
        refuses the size or says anything else than a verdict: then nothing is known of the file.
        """
        until = monotonic() + self.seconds
        try:
            with self._connected(until) as connection:
                _send(connection, file, until)
                answer = _answer(connection, until)
        except TimeoutError as error:
            raise AntivirusUnavailable(
                f"L’antivirus n’a pas répondu en {self.seconds:g} secondes. Vérifiez sa charge, ou "
                "augmentez TACITE_CLAMAV_SECONDS."
            ) from error
        except OSError as error:
            raise AntivirusUnavailable(
                "L’antivirus ne répond pas, ou a coupé la connexion "
                f"({type(error).__name__}). Vérifiez que clamd tourne et que TACITE_CLAMAV donne "
                "son adresse."
            ) from error
        return _verdict(answer)

    @contextmanager
    def _connected(self, until: float) -> Iterator[socket.socket]:
        if isinstance(self.address, str):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                _time_left(connection, until)
                connection.connect(self.address)
                yield connection
        else:
            with socket.create_connection(self.address, timeout=self.seconds) as connection:
                yield connection


def _send(connection: socket.socket, file: File, until: float) -> None:
    """Send the whole file, or as much as the daemon wants: past its limit it answers and stops."""
    file.seek(0)
    # The daemon closed its side: what it said before can still be read.
    with suppress(BrokenPipeError, ConnectionResetError), selectors.DefaultSelector() as said:
        said.register(connection, selectors.EVENT_READ)
        _time_left(connection, until)
        connection.sendall(b"zINSTREAM\0")
        while piece := file.read(PIECE):
            if said.select(0):
                return
            _time_left(connection, until)
            connection.sendall(struct.pack("!L", len(piece)) + piece)
        connection.sendall(struct.pack("!L", 0))


def _answer(connection: socket.socket, until: float) -> str:
    """The daemon's answer. Raises ``AntivirusUnavailable`` for one that is cut."""
    read = b""
    while b"\0" not in read and len(read) < LONGEST_ANSWER:
        _time_left(connection, until)
        received = connection.recv(LONGEST_ANSWER)
        if not received:
            break
        read += received
    answer, end, _ = read.partition(b"\0")
    if not end:
        raise AntivirusUnavailable(
            "L’antivirus a coupé la connexion avant de répondre. Consultez le journal de clamd."
        )
    return answer.decode("utf-8", "replace").strip()


def _verdict(answer: str) -> Verdict:
    if answer == _CLEAN:
        return Verdict()
    if found := _FOUND.fullmatch(answer):
        return Verdict(re.sub(r"[^\w.:/+-]+", "-", found[1])[:LONGEST_NAME])
    if answer.startswith("INSTREAM size limit exceeded"):
        raise AntivirusUnavailable(
            "Le fichier dépasse la taille que l’antivirus accepte. Augmentez StreamMaxLength dans "
            "la configuration de clamd."
        )
    raise AntivirusUnavailable(
        "L’antivirus a répondu par une erreur. Consultez le journal de clamd."
    )


def _time_left(connection: socket.socket, until: float) -> None:
    """Have the next call wait no longer than until then. Raises ``TimeoutError``."""
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)
