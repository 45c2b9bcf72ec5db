"""Working days: Monday to Friday, without the public holidays of the place."""

from __future__ import annotations

from datetime import date

import pytest

from workflows import calendar
from workflows.calendar import HolidayCalendar


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_mainland_france_has_eleven_public_holidays() -> None:
    names = {
        "2026-01-01": "Jour de l’an",
        "2026-04-06": "Lundi de Pâques",
        "2026-05-01": "Fête du Travail",
        "2026-05-08": "Fête de la Victoire",
        "2026-05-14": "Ascension",
        "2026-05-25": "Lundi de Pentecôte",
        "2026-07-14": "Fête nationale",
        "2026-08-15": "Assomption",
        "2026-11-01": "Toussaint",
        "2026-11-11": "Armistice",
        "2026-12-25": "Noël",
    }
    metropolitan = HolidayCalendar.METROPOLITAN
    every_day = [date.fromordinal(day("2026-01-01").toordinal() + n) for n in range(365)]
    found = {
        str(one): calendar.holiday_name(one, metropolitan)
        for one in every_day
        if calendar.holiday_name(one, metropolitan) is not None
    }
    assert found == names


@pytest.mark.parametrize(
    ("holiday", "place", "name"),
    [
        ("2026-04-03", HolidayCalendar.ALSACE_MOSELLE, "Vendredi saint"),
        ("2025-12-26", HolidayCalendar.ALSACE_MOSELLE, "Saint-Étienne"),
        ("2026-05-27", HolidayCalendar.GUADELOUPE, "Abolition de l’esclavage"),
        ("2026-05-22", HolidayCalendar.MARTINIQUE, "Abolition de l’esclavage"),
        ("2026-06-10", HolidayCalendar.GUYANE, "Abolition de l’esclavage"),
        ("2027-12-20", HolidayCalendar.REUNION, "Abolition de l’esclavage"),
        ("2026-04-27", HolidayCalendar.MAYOTTE, "Abolition de l’esclavage"),
        ("2026-10-09", HolidayCalendar.SAINT_BARTHELEMY, "Abolition de l’esclavage"),
        ("2026-05-28", HolidayCalendar.SAINT_MARTIN, "Abolition de l’esclavage"),
    ],
)
def test_a_local_holiday_is_a_working_day_elsewhere(
    holiday: str, place: HolidayCalendar, name: str
) -> None:
    assert calendar.holiday_name(day(holiday), place) == name
    assert not calendar.is_working_day(day(holiday), place)
    assert calendar.holiday_name(day(holiday), HolidayCalendar.METROPOLITAN) is None
    assert calendar.is_working_day(day(holiday))


@pytest.mark.parametrize("place", HolidayCalendar)
def test_bastille_day_is_a_holiday_everywhere(place: HolidayCalendar) -> None:
    assert calendar.holiday_name(day("2026-07-14"), place) == "Fête nationale"


def test_two_holidays_on_one_day_are_both_named() -> None:
    assert calendar.holiday_name(day("2008-05-01"), HolidayCalendar.METROPOLITAN) == (
        "Ascension et Fête du Travail"
    )


def test_a_weekend_is_no_working_day_and_has_no_name() -> None:
    assert not calendar.is_working_day(day("2025-06-14"))
    assert not calendar.is_working_day(day("2025-06-15"))
    assert calendar.holiday_name(day("2025-06-15"), HolidayCalendar.METROPOLITAN) is None


def test_the_last_working_day_goes_back_over_a_long_weekend() -> None:
    assert calendar.last_working_day(day("2026-04-06")) == day("2026-04-03")
    assert calendar.last_working_day(day("2026-04-06"), HolidayCalendar.ALSACE_MOSELLE) == day(
        "2026-04-02"
    )
    assert calendar.last_working_day(day("2026-04-07")) == day("2026-04-07")


def test_the_next_working_day_is_never_the_day_itself() -> None:
    assert calendar.next_working_day(day("2026-04-03")) == day("2026-04-07")
    assert calendar.next_working_day(day("2026-04-07")) == day("2026-04-08")
    assert calendar.next_working_day(day("2025-12-31")) == day("2026-01-02")


def test_holidays_do_not_stop_where_the_library_stops_by_default() -> None:
    assert calendar.holiday_name(day("2150-07-14"), HolidayCalendar.METROPOLITAN) == (
        "Fête nationale"
    )


@pytest.mark.parametrize("year", [1802, 4100])
def test_a_year_without_known_holidays_is_refused_rather_than_taken_as_worked(year: int) -> None:
    with pytest.raises(ValueError, match=f"Jours fériés inconnus pour l’année {year}"):
        calendar.is_working_day(date(year, 7, 14))
