"""The archive that a DOCX file is, its members dated alike: the same text is the same file."""

from __future__ import annotations

import struct

_END = struct.Struct("<4s4H2LH")
_ENTRY_SIZE, _DATED_AT, _HEADER_DATED_AT, _MADE_BY = 46, 12, 10, 5
_MIDNIGHT = struct.pack("<2H", 0, 1 << 5 | 1)
"""1 January 1980, the first day an archive knows, as its two words of time and date."""


def dated_alike(content: bytes) -> bytes:
    """The archive with every member dated of the same moment; nothing is packed again.

    The library dates the members with the clock. ``content`` has no comment at its end.
    """
    archive = bytearray(content)
    _, _, _, _, count, _, place, _ = _END.unpack_from(archive, len(archive) - _END.size)
    for _ in range(count):
        name, extra, comment = struct.unpack_from("<3H", archive, place + 28)
        (header,) = struct.unpack_from("<L", archive, place + 42)
        archive[place + _MADE_BY] = 0
        archive[place + _DATED_AT : place + _DATED_AT + 4] = _MIDNIGHT
        archive[header + _HEADER_DATED_AT : header + _HEADER_DATED_AT + 4] = _MIDNIGHT
        place += _ENTRY_SIZE + name + extra + comment
    return bytes(archive)
