"""The calendar facts the law and the court cases give, typed in by hand."""

from __future__ import annotations

import doctest
from datetime import date
from pathlib import Path

import pytest

from workflows import calendar
from workflows.calendar import Duration, Term

ONE_YEAR = Duration(12, 0)
THREE_MONTHS = Duration(3, 0)
THIRTY_DAYS = Duration(0, 30)
PAGE = Path(__file__).parents[2] / "docs" / "calendar.md"


def day(text: str) -> date:
    return date.fromisoformat(text)


class TestMonths:
    @pytest.mark.parametrize(
        ("start", "months", "end"),
        [
            ("2025-08-31", -3, "2025-05-31"),
            ("2025-11-30", -3, "2025-08-30"),
            ("2026-05-31", -3, "2026-02-28"),
            ("2028-05-31", -3, "2028-02-29"),
            ("2025-08-30", 6, "2026-02-28"),
            ("2025-08-31", 6, "2026-02-28"),
            ("2024-02-29", 12, "2025-02-28"),
            ("2024-02-29", 48, "2028-02-29"),
            ("2024-02-29", 60, "2029-02-28"),
            ("2025-08-31", 0, "2025-08-31"),
            ("2025-12-31", 1, "2026-01-31"),
            ("2026-01-31", -1, "2025-12-31"),
            ("1999-08-31", 6, "2000-02-29"),
            ("2099-08-31", 6, "2100-02-28"),
        ],
    )
    def test_a_month_ends_on_the_same_quantieme_or_on_its_last_day(
        self, start: str, months: int, end: str
    ) -> None:
        assert calendar.add_months(day(start), months) == day(end)

    def test_months_are_counted_before_days(self) -> None:
        assert calendar.add(day("2025-01-31"), Duration(1, 1)) == day("2025-03-01")
        assert calendar.add(day("2025-01-16"), Duration(1, 15)) == day("2025-03-03")

    def test_counting_backward_is_not_the_inverse_of_counting_forward(self) -> None:
        three_months_before = calendar.subtract(day("2026-05-31"), THREE_MONTHS)
        assert three_months_before == day("2026-02-28")
        assert calendar.add(three_months_before, THREE_MONTHS) == day("2026-05-28")

    def test_counting_backward_takes_the_days_first_so_that_the_delay_still_fits(self) -> None:
        start = calendar.subtract(day("2025-03-15"), Duration(1, 20))
        assert start == day("2025-01-23")
        assert calendar.add(start, Duration(1, 20)) == day("2025-03-15")


class TestTerms:
    @pytest.mark.parametrize(
        ("anchor", "number", "first_day", "last_day", "next_first_day"),
        [
            ("2025-01-15", 1, "2025-01-15", "2026-01-14", "2026-01-15"),
            ("2025-02-03", 1, "2025-02-03", "2026-02-02", "2026-02-03"),
            ("2024-04-19", 1, "2024-04-19", "2025-04-18", "2025-04-19"),
            ("2024-09-01", 1, "2024-09-01", "2025-08-31", "2025-09-01"),
            ("2024-12-01", 1, "2024-12-01", "2025-11-30", "2025-12-01"),
            ("2024-02-29", 1, "2024-02-29", "2025-02-27", "2025-02-28"),
            ("2024-02-29", 2, "2025-02-28", "2026-02-27", "2026-02-28"),
            ("2024-02-29", 4, "2027-02-28", "2028-02-28", "2028-02-29"),
            ("2024-02-29", 5, "2028-02-29", "2029-02-27", "2029-02-28"),
            ("2023-03-01", 1, "2023-03-01", "2024-02-29", "2024-03-01"),
        ],
    )
    def test_a_yearly_term_ends_on_the_eve_of_its_anniversary(
        self, anchor: str, number: int, first_day: str, last_day: str, next_first_day: str
    ) -> None:
        term = calendar.term(day(anchor), ONE_YEAR, ONE_YEAR, number)
        assert term == Term(number, day(first_day), day(last_day))
        assert term.next_first_day == day(next_first_day)

    def test_an_avenant_to_thirty_six_months_makes_one_term_from_the_anchor(self) -> None:
        term = calendar.term(day("2024-01-10"), Duration(36, 0), ONE_YEAR, 1)
        assert term.last_day == day("2027-01-09")

    def test_terms_may_be_numbered_from_a_later_one(self) -> None:
        third = calendar.term(day("2027-01-10"), Duration(36, 0), ONE_YEAR, 3, base_number=3)
        fourth = calendar.term(day("2027-01-10"), Duration(36, 0), ONE_YEAR, 4, base_number=3)
        assert third == Term(3, day("2027-01-10"), day("2030-01-09"))
        assert fourth == Term(4, day("2030-01-10"), day("2031-01-09"))

    def test_terms_of_days_are_counted_in_days(self) -> None:
        second = calendar.term(day("2024-12-01"), Duration(0, 90), THIRTY_DAYS, 2)
        assert second == Term(2, day("2025-03-01"), day("2025-03-30"))

    def test_a_term_of_months_and_days_takes_the_months_first(self) -> None:
        lengths = Duration(1, 1), Duration(1, 1)
        assert calendar.term(day("2025-01-30"), *lengths, 1).last_day == day("2025-02-28")
        # Two months then two days from the anchor, not one month and one day twice.
        assert calendar.term(day("2025-01-30"), *lengths, 2).last_day == day("2025-03-31")

    def test_there_is_no_term_before_the_first(self) -> None:
        with pytest.raises(ValueError, match=r"Période n° 2 inexistante.*la n° 3"):
            calendar.term(day("2027-01-10"), ONE_YEAR, ONE_YEAR, 2, base_number=3)

    def test_a_convention_without_end_has_one_term_that_nothing_follows(self) -> None:
        assert Term(1, day("2025-01-15"), None).next_first_day is None


class TestNotice:
    @pytest.mark.parametrize(
        ("last_day", "prudent", "whole_months", "upper"),
        [
            ("2026-01-14", "2025-10-14", "2025-10-14", "2025-10-15"),
            ("2026-03-19", "2025-12-19", "2025-12-19", "2025-12-20"),
            ("2026-02-02", "2025-11-02", "2025-11-02", "2025-11-03"),
            ("2026-06-29", "2026-03-29", "2026-03-29", "2026-03-31"),
            ("2025-04-18", "2025-01-18", "2025-01-18", "2025-01-19"),
            ("2025-02-27", "2024-11-27", "2024-11-27", "2024-11-30"),
            ("2028-02-28", "2027-11-28", "2027-11-28", "2027-11-30"),
            ("2025-08-31", "2025-05-31", "2025-05-31", "2025-06-01"),
            ("2025-11-30", "2025-08-30", "2025-08-31", "2025-09-01"),
            ("2025-12-31", "2025-09-30", "2025-09-30", "2025-10-01"),
            ("2026-10-14", "2026-07-14", "2026-07-14", "2026-07-15"),
            ("2025-09-15", "2025-06-15", "2025-06-15", "2025-06-16"),
            ("2027-01-09", "2026-10-09", "2026-10-09", "2026-10-10"),
        ],
    )
    def test_three_months_of_notice_have_three_limits(
        self, last_day: str, prudent: str, whole_months: str, upper: str
    ) -> None:
        limits = calendar.notice_limits(day(last_day), THREE_MONTHS)
        assert limits == (day(prudent), day(whole_months), day(upper))

    @pytest.mark.parametrize(
        ("given", "months", "last_day"),
        [
            ("1996-12-30", 6, "1997-06-30"),  # Cass. 3e civ. 13 January 2004, n° 02-18.337
            ("2005-12-31", 6, "2006-06-30"),  # Cass. 3e civ. 31 October 2006
            ("2005-08-31", 6, "2006-02-28"),  # Cass. 3e civ. 1 June 2010, n° 08-16.320
        ],
    )
    def test_the_notices_the_cour_de_cassation_held_in_time_are_in_time(
        self, given: str, months: int, last_day: str
    ) -> None:
        limits = calendar.notice_limits(day(last_day), Duration(months, 0))
        assert day(given) <= limits.whole_months

    def test_a_notice_in_days_has_the_same_prudent_and_legal_limit(self) -> None:
        limits = calendar.notice_limits(day("2026-03-31"), THIRTY_DAYS)
        assert limits == (day("2026-03-01"), day("2026-03-01"), day("2026-03-02"))

    def test_a_notice_in_months_and_days_takes_the_days_off_first(self) -> None:
        limits = calendar.notice_limits(day("2026-03-15"), Duration(1, 15))
        assert limits == (day("2026-01-28"), day("2026-01-31"), day("2026-02-01"))

    def test_a_limit_on_a_sunday_stays_and_only_the_alert_moves(self) -> None:
        limit = calendar.notice_limits(day("2025-09-15"), THREE_MONTHS).prudent
        assert limit == day("2025-06-15")
        assert limit.isoweekday() == 7
        assert calendar.last_working_day(limit) == day("2025-06-13")

    def test_the_alert_on_the_retroactive_reading_comes_earlier(self) -> None:
        term = calendar.term(day("2025-01-20"), ONE_YEAR, ONE_YEAR, 1)
        assert term.last_day is not None
        assert calendar.notice_limits(term.last_day, THREE_MONTHS).prudent == day("2025-10-19")


class TestDelays:
    @pytest.mark.parametrize(
        ("received", "last_day"),
        [
            ("2025-03-01", "2025-03-31"),
            ("2025-02-28", "2025-03-30"),  # across the change to summer time
            ("2025-10-12", "2025-11-11"),  # ends on a public holiday, and stays there
            ("2028-01-30", "2028-02-29"),
            ("2025-04-01", "2025-05-01"),
            ("2025-06-02", "2025-07-02"),
            ("2025-09-10", "2025-10-10"),
            ("2025-05-05", "2025-06-04"),
            ("2025-12-01", "2025-12-31"),
        ],
    )
    def test_thirty_days_after_reception_do_not_count_its_day(
        self, received: str, last_day: str
    ) -> None:
        assert calendar.end_of_delay(day(received), THIRTY_DAYS) == day(last_day)

    @pytest.mark.parametrize(
        ("start", "delay", "first_day"),
        [
            ("2025-01-10", "P9M", "2025-10-11"),  # nine months « révolus » without a login
            ("2025-07-01", "P30D", "2025-08-01"),  # force majeure beyond thirty days
            ("2025-11-03", "P60D", "2026-01-03"),  # dispute beyond sixty days
        ],
    )
    def test_what_waits_for_a_delay_to_be_over_starts_the_day_after(
        self, start: str, delay: str, first_day: str
    ) -> None:
        assert calendar.first_day_after(day(start), Duration.parse(delay)) == day(first_day)

    def test_five_years_of_confidentiality_from_29_february_end_on_28(self) -> None:
        assert calendar.end_of_delay(day("2024-02-29"), Duration.parse("P5Y")) == day("2029-02-28")

    def test_an_electronic_registered_letter_leaves_fifteen_days_from_the_next(self) -> None:
        assert calendar.acceptance_window(day("2025-03-14")) == (
            day("2025-03-15"),
            day("2025-03-29"),
            day("2025-03-30"),
        )


class TestFaultsOthersHad:
    def test_glpi_23084_notice_counts_from_the_renewed_term_not_the_initial_one(self) -> None:
        renewed = calendar.term(day("2024-08-29"), ONE_YEAR, ONE_YEAR, 2)
        assert renewed.last_day == day("2026-08-28")
        limits = calendar.notice_limits(day("2026-08-28"), Duration(2, 0))
        assert limits.prudent == day("2026-06-28")

    def test_glpi_6004_15893_the_initial_term_is_not_as_long_as_the_renewals(self) -> None:
        lengths = Duration(36, 0), Duration(12, 0)
        first = calendar.term(day("2020-08-01"), *lengths, 1)
        second = calendar.term(day("2020-08-01"), *lengths, 2)
        assert first == Term(1, day("2020-08-01"), day("2023-07-31"))
        assert second == Term(2, day("2023-08-01"), day("2024-07-31"))
        assert calendar.notice_limits(day("2023-07-31"), THREE_MONTHS).prudent == day("2023-04-30")

    def test_bcapps_10353_a_notice_in_days_is_not_rounded_to_a_month_end(self) -> None:
        limits = calendar.notice_limits(day("2026-12-31"), Duration(0, 60))
        assert limits.prudent == limits.whole_months == day("2026-11-01")

    def test_clamped_dates_are_never_chained(self) -> None:
        month = Duration(1, 0)
        starts = [calendar.term(day("2025-01-31"), month, month, n).first_day for n in (1, 2, 3, 4)]
        assert starts == [
            day("2025-01-31"),
            day("2025-02-28"),
            day("2025-03-31"),
            day("2025-04-30"),
        ]

    def test_a_term_from_29_february_does_not_lose_its_day_for_ever(self) -> None:
        starts = [
            calendar.term(day("2024-02-29"), ONE_YEAR, ONE_YEAR, number).first_day
            for number in range(1, 10)
        ]
        on_the_29th = [start for start in starts if start.day == 29]
        assert on_the_29th == [day("2024-02-29"), day("2028-02-29"), day("2032-02-29")]


class TestTheEndsOfTheCalendar:
    def test_a_date_after_9999_is_refused_with_its_arithmetic(self) -> None:
        with pytest.raises(calendar.OutsideCalendar) as refusal:
            calendar.add(date.max, THREE_MONTHS)
        assert str(refusal.value) == (
            "Date hors du calendrier\u00a0: 31\u00a0décembre 9999 plus 3\u00a0mois. "
            "Le calendrier va du 1er janvier de l’an 1 au 31 décembre 9999."
        )

    def test_a_date_before_the_year_1_is_refused_with_its_arithmetic(self) -> None:
        with pytest.raises(calendar.OutsideCalendar, match="1er\u00a0janvier 1 moins 1\u00a0jour"):
            calendar.subtract(date.min, Duration(0, 1))

    def test_a_length_beyond_every_calendar_is_refused_too(self) -> None:
        with pytest.raises(calendar.OutsideCalendar):
            calendar.add(day("2025-01-15"), Duration.parse("P999999Y"))
        with pytest.raises(calendar.OutsideCalendar):
            calendar.add(day("2025-01-15"), Duration(0, 10**12))


def test_the_examples_of_the_calendar_page_are_true() -> None:
    text = "\n".join(
        "" if line.startswith("```") else line for line in PAGE.read_text("utf-8").splitlines()
    )
    examples = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    assert examples.examples
    report: list[str] = []
    outcome = doctest.DocTestRunner(verbose=False).run(examples, out=report.append)
    assert outcome.failed == 0, "".join(report)
