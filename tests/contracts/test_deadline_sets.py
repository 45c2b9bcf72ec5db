"""The dates to watch, kept beside each convention: they are always those that its life gives."""

from collections.abc import Callable
from datetime import date

import pytest

from contracts.models import Convention, DeadlineSet
from contracts.services.deadline_sets import stored_planned
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.portfolio import record
from workflows.cache import rebuild, verify
from workflows.sweep import sweep

Open = Callable[..., Convention]
Move = Callable[[str], None]

WITH_DISPUTES = "qf-msa-ardeche-drome-loire"
"""Sixty days to settle a dispute amicably."""

pytestmark = pytest.mark.django_db


def dates(convention: Convention) -> list[tuple[str, str, str]]:
    """Kind, limit and last working day of what is kept of a convention."""
    convention.refresh_from_db()
    return [
        (one.kind, one.due_on.isoformat(), one.last_working_day.isoformat())
        for one in stored_planned(convention.deadline_set_id)
    ]


def sign(convention: Convention, day: str) -> None:
    record(convention, "cnil", day, basis="transmission", reference="T")
    for party in ("partner", "caisse"):
        record(convention, "signature", day, party=party)


def test_a_draft_has_no_date_to_watch(draft: Open) -> None:
    assert draft().deadline_set is None


def test_the_limits_of_the_terms_to_come_are_kept_with_their_last_working_day(
    convention: Convention,
) -> None:
    # Yearly since 15 January 2024; 14 January 2029 is beyond two years after the next change.
    assert dates(convention) == [
        ("notice_limit", "2024-10-14", "2024-10-14"),
        ("term_end", "2025-01-14", "2025-01-14"),
        ("notice_limit", "2025-10-14", "2025-10-14"),
        ("term_end", "2026-01-14", "2026-01-14"),
        ("notice_limit", "2026-10-14", "2026-10-14"),
        ("term_end", "2027-01-14", "2027-01-14"),
        ("notice_limit", "2027-10-14", "2027-10-14"),
        ("term_end", "2028-01-14", "2028-01-14"),
    ]
    kept = stored_planned(convention.deadline_set_id)
    assert [one.renewals for one in kept] == [0, 0, 1, 1, 2, 2, 3, 3]


def test_two_conventions_whose_dates_fall_alike_share_them(draft: Open, today: Move) -> None:
    today("2024-02-01")
    one, other, apart = draft(), draft(), draft()
    for convention in (one, other):
        sign(convention, "2024-02-01")
    sign(apart, "2024-01-31")
    names = [Convention.objects.get(pk=c.pk).deadline_set_id for c in (one, other, apart)]
    assert names[0] == names[1] != names[2]
    assert DeadlineSet.objects.count() == 2


def test_an_act_that_ends_a_convention_moves_its_dates(convention: Convention, today: Move) -> None:
    today("2024-09-02")
    common = {"letter": "1", "by": "partner", "form": "registered_letter"}
    record(convention, "notice", "2024-09-02", **common)
    record(convention, "letter_posted", "2024-09-02", letter="1")
    kinds = {(kind, due_on) for kind, due_on, _ in dates(convention)}
    assert ("term_end", "2025-01-14") in kinds
    assert not {kind for kind, _ in kinds} & {"notice_limit", "notice_prudent"}
    assert all(due_on <= "2025-01-14" for kind, due_on in kinds if kind == "term_end")


def test_the_sweep_keeps_the_dates_that_a_replay_gives(
    convention: Convention, draft: Open, today: Move
) -> None:
    publish(rulebook(WITH_DISPUTES))
    today("2024-02-01")
    disputed = draft(rulebook_code=WITH_DISPUTES)
    sign(disputed, "2024-02-01")
    today("2026-01-20")
    sweep(date(2026, 1, 20))
    record(disputed, "dispute", "2026-01-20")
    today("2026-02-02")
    sweep(date(2026, 2, 2))
    assert ("notice_limit", "2026-10-14", "2026-10-14") in dates(convention)
    # A dispute notified on 20 January, and the sixty days in which it is settled amicably.
    assert ("court_possible", "2026-03-22", "2026-03-20") in dates(disputed)
    assert ("notice_limit", "2026-10-31", "2026-10-30") in dates(disputed)
    assert list(verify()) == []


def test_a_date_on_a_day_off_is_kept_with_the_working_day_before_it(
    draft: Open, today: Move
) -> None:
    today("2024-02-01")
    convention = draft()
    # Effect on 2 February 2024: three months before 1 February 2026 is Saturday 1 November 2025.
    today("2024-02-02")
    sign(convention, "2024-02-02")
    assert ("notice_limit", "2025-11-01", "2025-10-31") in dates(convention)


@pytest.mark.parametrize("forgotten", [True, False])
def test_dates_that_are_not_those_of_the_life_are_found_and_rebuilt(
    convention: Convention, draft: Open, today: Move, forgotten: bool
) -> None:
    other = draft()
    sign(other, "2024-01-31")
    right = dates(convention)
    wrong = None if forgotten else Convention.objects.get(pk=other.pk).deadline_set_id
    Convention.objects.filter(pk=convention.pk).update(deadline_set=wrong)
    (found,) = verify()
    assert found.pk == convention.pk
    assert any("Échéances" in difference for difference in found.differences)
    assert len(list(rebuild())) == 1
    assert dates(convention) == right
    assert list(verify()) == []
