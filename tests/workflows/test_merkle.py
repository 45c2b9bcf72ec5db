"""The tree of RFC 6962, against its definition written out."""

from hashlib import sha256

import pytest

from tests.workflows.journal_heads import naive_root
from workflows.merkle import Tree


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5, 8, 21])
def test_the_root_is_that_of_the_rfc(size: int) -> None:
    tree, leaves = Tree(), [f"leaf {number}".encode() for number in range(size)]
    for leaf in leaves:
        tree.add(leaf)
    assert tree.root() == naive_root(leaves).hex()
    assert tree.size == size


def test_the_root_of_three_leaves_written_out() -> None:
    tree = Tree()
    for leaf in (b"a", b"b", b"c"):
        tree.add(leaf)
    a, b, c = (sha256(b"\x00" + leaf).digest() for leaf in (b"a", b"b", b"c"))
    left = sha256(b"\x01" + a + b).digest()
    assert tree.root() == sha256(b"\x01" + left + c).hexdigest()


def test_two_leaves_are_not_taken_for_the_one_that_joins_their_digests() -> None:
    two, one = Tree(), Tree()
    two.add(b"a")
    two.add(b"b")
    one.add(sha256(b"\x00a").digest() + sha256(b"\x00b").digest())
    assert two.root() != one.root()
