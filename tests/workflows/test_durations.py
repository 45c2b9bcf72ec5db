"""Durations as rulebooks write them and as screens say them."""

from __future__ import annotations

import pytest

from workflows.calendar import Duration


@pytest.mark.parametrize(
    ("text", "months", "days"),
    [
        ("P3M", 3, 0),
        ("P1Y", 12, 0),
        ("P30D", 0, 30),
        ("P1Y6M", 18, 0),
        ("P2W", 0, 14),
        ("P1M15D", 1, 15),
        ("P1Y2M3D", 14, 3),
        ("P0M15D", 0, 15),
        ("P36M", 36, 0),
    ],
)
def test_an_iso_duration_is_months_and_days(text: str, months: int, days: int) -> None:
    assert Duration.parse(text) == Duration(months, days)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("P0D", "durée nulle"),
        ("P0Y0M", "durée nulle"),
        ("P0W", "durée nulle"),
        ("PT24H", "elle contient des heures"),
        ("P1DT12H", "elle contient des heures"),
        ("-P3M", "elle est négative"),
        ("P-3M", "elle est négative"),
        ("", "forme inconnue"),
        ("P", "forme inconnue"),
        ("3 mois", "forme inconnue"),
        ("p3m", "forme inconnue"),
        ("P3M ", "forme inconnue"),
        ("P3M\n", "forme inconnue"),
        ("P1.5M", "forme inconnue"),
        ("P1W3D", "forme inconnue"),
        ("P3D1M", "forme inconnue"),
        ("P٣M", "forme inconnue"),
        ("P9999999D", "forme inconnue"),
    ],
)
def test_anything_else_is_refused_with_what_was_given_and_expected(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match="Durée illisible") as refusal:
        Duration.parse(text)
    message = str(refusal.value)
    assert f"« {text} » ({fault})" in message
    assert "Attendu : une durée ISO 8601" in message
    assert "P3M, P1Y, P30D, P2W ou P1M15D" in message


@pytest.mark.parametrize(("months", "days"), [(0, 0), (-3, 0), (0, -30), (3, -1)])
def test_a_duration_is_never_nothing_nor_negative(months: int, days: int) -> None:
    with pytest.raises(ValueError, match="nulle ou négative"):
        Duration(months, days)


@pytest.mark.parametrize(
    ("text", "iso", "words"),
    [
        ("P3M", "P3M", "3\u00a0mois"),
        ("P1M", "P1M", "1\u00a0mois"),
        ("P30D", "P30D", "30\u00a0jours"),
        ("P1D", "P1D", "1\u00a0jour"),
        ("P12M", "P1Y", "1\u00a0an"),
        ("P5Y", "P5Y", "5\u00a0ans"),
        ("P1Y6M", "P18M", "18\u00a0mois"),
        ("P2W", "P14D", "14\u00a0jours"),
        ("P1M15D", "P1M15D", "1\u00a0mois et 15\u00a0jours"),
        ("P1Y1D", "P1Y1D", "1\u00a0an et 1\u00a0jour"),
    ],
)
def test_a_duration_is_written_in_iso_and_in_french(text: str, iso: str, words: str) -> None:
    assert str(Duration.parse(text)) == iso
    assert Duration.parse(text).in_words() == words


def test_twelve_months_are_a_year_but_thirty_days_are_no_month() -> None:
    assert Duration.parse("P12M") == Duration.parse("P1Y")
    assert Duration.parse("P30D") != Duration.parse("P1M")
