"""Many rows in one statement: few and many alike, with the constraints that hold for one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from contracts.models import Partner
from workflows import bulk, clock
from workflows.models import Effect

pytestmark = pytest.mark.django_db

FEW_AND_MANY = pytest.mark.parametrize("count", [1, bulk.FEW, bulk.FEW + 1, 2 * bulk.FEW])

COLUMNS = (
    *("handler", "key", "lane", "payload", "state", "attempts", "losses", "fence"),
    *("last_error", "created_at", "next_attempt_at", "lease_until"),
)


def effect(number: int, **payload: Any) -> list[Any]:
    now = clock.now()
    name = f"essai:{number}"
    return ["essai", name, name, payload, "pending", 0, 0, 0, "", now, now, None]


@FEW_AND_MANY
def test_what_is_inserted_is_read_back(count: int) -> None:
    rows = [effect(number, numéro=number, accents="été « \\ \t »") for number in range(count)]
    bulk.insert(Effect, COLUMNS, rows)
    stored = Effect.objects.order_by("pk").values_list(*COLUMNS)
    assert [list(row) for row in stored] == rows


@FEW_AND_MANY
def test_a_known_row_is_passed_over(count: int) -> None:
    bulk.insert(Effect, COLUMNS, [effect(0, first=True)])
    bulk.insert(Effect, COLUMNS, [effect(number) for number in range(count)], known=["key"])
    bulk.insert(Effect, COLUMNS, [effect(number) for number in range(count)], known=["key"])
    assert Effect.objects.count() == count
    assert Effect.objects.get(key="essai:0").payload == {"first": True}


@FEW_AND_MANY
def test_what_is_updated_is_that_and_nothing_else(count: int) -> None:
    partners = Partner.objects.bulk_create(
        Partner(name=f"Structure {number}", kind="association") for number in range(count + 1)
    )
    changes = [(partner.pk, f"Renommée {partner.pk}") for partner in partners[:-1]]
    for _ in range(2):
        bulk.update(Partner, ("id", "name"), changes)
    stored = dict(Partner.objects.values_list("pk", "name"))
    assert stored == dict(changes) | {partners[-1].pk: f"Structure {count}"}


@FEW_AND_MANY
def test_one_row_that_the_database_refuses_undoes_them_all(count: int) -> None:
    rows = [effect(number) for number in range(count)]
    rows[-1][1] = ""
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Effect, COLUMNS, rows)
    assert not Effect.objects.exists()


def test_nothing_is_nothing() -> None:
    bulk.insert(Effect, COLUMNS, [])
    bulk.update(Partner, ("id", "name"), [])
    assert not Effect.objects.exists()
