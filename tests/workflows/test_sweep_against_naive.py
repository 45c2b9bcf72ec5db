"""The sweep by chunks writes what the plain one writes, row by row and digest by digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from access.models import Account, Habilitation, HabilitationJournalEntry
from contracts.models import Convention, ConventionJournalEntry
from tests.portfolio import noon
from tests.workflows.naive_sweep import naive_sweep
from tests.workflows.twins import at, portfolio
from workflows.cache import verify
from workflows.models import Effect
from workflows.sweep import sweep

pytestmark = pytest.mark.django_db


def rows(*models: Any) -> list[dict[str, Any]]:
    """All that is stored, but for the numbers that the database draws."""
    return [
        {name: value for name, value in row.items() if name != "id"}
        for model in models
        for row in model.objects.order_by("pk").values()
    ]


def stored() -> dict[str, Any]:
    return {
        "subjects": rows(Convention, Habilitation, Account),
        "journals": sorted(
            rows(ConventionJournalEntry, HabilitationJournalEntry),
            key=lambda row: (row["on"], row["digest"]),
        ),
        "effects": sorted(
            Effect.objects.filter(handler="access.account").values_list("key", "lane")
        ),
    }


def without_renewals(effects: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What is left once the revisions that only opened another term ask nothing of a directory."""
    entries = ConventionJournalEntry.objects.values_list("subject_id", "revision", "name")
    renewed = {(pk, revision) for pk, revision, name in entries if name == "renew"}

    def only_renews(key: str) -> bool:
        subject, pk, revision, *_ = key.split(":")
        return subject == "convention" and (int(pk), int(revision)) in renewed

    return [(key, lane) for key, lane in effects if not only_renews(key)]


@pytest.mark.parametrize("back_on", ["2026-01-15", "2029-01-15"])
@pytest.mark.parametrize("chunk", [2, 1000])
@pytest.mark.parametrize(
    "forget",
    [lambda: None, lambda: Convention.objects.update(snapshot="")],
    ids=["from snapshots", "from the acts"],
)
def test_it_writes_what_the_plain_one_writes(
    back_on: str, chunk: int, forget: Callable[[], object]
) -> None:
    day = date.fromisoformat(back_on)
    portfolio()
    forget()
    with at(noon(back_on)):
        with transaction.atomic():
            settled = naive_sweep(day)
            expected = stored()
            expected["effects"] = without_renewals(expected["effects"])
            transaction.set_rollback(True)
        result = sweep(day, chunk=chunk)
        found = stored()
        found["effects"] = without_renewals(found["effects"])
        assert found == expected
        assert not result.set_aside
        assert result.steps <= settled
        assert list(verify()) == []
