"""Pages sorted into documents: no page lost, none twice, no doubt settled by the machine."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.services.page_reading import PageReading
from contracts.services.scan_sorting import Doubt, all_doubtful, sort
from contracts.stamps import PageCode

ONE, TWO, OTHER, NOBODY = "ONE", "TWO", "OTHER", "NOBODY"
LENGTHS = {ONE: 3, TWO: 1}


def readings(*pages: str) -> list[PageReading]:
    """« ONE1 » is the first page of ONE; « - » has no code, « _ » is blank, « a+b » has two."""
    found = []
    for number, told in enumerate(pages, start=1):
        codes = tuple(
            PageCode(one[:-1], int(one[-1])) for one in told.split("+") if one not in "-_"
        )
        found.append(PageReading(number, codes, blank=told == "_"))
    return found


def pieces(*pages: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(piece.stamp, piece.pages) for piece in sort(readings(*pages), LENGTHS).pieces]


def doubts(*pages: str) -> list[tuple[Doubt, tuple[int, ...], str]]:
    found = sort(readings(*pages), LENGTHS, {OTHER}).doubts
    return [(doubt.doubt, doubt.pages, doubt.stamp) for doubt in found]


@pytest.mark.parametrize(
    ("pages", "filed"),
    [
        (["ONE1", "ONE2", "ONE3", "TWO1"], [(ONE, (1, 2, 3)), (TWO, (4,))]),
        (["ONE3", "ONE2", "ONE1"], [(ONE, (3, 2, 1))]),
        (["ONE2", "TWO1", "ONE1", "ONE3"], [(ONE, (3, 1, 4)), (TWO, (2,))]),
        (["ONE1", "ONE2", "ONE3", "ONE3", "ONE1", "ONE2"], [(ONE, (1, 2, 3)), (ONE, (5, 6, 4))]),
        (["TWO1", "TWO1"], [(TWO, (1,)), (TWO, (2,))]),
    ],
    ids=["in order", "upside down", "mixed", "two originals", "two single sheets"],
)
def test_whole_documents_are_filed(
    pages: Sequence[str], filed: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert pieces(*pages) == filed
    assert doubts(*pages) == []


@pytest.mark.parametrize(
    ("pages", "doubtful"),
    [
        (["ONE1", "ONE3"], [(Doubt.MISSING_PAGE, (1, 2), ONE)]),
        (["ONE1", "ONE1", "ONE2", "ONE3"], [(Doubt.PAGE_TWICE, (1, 2, 3, 4), ONE)]),
        (
            ["ONE1", "ONE1", "ONE2", "ONE2", "ONE3", "ONE3"],
            [(Doubt.PAGE_TWICE, (1, 2, 3, 4, 5, 6), ONE)],
        ),
        (["ONE1", "ONE2", "ONE4"], [(Doubt.PAGE_TOO_MANY, (1, 2, 3), ONE)]),
        (["TWO1", "-"], [(Doubt.NO_CODE, (2,), TWO)]),
        (["-", "TWO1"], [(Doubt.NO_CODE, (1,), "")]),
        (["TWO1", "_"], [(Doubt.BLANK, (2,), TWO)]),
        (["NOBODY1", "-"], [(Doubt.UNKNOWN_CODE, (1,), ""), (Doubt.NO_CODE, (2,), "")]),
        (["OTHER1"], [(Doubt.ELSEWHERE, (1,), "")]),
        (["ONE1+TWO1"], [(Doubt.SEVERAL_CODES, (1,), "")]),
    ],
)
def test_each_doubt_is_told_by_its_name(
    pages: Sequence[str], doubtful: list[tuple[Doubt, tuple[int, ...], str]]
) -> None:
    assert doubts(*pages) == doubtful


def test_what_is_missing_or_twice_is_numbered() -> None:
    (missing,) = sort(readings("ONE2", "ONE2"), LENGTHS).doubts
    assert (missing.missing, missing.twice) == ((1, 3), (2,))


def test_a_document_of_unknown_length_is_for_a_person() -> None:
    (doubt,) = sort(readings("ONE1", "ONE2"), {ONE: 0}).doubts
    assert doubt.doubt == Doubt.LENGTH_UNKNOWN


PAGES = st.lists(
    st.sampled_from(
        ["ONE1", "ONE2", "ONE3", "ONE4", "TWO1", "OTHER1", "NOBODY2", "-", "_", "ONE1+TWO1"]
    ),
    max_size=14,
)


@given(PAGES)
def test_every_page_is_somewhere_and_once(pages: list[str]) -> None:
    sorting = sort(readings(*pages), LENGTHS, {OTHER})
    everywhere = [page for piece in sorting.pieces for page in piece.pages]
    everywhere += [page for doubt in sorting.doubts for page in doubt.pages]
    assert sorted(everywhere) == list(range(1, len(pages) + 1))
    to_look_at = [page for doubt in all_doubtful(sorting) for page in doubt.pages]
    assert sorted(to_look_at) == list(range(1, len(pages) + 1))


@given(PAGES)
def test_nothing_without_every_page_is_filed(pages: list[str]) -> None:
    read = readings(*pages)
    for piece in sort(read, LENGTHS, {OTHER}).pieces:
        printed = [read[page - 1].codes for page in piece.pages]
        assert printed == [(PageCode(piece.stamp, n),) for n in range(1, LENGTHS[piece.stamp] + 1)]
