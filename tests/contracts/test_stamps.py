"""Stamps: read as people type them, refused when mistyped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.stamps import (
    ALPHABET,
    NotAStamp,
    PageCode,
    draw_stamp,
    page_code,
    read_page_code,
    read_stamp,
)

STAMP = "7K3F-9QXM-2B"


def test_a_stamp_is_read_as_people_type_it() -> None:
    for typed in (STAMP, "7k3f 9qxm 2b", "7K3F9QXM2B", " 7K3F-9QXM-2B "):
        assert read_stamp(typed) == STAMP


def test_letters_taken_for_figures_are_understood() -> None:
    drawn = next(stamp for stamp in iter(draw_stamp, "") if "0" in stamp and "1" in stamp)
    assert read_stamp(drawn.replace("0", "O").replace("1", "l")) == drawn


@pytest.mark.parametrize(
    "typed", ["", "7K3F", "7K3F-9QXM-2C", "7K3F-9QXM-2B1", "7K3F-9QXM-U2", "é" * 10, "K73F-9QXM-2B"]
)
def test_a_mistake_is_refused(typed: str) -> None:
    with pytest.raises(NotAStamp):
        read_stamp(typed)


@given(st.integers(0, 9), st.sampled_from(ALPHABET))
def test_no_single_mistake_goes_unseen(place: int, other: str) -> None:
    letters = STAMP.replace("-", "")
    mistyped = letters[:place] + other + letters[place + 1 :]
    if mistyped == letters:
        assert read_stamp(mistyped) == STAMP
    else:
        with pytest.raises(NotAStamp):
            read_stamp(mistyped)


def test_stamps_drawn_are_read_again() -> None:
    drawn = {draw_stamp() for _ in range(200)}
    assert len(drawn) == 200
    assert {read_stamp(stamp) for stamp in drawn} == drawn


def test_a_page_code_tells_stamp_and_page() -> None:
    assert page_code(STAMP, 3) == "TACITE:7K3F-9QXM-2B:3"
    assert read_page_code("TACITE:7K3F-9QXM-2B:3") == (STAMP, 3)


@pytest.mark.parametrize(
    "text",
    ["https://example.org", "TACITE:7K3F-9QXM-2C:3", "TACITE:7K3F-9QXM-2B:0", "TACITE:x", ""],
)
def test_another_code_is_none_of_ours(text: str) -> None:
    assert read_page_code(text) is None


def test_a_code_printed_by_a_word_processor_tells_no_page() -> None:
    stamp = draw_stamp()
    assert read_page_code(f"TACITE:{stamp}") == PageCode(stamp, 0)
    assert read_page_code(f"TACITE:{stamp}:0") is None
