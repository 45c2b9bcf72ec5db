"""What counts as a social security number, against python-stdnum and numbers that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.fr import nir

from contracts.nir import has_nir

KNOWN = "2 95 10 99 126 111 93"


@pytest.mark.parametrize(
    "text",
    [
        "295109912611193",
        KNOWN,
        f"Le NIR{KNOWN} de madame",
        "NIR295109912611193",
        "2.95.10.99.126.111.93",
        "2-95-10-99-126-111-93",
        "2\N{NO-BREAK SPACE}95\N{NARROW NO-BREAK SPACE}10 99\n126 111 93",
        "2/95/10/99/126/111/93",
        "bulletin_2_95_10_99_126_111_93_mars.pdf",
        "2951099126111-93.pdf",
        "２９５１０９９１２６１１１９３",
        "2\N{ZERO WIDTH SPACE}95109912611193",
        "253072B07300470",
        "2 53 07 2a 073 004 43",
        f"appelez le 06 12 34 56 78 {KNOWN} avant le 12",
        # Without its key.
        "2951099126111",
        "assurée 2 95 10 99 126 111, à rappeler",
        "1 84 12 2B 451 089",
        "2530.72A0.7300.4",
    ],
)
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    assert has_nir(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "295109912611194",
        "2 95 10 99 126 111 94",
        "SIRET 214 202 798 00012",
        "SIREN 214202798, tél. 06 12 34 56 78",
        "06 12 34 56 78 / 06 98 76 54 32",
        "scan_20260115103045123.pdf",
        "IMG_20240115_103045.jpg",
        "le 15/01/2024 à 12 h 30, puis le 16/02/2024",
        "MSA-EXEMPLE-DA-2026-00001",
        "FR76 3000 6000 0112 3456 7890 189",
        "2 95 13 99 126 111",  # There is no thirteenth month,
        "2 95 10 00 126 111",  # nor a département 00.
        "5951099126111",
        "12951099126111",
        "1234567\n890123",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not has_nir(text)


DEPARTMENTS = st.one_of(
    st.integers(1, 99).map("{:02d}".format), st.sampled_from(["2A", "2B", "2a", "2b"])
)
PARTS = st.tuples(
    st.sampled_from("1278"),
    st.integers(0, 99).map("{:02d}".format),
    st.sampled_from([*range(1, 13), *range(20, 43), *range(50, 100)]).map("{:02d}".format),
    DEPARTMENTS,
    st.integers(1, 999).map("{:03d}".format),
    st.integers(1, 999).map("{:03d}".format),
)
BETWEEN = st.sampled_from(["", " ", ".", "-", "\N{NO-BREAK SPACE}", " - ", "_"])
WORDS = st.text(alphabet="abcdefghijklmnop éè,;:()", max_size=20)


@given(PARTS, BETWEEN, WORDS, WORDS, st.booleans())
def test_every_number_with_its_shape_is_found_with_its_key_and_without(
    parts: tuple[str, ...], between: str, before: str, after: str, keyed: bool
) -> None:
    whole = [*parts, nir.calc_check_digits("".join(parts).upper())] if keyed else list(parts)
    # Letters that touch a number without its key make it part of a word.
    assert has_nir(f"{before} {between.join(whole)} {after}")


@given(st.from_regex(r"\A[1-9][0-9]{14}\Z"))
def test_fifteen_digits_are_one_only_if_stdnum_says_so(digits: str) -> None:
    is_one = nir.is_valid(digits) and digits[0] in "123478"
    assert has_nir(f"n° {digits}.") is is_one


@given(PARTS, st.integers(1, 96))
def test_a_wrong_key_makes_it_another_number(parts: tuple[str, ...], off: int) -> None:
    body = "".join(parts).upper()
    wrong = (int(nir.calc_check_digits(body)) + off - 1) % 97 + 1
    assert not has_nir(f"{body}{wrong:02d}")
    assert not has_nir(f"{' '.join(parts)} {wrong:02d}")


@given(st.text(max_size=60))
def test_any_text_may_be_asked_about(text: str) -> None:
    assert has_nir(text) in (True, False)
