"""Civil-date arithmetic: durations, terms, notice limits, delays, working days.

Pure and without hours: a legal day runs until midnight and the day of the event does not count
(CPC 641 al. 1, 642 al. 1). Months are counted from quantième to quantième and stop at the end of a
month that lacks it (CPC 641 al. 2). Nothing here moves a limit off a weekend or a public holiday:
CPC 642 al. 2 does not apply to a notice period (Cass. 3e civ. 8 March 2018, n° 17-11.312).

Every public function raises `OutsideCalendar` where a date would fall outside the years 1 to 9999.
The rules with their sources and examples are in docs/calendar.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from holidays.countries.france import France

from workflows.french import count, date_in_words

_ONE_DAY = timedelta(days=1)
_MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ISO_DURATION = re.compile(
    r"P(?:(?P<weeks>[0-9]{1,6})W"
    r"|(?:(?P<years>[0-9]{1,6})Y)?(?:(?P<months>[0-9]{1,6})M)?(?:(?P<days>[0-9]{1,6})D)?)"
)


class OutsideCalendar(ValueError):
    """A date that no calendar of the years 1 to 9999 holds."""

    def __init__(self, day: date, change: str) -> None:
        super().__init__(
            f"Date hors du calendrier : {date_in_words(day)} {change}. "
            "Le calendrier va du 1er janvier de l’an 1 au 31 décembre 9999."
        )


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of civil time: whole months, then days (CPC 641 al. 3).

    A month has no length in days, so two durations have no order and a year is twelve months.
    ``ValueError`` for a negative part or a duration of nothing.
    """

    months: int
    days: int

    def __post_init__(self) -> None:
        if self.months < 0 or self.days < 0 or not (self.months or self.days):
            raise ValueError(
                f"Durée nulle ou négative : {self.months} mois, {self.days} jours. "
                "Attendu : au moins un jour."
            )

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read an ISO 8601 duration of years, months, weeks or days: ``P1Y6M``, ``P2W``, ``P30D``.

        ``ValueError`` for anything else: hours, a sign, a fraction, weeks beside other units, zero.
        """
        found = _ISO_DURATION.fullmatch(text)
        parts = {} if found is None else {k: int(v) for k, v in found.groupdict("0").items()}
        if not any(parts.values()):
            fault = _fault_of(text, well_formed=bool(parts) and text != "P")
            raise ValueError(
                f"Durée illisible : « {text} » ({fault}). Attendu : une durée "
                "ISO 8601 en années, mois, semaines ou jours, sans heures, d’au moins un jour, "
                "par exemple P3M, P1Y, P30D, P2W ou P1M15D."
            )
        return cls(parts["years"] * 12 + parts["months"], parts["weeks"] * 7 + parts["days"])

    def __str__(self) -> str:
        """ISO 8601, in years when the months make whole years: ``P3Y``, ``P18M``, ``P1M15D``."""
        years, months = _whole_years(self.months)
        parts = ((years, "Y"), (months, "M"), (self.days, "D"))
        return "P" + "".join(f"{number}{unit}" for number, unit in parts if number)

    def in_words(self) -> str:
        """French words: « 3 mois », « 1 an », « 18 mois », « 30 jours », « 1 mois et 15 jours »."""
        years, months = _whole_years(self.months)
        parts = ((years, "an"), (months, "mois"), (self.days, "jour"))
        return " et ".join(count(number, word) for number, word in parts if number)


def _whole_years(months: int) -> tuple[int, int]:
    return (months // 12, 0) if months % 12 == 0 else (0, months)


def _fault_of(text: str, *, well_formed: bool) -> str:
    if well_formed:
        return "durée nulle"
    if "T" in text:
        return "elle contient des heures"
    if "-" in text:
        return "elle est négative"
    return "forme inconnue"


def add_months(day: date, months: int) -> date:
    """The same quantième ``months`` later, or the month's last day if it lacks it (CPC 641 al. 2).

    ``months`` may be negative. Not reversible: 31 May less three months is 28 February, which plus
    three months is 28 May. Never chain it: count from the first date, or the 31st is lost for ever.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OutsideCalendar(
            day, f"{'plus' if months > 0 else 'moins'} {count(abs(months), 'mois')}"
        )
    quantieme = day.day
    if quantieme > 28:
        quantieme = min(quantieme, _month_length(year, month + 1))
    return date(year, month + 1, quantieme)


def add(day: date, duration: Duration) -> date:
    """``day`` plus the months of ``duration``, then its days (CPC 641 al. 3)."""
    return _add(day, duration.months, duration.days)


def subtract(day: date, duration: Duration) -> date:
    """Count backward from ``day``: the days first, then the months, clamped to the month's end.

    The mirror of `add`, not its inverse: ``add(subtract(day, d), d)`` is ``day`` or earlier, never
    later. So a date found this way is always safe, and sometimes earlier than the law asks.
    """
    moved = _add_days(day, -duration.days) if duration.days else day
    return add_months(moved, -duration.months) if duration.months else moved


def latest_satisfying(limit: date, delay: Duration) -> date:
    """The latest day from which ``delay``, counted forward, ends on ``limit`` at the latest.

    A delay counted to the end of ``limit``'s month is clamped for every late quantième, so the
    latest day is then the last of its own month: six months from 31 August end on 28 February.
    """
    day = subtract(limit, delay)
    if _is_month_end(_add_days(limit, -delay.days)):
        return day.replace(day=_month_length(day.year, day.month))
    return day


def end_of_delay(start: date, delay: Duration) -> date:
    """The last day, until midnight, of a delay whose ``start`` does not count (CPC 641, 642)."""
    return add(start, delay)


def first_day_after(start: date, delay: Duration) -> date:
    """The first day once ``delay`` is over (« révolus », « au-delà de »): the day after its end."""
    return _add_days(add(start, delay), 1)


class Term(NamedTuple):
    """One period of a convention, both days included; without end, ``last_day`` is ``None``."""

    number: int
    first_day: date
    last_day: date | None

    @property
    def next_first_day(self) -> date | None:
        """The anniversary, first day of the term that would follow; ``None`` without an end."""
        return None if self.last_day is None else _add_days(self.last_day, 1)


def term(
    anchor: date, first: Duration, renewal: Duration, number: int, base_number: int = 1
) -> Term:
    """Term ``number``, where term ``base_number`` starts on ``anchor`` and lasts ``first``.

    The later ones last ``renewal``. Both ends are counted from the anchor in one addition of the
    summed months then the summed days, so that clamping never accumulates: yearly terms from
    29 February 2024 start on 28 February until the fourth, and on 29 February again in 2028.
    ``ValueError`` for a number before ``base_number``.
    """
    renewals = number - base_number
    if renewals < 0:
        raise ValueError(
            f"Période n° {number} inexistante : "
            f"la première comptée depuis le {date_in_words(anchor)} est la n° {base_number}."
        )
    first_day = anchor
    if renewals:
        first_day = _add(
            anchor,
            first.months + (renewals - 1) * renewal.months,
            first.days + (renewals - 1) * renewal.days,
        )
    next_first_day = _add(
        anchor, first.months + renewals * renewal.months, first.days + renewals * renewal.days
    )
    return Term(number, first_day, next_first_day - _ONE_DAY)


class NoticeLimits(NamedTuple):
    """The last day to give notice, on three readings: ``prudent <= whole_months <= upper``.

    ``prudent`` counts backward from the last day of the term: shown, and used for alerts.
    ``whole_months`` is the latest day whose notice, counted forward, fits in the term: the legal
    test (Cass. 3e civ. 31 October 2006; 1 June 2010, n° 08-16.320). ``upper`` is the same against
    the anniversary: beyond it a notice is late on any reading.
    """

    prudent: date
    whole_months: date
    upper: date


def notice_limits(last_day: date, notice: Duration) -> NoticeLimits:
    """The three limits of a ``notice`` for the term that ends on ``last_day``."""
    return NoticeLimits(
        prudent=subtract(last_day, notice),
        whole_months=latest_satisfying(last_day, notice),
        upper=latest_satisfying(_add_days(last_day, 1), notice),
    )


def acceptance_window(informed_on: date) -> tuple[date, date, date]:
    """Electronic registered letter: first and last day to accept, last day of the proof.

    Fifteen days from the day after the addressee was informed; the proof that the letter was
    refused or not claimed follows on the next day at the latest (CPCE R.53-3).
    """
    return _add_days(informed_on, 1), _add_days(informed_on, 15), _add_days(informed_on, 16)


class HolidayCalendar(StrEnum):
    """Whose public holidays a working day leaves out: the place of the caisse."""

    METROPOLITAN = "metropolitan"
    ALSACE_MOSELLE = "alsace_moselle"
    GUADELOUPE = "guadeloupe"
    MARTINIQUE = "martinique"
    GUYANE = "guyane"
    REUNION = "reunion"
    MAYOTTE = "mayotte"
    SAINT_BARTHELEMY = "saint_barthelemy"
    SAINT_MARTIN = "saint_martin"
    SAINT_PIERRE_ET_MIQUELON = "saint_pierre_et_miquelon"


# The old code GES of Alsace-Moselle still exists in the library but adds no holiday.
_SUBDIVISIONS = {
    HolidayCalendar.METROPOLITAN: None,
    HolidayCalendar.ALSACE_MOSELLE: "6AE",
    HolidayCalendar.GUADELOUPE: "971",
    HolidayCalendar.MARTINIQUE: "972",
    HolidayCalendar.GUYANE: "973",
    HolidayCalendar.REUNION: "974",
    HolidayCalendar.MAYOTTE: "976",
    HolidayCalendar.SAINT_BARTHELEMY: "BL",
    HolidayCalendar.SAINT_MARTIN: "MF",
    HolidayCalendar.SAINT_PIERRE_ET_MIQUELON: "PM",
}


class _FranceWithoutHorizon(France):
    """The library answers "no holiday" after 2100; Easter is computed for far longer."""

    end_year = 4099


def holiday_name(day: date, calendar: HolidayCalendar = HolidayCalendar.METROPOLITAN) -> str | None:
    """The French name of the public holiday on ``day``, or ``None``.

    ``ValueError`` outside 1803 to 4099, where the library has no answer.
    """
    return _holidays(calendar, day.year).get(day)


def is_working_day(day: date, calendar: HolidayCalendar = HolidayCalendar.METROPOLITAN) -> bool:
    """Monday to Friday, and no public holiday: a day on which a letter can be posted."""
    return day.weekday() < 5 and day not in _holidays(calendar, day.year)


def last_working_day(day: date, calendar: HolidayCalendar = HolidayCalendar.METROPOLITAN) -> date:
    """The last working day on or before ``day``: an alert moves there, the limit does not."""
    while not is_working_day(day, calendar):
        day -= _ONE_DAY
    return day


def next_working_day(day: date, calendar: HolidayCalendar = HolidayCalendar.METROPOLITAN) -> date:
    """The first working day strictly after ``day``."""
    day = _add_days(day, 1)
    while not is_working_day(day, calendar):
        day += _ONE_DAY
    return day


@lru_cache(maxsize=512)
def _holidays(calendar: HolidayCalendar, year: int) -> Mapping[date, str]:
    first_year, last_year = _FranceWithoutHorizon.start_year, _FranceWithoutHorizon.end_year
    if not first_year <= year <= last_year:
        raise ValueError(
            f"Jours fériés inconnus pour l’année {year} : "
            f"le calendrier des jours fériés va de {first_year} à {last_year}."
        )
    found = _FranceWithoutHorizon(  # type: ignore[no-untyped-call]  # the library's own gap
        years=year, subdiv=_SUBDIVISIONS[calendar], language="fr", expand=False
    )
    # Two holidays on one day, as Ascension and Labour Day in 2008, come joined by a semicolon.
    return {day: name.replace("; ", " et ").replace("'", "’") for day, name in found.items()}


def _add(day: date, months: int, days: int) -> date:
    moved = add_months(day, months) if months else day
    return _add_days(moved, days) if days else moved


def _add_days(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        change = f"{'plus' if days > 0 else 'moins'} {count(abs(days), 'jour')}"
        raise OutsideCalendar(day, change) from None


def _month_length(year: int, month: int) -> int:
    if month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        return 29
    return _MONTH_LENGTHS[month - 1]


def _is_month_end(day: date) -> bool:
    return day.day == _month_length(day.year, day.month)
