"""A corrected engine moves no date before somebody has seen which ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from contracts.models import Convention, ConventionJournalEntry
from tests.portfolio import life, record
from workflows.cache import rebuild, verify
from workflows.sweep import Swept, sweep

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(
    draft: Callable[..., Convention], today: Callable[[str], None]
) -> Callable[[], Convention]:
    def sign() -> Convention:
        today("2024-01-15")
        opened = draft()
        record(opened, "cnil", "2024-01-15", basis="transmission", reference="T-1")
        record(opened, "signature", "2024-01-15", party="partner")
        record(opened, "signature", "2024-01-15", party="caisse")
        return opened

    return sign


def as_an_older_engine_left(convention: Convention, **columns: Any) -> None:
    Convention.objects.filter(pk=convention.pk).update(engine_version="0", snapshot="", **columns)


def a_day_short(convention: Convention) -> None:
    """What an engine would have stored that took the first day out of the term."""
    as_an_older_engine_left(
        convention, next_change_on=date(2025, 1, 14), term_last_day=date(2025, 1, 13)
    )


def everything() -> tuple[Any, ...]:
    return (
        list(Convention.objects.order_by("pk").values()),
        list(ConventionJournalEntry.objects.order_by("pk").values()),
    )


def test_the_dates_that_would_move_are_listed_and_nothing_is_written(
    signed: Callable[[], Convention],
) -> None:
    signed()
    moved = signed()
    a_day_short(moved)
    before = everything()
    [found] = verify()
    assert (found.pk, found.computed) == (moved.pk, True)
    told = " ".join(found.differences)
    assert "2025-01-14" in told
    assert "2025-01-15" in told
    with pytest.raises(CommandError, match="1\N{NO-BREAK SPACE}dossier"):
        call_command("cache", "verify", stdout=StringIO(), stderr=StringIO())
    assert everything() == before


def test_the_sweep_does_not_apply_them_and_goes_on(
    signed: Callable[[], Convention], today: Callable[[str], None]
) -> None:
    moved = signed()
    a_day_short(moved)
    other = signed()
    today("2025-01-16")
    told: list[Swept] = []
    result = sweep(date(2025, 1, 16), tell=told.append)
    assert [one.pk for one in told] == [other.pk]
    [aside] = result.set_aside
    assert aside.pk == moved.pk
    assert "cache verify" in aside.error
    moved.refresh_from_db()
    assert (moved.engine_version, moved.term_number) == ("0", 1)
    assert moved.sweep_error == aside.error
    assert ("renew", "2025-01-14") not in life(moved)


def test_once_somebody_applied_them_the_sweep_goes_on_by_the_new_ones(
    signed: Callable[[], Convention], today: Callable[[str], None]
) -> None:
    moved = signed()
    a_day_short(moved)
    assert [found.pk for found in rebuild()] == [moved.pk]
    today("2025-01-15")
    assert sweep(date(2025, 1, 14)).swept == 0
    assert sweep(date(2025, 1, 15)).swept == 1
    assert life(moved)[-1] == ("renew", "2025-01-15")


def test_an_engine_that_gives_the_same_dates_needs_nobody(
    signed: Callable[[], Convention], today: Callable[[str], None]
) -> None:
    same = signed()
    as_an_older_engine_left(same)
    assert list(verify()) == []
    today("2025-01-15")
    assert sweep(date(2025, 1, 15)).set_aside == []
    same.refresh_from_db()
    assert same.engine_version == "1"
    assert life(same)[-1] == ("renew", "2025-01-15")
