"""The root of a Merkle tree, as RFC 6962 (section 2.1) defines it, over leaves that stream by.

A leaf and a node begin with a different byte, so that no node passes for a leaf. Only the roots of
the complete trees so far are kept: as many as the number of leaves has binary digits.
"""

from __future__ import annotations

from hashlib import sha256

_LEAF, _NODE = b"\x00", b"\x01"


class Tree:
    """A tree that only grows to the right."""

    def __init__(self) -> None:
        self.size = 0
        """How many leaves it has."""
        self._complete: list[bytes] = []
        """Roots of complete trees, from the largest on the left to the smallest."""

    def add(self, leaf: bytes) -> None:
        """Add the next leaf."""
        digest = sha256(_LEAF + leaf).digest()
        size = self.size
        while size % 2:  # Each binary one is a tree of that size: two of a size become one.
            digest = sha256(_NODE + self._complete.pop() + digest).digest()
            size //= 2
        self._complete.append(digest)
        self.size += 1

    def root(self) -> str:
        """The root over the leaves added so far, in hexadecimal; of none, sha256 of nothing."""
        if not self._complete:
            return sha256(b"").hexdigest()
        *others, digest = self._complete
        for left in reversed(others):
            digest = sha256(_NODE + left + digest).digest()
        return digest.hex()
