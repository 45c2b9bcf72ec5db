"""What a page reads once, and what is never kept."""

from itertools import count

from workflows.read_once import each_thing_read_once, once


def test_a_page_reads_a_thing_once_and_the_next_page_reads_it_again() -> None:
    reads = count(1)

    def read() -> int:
        return once("acts", lambda: next(reads))

    with each_thing_read_once():
        assert (read(), read()) == (1, 1)
        assert once("roles", lambda: "others") == "others"
    with each_thing_read_once():
        assert read() == 2


def test_outside_of_a_page_nothing_is_kept() -> None:
    reads = count(1)
    assert [once("acts", lambda: next(reads)) for _ in range(2)] == [1, 2]
