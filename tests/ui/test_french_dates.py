from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template

from ui.templatetags.french_dates import (
    civil_day,
    date_in_words,
    distance,
    full_date,
    moment,
    short_date,
)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2025, 10, 14), "14 octobre 2025"),
        (date(2026, 1, 1), "1er janvier 2026"),
        (date(2024, 2, 29), "29 février 2024"),
        (date(2025, 8, 31), "31 août 2025"),
    ],
)
def test_a_date_is_written_in_french_words(day: date, words: str) -> None:
    assert date_in_words(day) == words


def test_a_full_date_names_the_day_of_the_week() -> None:
    assert full_date(date(2025, 10, 14)) == "mardi 14 octobre 2025"
    assert full_date(date(2026, 1, 1)) == "jeudi 1er janvier 2026"


def test_dates_that_are_compared_are_short() -> None:
    assert short_date(date(2025, 3, 4)) == "04/03/2025"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2025, 6, 10), "aujourd’hui"),
        (date(2025, 6, 11), "demain"),
        (date(2025, 6, 9), "hier"),
        (date(2025, 6, 12), "dans 2 jours"),
        (date(2025, 6, 7), "il y a 3 jours"),
        (date(2025, 8, 9), "dans 60 jours"),
        (date(2025, 8, 10), "dans 2 mois"),
        (date(2025, 9, 9), "dans 2 mois"),
        (date(2025, 3, 10), "il y a 3 mois"),
        (date(2027, 6, 10), "dans 24 mois"),
        (date(2027, 7, 10), "dans 2 ans"),
        (date(2015, 6, 11), "il y a 9 ans"),
        (date(2015, 6, 10), "il y a 10 ans"),
    ],
)
def test_a_distance_counts_days_then_whole_months_then_whole_years(day: date, words: str) -> None:
    assert distance(day, date(2025, 6, 10)) == words


@pytest.mark.parametrize("instant", [datetime(2025, 6, 10, 12, tzinfo=UTC), "2025-06-10", None])
def test_only_civil_dates_are_dates(instant: object) -> None:
    with pytest.raises(TypeError, match="expected a civil date"):
        date_in_words(instant)  # type: ignore[arg-type]


def test_a_day_is_drawn_for_people_and_machines_with_its_distance() -> None:
    drawn = Template("{% load french_dates %}{% civil_day day today 'full' %}").render(
        Context({"day": date(2025, 10, 14), "today": date(2025, 10, 2)})
    )
    assert drawn == (
        '<time datetime="2025-10-14">mardi 14 octobre 2025</time>'
        ' <span class="distance">dans 12 jours</span>'
    )


def test_a_day_alone_has_no_distance() -> None:
    drawn = Template("{% load french_dates %}{% civil_day day form='short' %}").render(
        Context({"day": date(2025, 10, 14)})
    )
    assert drawn == '<time datetime="2025-10-14">14/10/2025</time>'


def test_an_unknown_form_of_date_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'long': expected one of words, full, short"):
        civil_day(date(2025, 10, 14), form="long")


def test_an_instant_is_told_by_its_day_and_hour() -> None:
    instant = datetime(2025, 10, 14, 9, 5, tzinfo=UTC)
    page = Template("{% load french_dates %}{{ instant|moment }}, {{ instant|day_of }}")
    said = page.render(Context({"instant": instant})).replace("\N{NO-BREAK SPACE}", " ")
    assert said == "14 octobre 2025 à 11 h 05, 14 octobre 2025"


def test_a_civil_date_has_no_hour() -> None:
    with pytest.raises(TypeError, match="no hour"):
        moment(date(2025, 10, 14))  # type: ignore[arg-type]
