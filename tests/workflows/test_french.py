"""French dates and numbers, with their no-break spaces."""

from __future__ import annotations

from datetime import date

import pytest

from workflows import french


def test_a_date_is_written_in_words() -> None:
    assert french.date_in_words(date(2025, 10, 14)) == "14\u00a0octobre 2025"


def test_only_the_first_of_the_month_is_an_ordinal() -> None:
    assert french.date_in_words(date(2026, 1, 1)) == "1er\u00a0janvier 2026"
    assert french.date_in_words(date(2026, 1, 2)) == "2\u00a0janvier 2026"


@pytest.mark.parametrize(
    ("month", "word"),
    [(2, "février"), (3, "mars"), (8, "août"), (9, "septembre"), (12, "décembre")],
)
def test_months_keep_their_accents(month: int, word: str) -> None:
    assert french.date_in_words(date(2026, month, 9)) == f"9\u00a0{word} 2026"


def test_the_day_of_the_week_comes_first_and_without_capital() -> None:
    assert french.weekday_date(date(2025, 10, 14)) == "mardi 14\u00a0octobre 2025"
    assert french.weekday_date(date(2025, 6, 1)) == "dimanche 1er\u00a0juin 2025"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0\u00a0jour"),
        (1, "1\u00a0jour"),
        (2, "2\u00a0jours"),
        (30, "30\u00a0jours"),
        (1380, "1\u00a0380\u00a0jours"),
        (1234567, "1\u00a0234\u00a0567\u00a0jours"),
    ],
)
def test_the_plural_starts_at_two_and_thousands_are_spaced(number: int, words: str) -> None:
    assert french.count(number, "jour") == words


def test_a_word_that_ends_in_s_x_or_z_does_not_change() -> None:
    assert french.count(3, "mois") == "3\u00a0mois"
    assert french.count(3, "prix") == "3\u00a0prix"


def test_an_irregular_plural_is_given() -> None:
    assert french.count(2, "jour ouvré", "jours ouvrés") == "2\u00a0jours ouvrés"
    assert french.count(1, "jour ouvré", "jours ouvrés") == "1\u00a0jour ouvré"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("À temps ?", "À temps\u00a0?"),
        ("il dit « jamais » : non", "il dit «\u00a0jamais\u00a0»\u00a0: non"),
        ("reçu à 12:00 ; rendu", "reçu à 12:00\u00a0; rendu"),
        ("déjà\u00a0: fait", "déjà\u00a0: fait"),
    ],
)
def test_words_typed_with_plain_spaces_are_tied_to_their_marks(typed: str, shown: str) -> None:
    assert french.typeset(typed) == shown
