"""When a convention gives access: what the dates say, and what was given as things were known."""

from datetime import date, datetime

from tests.workflows.lives import CALAIS, PICARDIE, breach, life, making, notice
from workflows.access import AccessInterval, access_at, legal_days
from workflows.clock import PARIS


def paris(text: str) -> datetime:
    """An instant written in Paris time."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def test_access_ends_at_midnight_after_the_last_day() -> None:
    timeline = life(PICARDIE, [*making("2024-08-12"), breach("2025-02-28")], "2025-04-02")

    # The last day is that of the change to summer time, one hour shorter.
    assert timeline.last_day_in_force == date(2025, 3, 30)
    assert access_at(timeline, paris("2025-03-30T23:59:59")) is not None
    assert access_at(timeline, paris("2025-03-31T00:00:00")) is None


def test_there_is_no_access_before_the_effect() -> None:
    timeline = life(PICARDIE, making("2025-01-20", cnil="2025-02-03"), "2025-03-01")

    assert access_at(timeline, paris("2025-02-02T12:00:00")) is None
    assert access_at(timeline, paris("2025-02-03T12:00:00")) is not None


def test_an_end_learnt_late_closes_access_when_it_is_recorded() -> None:
    late = breach("2025-04-10", recorded_at="2025-05-15T10:30:00+02:00")

    timeline = life(PICARDIE, [*making("2024-09-22"), late], "2025-05-16")

    assert timeline.last_day_in_force == date(2025, 5, 10)
    assert timeline.access_intervals[-1].closes_at == paris("2025-05-15T10:30:00")
    (anomaly,) = timeline.anomalies
    assert (anomaly.first_day, anomaly.last_day) == (date(2025, 5, 11), date(2025, 5, 15))


def test_a_suspension_closes_access_and_its_lifting_gives_it_back() -> None:
    facts = [
        *making("2025-01-15"),
        {"kind": "suspension", "on": "2025-03-03"},
        {"kind": "suspension_lifted", "on": "2025-03-20"},
    ]

    timeline = life(PICARDIE, facts, "2025-06-01")

    assert [(days.since, days.until) for days in legal_days(timeline)] == [
        (date(2025, 1, 15), date(2025, 3, 3)),
        (date(2025, 3, 20), None),
    ]
    assert timeline.current_term is not None
    assert timeline.current_term.last_day == date(2026, 1, 14)


def test_a_suspension_runs_into_the_end_of_the_convention() -> None:
    facts = [
        *making("2024-09-22"),
        breach("2025-04-10"),
        {"kind": "suspension", "on": "2025-04-20"},
    ]

    timeline = life(PICARDIE, facts, "2025-06-01")

    assert [(days.since, days.until) for days in legal_days(timeline)] == [
        (date(2024, 9, 22), date(2025, 4, 20))
    ]


def test_the_return_of_the_signed_convention_opens_accounts_when_it_comes_after_its_date() -> None:
    facts = [
        {"kind": "document_date", "on": "2024-04-19"},
        {"kind": "signature", "party": "partner", "on": "2024-04-29"},
    ]

    timeline = life(CALAIS, facts, "2024-06-01")

    assert timeline.effect_on == date(2024, 4, 19)
    assert legal_days(timeline)[0].since == date(2024, 4, 29)
    assert [warning.code for warning in timeline.warnings] == ["countersignature_missing"]


def test_a_projected_end_shows_when_access_will_close() -> None:
    timeline = life(PICARDIE, [*making("2025-01-15"), notice("2025-09-01")], "2025-09-02")

    assert timeline.access_intervals[-1] == AccessInterval(
        paris("2025-01-15T12:00:00"), paris("2026-01-15T00:00:00"), provisional=False
    )


def test_without_signature_there_is_no_access_at_all() -> None:
    timeline = life(PICARDIE, making("2025-01-15")[:1], "2025-06-01")

    assert timeline.access_intervals == ()
    assert legal_days(timeline) == ()
