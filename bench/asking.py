"""A client of several connections kept alive, each asking as soon as it is answered.

A process of its own, ``python -m bench.asking PORT SECONDS FILE``: the file holds the requests, as
JSON texts one a line. It prints the milliseconds that each answer took, as JSON.
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from time import perf_counter

CONNECTIONS = 8
_END = b"\r\n\r\n"


class _Connection:
    """One connection, and what it waits for."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connect()
        self.asked_at = 0.0
        self._received = b""

    def _connect(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self._port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> None:
        self._received = b""
        self.asked_at = perf_counter()
        self.socket.sendall(request)

    def answered(self) -> bool:
        """Whether the answer is whole; raises ``RuntimeError`` for one that is no success."""
        piece = self.socket.recv(65536)
        if not piece:
            raise RuntimeError("The server closed a connection that should be kept alive.")
        self._received += piece
        head, end, body = self._received.partition(_END)
        if not end:
            return False
        if b" 200 " not in head[:16]:
            raise RuntimeError(self._received.decode(errors="replace"))
        lengths = [
            line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
        ]
        return len(body) >= int(lengths[0].partition(b":")[2])


def ask_all(port: int, seconds: float, requests: Iterator[bytes]) -> list[float]:
    """Ask until the time is over; the milliseconds of each answer."""
    selector = DefaultSelector()
    for _ in range(CONNECTIONS):
        connection = _Connection(port)
        selector.register(connection.socket, EVENT_READ, connection)
        connection.ask(next(requests))
    taken = []
    until = perf_counter() + seconds
    while perf_counter() < until:
        for key, _ in selector.select(timeout=1):
            connection = key.data
            if connection.answered():
                taken.append((perf_counter() - connection.asked_at) * 1000)
                connection.ask(next(requests))
    return taken


def _main() -> None:
    port, seconds, file = int(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3])
    requests = [json.loads(line).encode() for line in file.read_text().splitlines()]

    def forever() -> Iterator[bytes]:
        while True:
            yield from requests

    json.dump(ask_all(port, seconds, forever()), sys.stdout)


if __name__ == "__main__":
    _main()
