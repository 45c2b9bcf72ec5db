"""The date rules a second time, the slow and plain way: by turning the pages of an almanac.

Written from the legal texts and from nothing else, to be compared with the real calendar. It never
imports it, does no date arithmetic and uses no formula: it lays every day out in a row and walks.
The holidays are those of the Labour code (art. L.3133-1; L.3134-13 in Alsace-Moselle; décret
83-1003 overseas), Easter from the church's table of paschal full moons, valid from 1900 to 2199.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice, pairwise

FIRST_YEAR = 1890
LAST_YEAR = 2210
LENGTHS = {4: 30, 6: 30, 9: 30, 11: 30}


def _month_has(year: int, month: int) -> int:
    if month != 2:
        return LENGTHS.get(month, 31)
    if year % 400 == 0:
        return 29
    if year % 100 == 0:
        return 28
    return 29 if year % 4 == 0 else 28


# A page a day: year, month, quantième.
ALMANAC = [
    (year, month, day)
    for year in range(FIRST_YEAR, LAST_YEAR + 1)
    for month in range(1, 13)
    for day in range(1, _month_has(year, month) + 1)
]
PAGES = {page: number for number, page in enumerate(ALMANAC)}


def _page(day: date) -> int:
    return PAGES[day.year, day.month, day.day]


def _day(page: int) -> date:
    return date(*ALMANAC[page])


def _anniversaries(page: int) -> Iterator[int]:
    """Walk forward and stop on each day that completes one more month (CPC 641 al. 2)."""
    quantieme = ALMANAC[page][2]
    month = ALMANAC[page][1]
    while True:
        page += 1
        if ALMANAC[page][1] == month:
            continue
        month = ALMANAC[page][1]
        stop = page
        while ALMANAC[stop][2] != quantieme and ALMANAC[stop + 1][1] == month:
            stop += 1
        yield stop


def _after_months(page: int, months: int) -> int:
    if months == 0:
        return page
    return next(islice(_anniversaries(page), months - 1, None))


def _before_months(page: int, months: int) -> int:
    quantieme = ALMANAC[page][2]
    for _ in range(months):
        month = ALMANAC[page][1]
        while ALMANAC[page][1] == month:
            page -= 1
    while ALMANAC[page][2] > quantieme and months:
        page -= 1
    return page


def after(day: date, months: int, days: int) -> date:
    """Months first, then days (CPC 641 al. 3); the day of departure is not counted."""
    page = _after_months(_page(day), months)
    for _ in range(days):
        page += 1
    return _day(page)


def before(day: date, months: int, days: int) -> date:
    """Backward: days first, then months, which stop at the end of a shorter month."""
    page = _page(day)
    for _ in range(days):
        page -= 1
    return _day(_before_months(page, months))


def latest_start(limit: date, months: int, days: int) -> date:
    """Try one day after the other until the delay no longer ends in time.

    The first day tried is early enough for months of thirty-one days each.
    """
    last_page = _page(limit)
    start = last_page - 31 * months - days - 1

    def ends_in_time(page: int) -> bool:
        return _after_months(page, months) + days <= last_page

    assert ends_in_time(start)
    while ends_in_time(start + 1):
        start += 1
    return _day(start)


def notice_limits(last_day: date, months: int, days: int) -> tuple[date, date, date]:
    """Counted back from the last day, forward into it, and forward into the anniversary."""
    return (
        before(last_day, months, days),
        latest_start(last_day, months, days),
        latest_start(_day(_page(last_day) + 1), months, days),
    )


def terms_in_months(
    anchor: date, first: int, renewal: int, how_many: int
) -> list[tuple[date, date, date]]:
    """First day, last day and anniversary of the first ``how_many`` terms, in one walk."""
    boundaries = [_page(anchor)]
    wanted = first
    for month, page in enumerate(_anniversaries(boundaries[0]), start=1):
        if month == wanted:
            boundaries.append(page)
            wanted += renewal
        if len(boundaries) > how_many:
            break
    return [
        (_day(start), _day(following - 1), _day(following))
        for start, following in pairwise(boundaries)
    ]


def terms_in_days(
    anchor: date, first: int, renewal: int, how_many: int
) -> list[tuple[date, date, date]]:
    """The same for terms of so many days."""
    terms = []
    page = _page(anchor)
    length = first
    for _ in range(how_many):
        start = page
        for _ in range(length):
            page += 1
        terms.append((_day(start), _day(page - 1), _day(page)))
        length = renewal
    return terms


# Golden number of the year -> month and quantième of the paschal full moon.
PASCHAL_FULL_MOONS = {
    1: (4, 14), 2: (4, 3), 3: (3, 23), 4: (4, 11), 5: (3, 31), 6: (4, 18), 7: (4, 8),
    8: (3, 28), 9: (4, 16), 10: (4, 5), 11: (3, 25), 12: (4, 13), 13: (4, 2), 14: (3, 22),
    15: (4, 10), 16: (3, 30), 17: (4, 17), 18: (4, 7), 19: (3, 27),
}  # fmt: skip
MONDAY, FRIDAY, SUNDAY = 0, 4, 6
A_MONDAY = (2024, 1, 1)

FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
EASTER_MONDAY, ASCENSION, WHIT_MONDAY, GOOD_FRIDAY = 1, 39, 50, -2
ABOLITION_OF_SLAVERY = {
    "guadeloupe": (5, 27),
    "martinique": (5, 22),
    "guyane": (6, 10),
    "reunion": (12, 20),
    "mayotte": (4, 27),
    "saint_barthelemy": (10, 9),
    "saint_martin": (5, 28),
}


def _weekday(page: int) -> int:
    return (page - PAGES[A_MONDAY]) % 7


def easter(year: int) -> date:
    """The first Sunday after the paschal full moon."""
    page = PAGES[(year, *PASCHAL_FULL_MOONS[year % 19 + 1])] + 1
    while _weekday(page) != SUNDAY:
        page += 1
    return _day(page)


def is_public_holiday(day: date, place: str) -> bool:
    """For mainland France, Alsace-Moselle, and the places overseas with their abolition day."""
    since_easter = _page(day) - _page(easter(day.year))
    quantieme = (day.month, day.day)
    if quantieme in FIXED_HOLIDAYS or since_easter in (EASTER_MONDAY, ASCENSION, WHIT_MONDAY):
        return True
    if place == "alsace_moselle":
        return quantieme == (12, 26) or since_easter == GOOD_FRIDAY
    return ABOLITION_OF_SLAVERY.get(place) == quantieme


def is_working_day(day: date, place: str) -> bool:
    """From Monday to Friday, public holidays excepted."""
    return MONDAY <= _weekday(_page(day)) <= FRIDAY and not is_public_holiday(day, place)


def last_working_day(day: date, place: str) -> date:
    """On or before ``day``."""
    page = _page(day)
    while not is_working_day(_day(page), place):
        page -= 1
    return _day(page)


def next_working_day(day: date, place: str) -> date:
    """Strictly after ``day``."""
    page = _page(day) + 1
    while not is_working_day(_day(page), place):
        page += 1
    return _day(page)
