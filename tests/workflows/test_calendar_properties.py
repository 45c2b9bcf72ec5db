"""What holds for every date and every duration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from hypothesis import example, given
from hypothesis import strategies as st

from tests.workflows import naive_calendar as naive
from workflows import calendar
from workflows.calendar import Duration, HolidayCalendar

ONE_DAY = timedelta(days=1)

days = st.dates(date(1900, 1, 1), date(2150, 12, 31))


def durations(most_months: int = 36, most_days: int = 400) -> st.SearchStrategy[Duration]:
    """Months, days, or both; never nothing."""
    in_months = st.builds(Duration, st.integers(1, most_months), st.just(0))
    in_days = st.builds(Duration, st.just(0), st.integers(1, most_days))
    in_both = st.builds(Duration, st.integers(1, most_months), st.integers(1, most_days))
    return st.one_of(in_months, in_days, in_both)


def refusal_of(attempt: Callable[[], object]) -> str | None:
    """What the refusal says, ``None`` when there is an answer; any other error fails the test."""
    try:
        attempt()
    except ValueError as refusal:
        return str(refusal)
    return None


@given(last_day=days, notice=durations())
@example(date(2025, 11, 30), Duration(3, 0))
@example(date(2026, 2, 28), Duration(6, 0))
@example(date(2025, 3, 15), Duration(1, 20))
def test_the_three_limits_of_a_notice_are_ordered(last_day: date, notice: Duration) -> None:
    limits = calendar.notice_limits(last_day, notice)
    assert limits.prudent <= limits.whole_months <= limits.upper


@given(last_day=days, months=st.integers(1, 36))
@example(date(2028, 2, 29), 3)
def test_the_legal_limit_is_the_last_day_whose_notice_fits_in_the_term(
    last_day: date, months: int
) -> None:
    limit = calendar.notice_limits(last_day, Duration(months, 0)).whole_months
    assert calendar.add_months(limit, months) <= last_day
    assert last_day < calendar.add_months(limit + ONE_DAY, months)


@given(limit=days, delay=durations())
@example(date(2026, 2, 28), Duration(6, 0))
@example(date(2026, 2, 27), Duration(6, 0))
@example(date(2026, 3, 15), Duration(1, 15))
def test_no_later_day_satisfies_a_forward_delay(limit: date, delay: Duration) -> None:
    latest = calendar.latest_satisfying(limit, delay)
    assert calendar.add(latest, delay) <= limit
    assert limit < calendar.add(latest + ONE_DAY, delay)


@given(day=days, earlier=st.integers(0, 800), duration=durations())
def test_a_later_start_never_ends_earlier(day: date, earlier: int, duration: Duration) -> None:
    before = day - timedelta(days=earlier)
    assert calendar.add(before, duration) <= calendar.add(day, duration)


@given(day=days, duration=durations())
@example(date(2025, 5, 31), Duration(3, 0))
def test_counting_back_then_forward_never_goes_beyond_the_start(
    day: date, duration: Duration
) -> None:
    assert calendar.add(calendar.subtract(day, duration), duration) <= day


@given(day=days, months=st.integers(-600, 600))
def test_the_quantieme_is_kept_or_cut_to_the_end_of_the_month(day: date, months: int) -> None:
    moved = calendar.add_months(day, months)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day == day.day or (moved.day < day.day and (moved + ONE_DAY).day == 1)


@given(
    anchor=st.one_of(
        days, st.integers(1904, 2096).filter(lambda y: y % 4 == 0).map(lambda y: date(y, 2, 29))
    ),
    first=durations(),
    renewal=durations(),
    base=st.integers(1, 5),
)
@example(date(2024, 2, 29), Duration(12, 0), Duration(12, 0), 1)
@example(date(2025, 1, 31), Duration(1, 0), Duration(1, 0), 1)
def test_terms_tile_the_calendar_from_their_anchor(
    anchor: date, first: Duration, renewal: Duration, base: int
) -> None:
    expected_first_day: date | None = anchor
    for number in range(base, base + 12):
        term = calendar.term(anchor, first, renewal, number, base)
        assert term.number == number
        assert term.first_day == expected_first_day
        assert term.last_day is not None
        assert term.first_day <= term.last_day
        expected_first_day = term.next_first_day
        assert expected_first_day == term.last_day + ONE_DAY


@given(anchor=days, number=st.integers(2, 60))
def test_yearly_terms_start_on_the_anniversary_of_the_anchor(anchor: date, number: int) -> None:
    year = Duration(12, 0)
    first_day = calendar.term(anchor, year, year, number).first_day
    assert first_day.year == anchor.year + number - 1
    is_leap = first_day.year % 4 == 0 and (first_day.year % 100 != 0 or first_day.year % 400 == 0)
    anniversary = (2, 28) if (anchor.month, anchor.day) == (2, 29) and not is_leap else None
    assert (first_day.month, first_day.day) == (anniversary or (anchor.month, anchor.day))


@given(start=days, delay=durations())
def test_what_follows_a_delay_starts_the_day_after_its_end(start: date, delay: Duration) -> None:
    assert calendar.first_day_after(start, delay) - calendar.end_of_delay(start, delay) == ONE_DAY


@given(duration=durations(most_months=5000, most_days=5000))
def test_a_duration_written_then_read_is_the_same(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration


@given(
    text=st.one_of(
        st.text(alphabet="PYMWDT0123456789-+,. ", max_size=6),
        st.from_regex(r"P([0-9]{1,2}Y)?([0-9]{1,2}M)?([0-9]{1,2}D)?", fullmatch=True),
    )
)
def test_a_text_is_a_duration_or_a_clear_error(text: str) -> None:
    refusal = refusal_of(lambda: Duration.parse(text))
    if refusal is not None:
        assert f"« {text} »" in refusal
        assert "Attendu" in refusal
    else:
        assert text.startswith("P")
        assert "T" not in text
        assert calendar.add(date(2024, 2, 29), Duration.parse(text)) > date(2024, 2, 29)


@given(day=st.dates(date(1990, 1, 1), date(2190, 12, 31)), place=st.sampled_from(HolidayCalendar))
def test_working_days_stand_on_their_side_of_the_day(day: date, place: HolidayCalendar) -> None:
    last, following = calendar.last_working_day(day, place), calendar.next_working_day(day, place)
    assert last <= day < following
    assert calendar.is_working_day(last, place)
    assert calendar.is_working_day(following, place)
    between = last + ONE_DAY
    while between < following:
        assert not calendar.is_working_day(between, place)
        between += ONE_DAY


@given(
    day=st.one_of(
        st.dates(max_value=date(12, 12, 31)),
        st.dates(min_value=date(9988, 1, 1)),
    ),
    duration=durations(most_months=400, most_days=5000),
)
@example(date.max, Duration(0, 1))
@example(date.max, Duration(3, 0))
@example(date.min, Duration(0, 1))
def test_the_ends_of_the_calendar_give_a_date_or_a_clear_error(
    day: date, duration: Duration
) -> None:
    for count in (
        calendar.add,
        calendar.subtract,
        calendar.latest_satisfying,
        calendar.notice_limits,
        calendar.first_day_after,
        lambda day, duration: calendar.term(day, duration, duration, 7),
    ):
        refusal = refusal_of(partial(count, day, duration))
        assert refusal is None or "hors du calendrier" in refusal


@given(last_day=days, months=st.integers(0, 14), more_days=st.integers(0, 120))
def test_limits_agree_with_the_naive_calendar(last_day: date, months: int, more_days: int) -> None:
    if months or more_days:
        real = calendar.notice_limits(last_day, Duration(months, more_days))
        assert tuple(real) == naive.notice_limits(last_day, months, more_days)


@given(day=days, months=st.integers(0, 60), more_days=st.integers(0, 120))
def test_delays_agree_with_the_naive_calendar(day: date, months: int, more_days: int) -> None:
    if months or more_days:
        length = Duration(months, more_days)
        assert calendar.add(day, length) == naive.after(day, months, more_days)
        assert calendar.subtract(day, length) == naive.before(day, months, more_days)
