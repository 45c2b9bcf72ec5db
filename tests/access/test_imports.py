"""A former register taken over: the same lives as if they had been lived here."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import pytest

from access.imports.running import carry_out, counts
from access.imports.source import SourceRow
from access.models import ImportRun
from contracts.models import Caisse, Convention, PublishedRulebook, User
from workflows import clock

ROW = {
    "number": "A-1",
    "partner_name": "Commune d’Essai",
    "partner_kind": "Commune",
    "siren": "214202798",
    "partner_signed_on": "10/01/2019",
    "caisse_signed_on": "14/01/2019",
    "cnil_basis": "Déclaration transmise",
    "cnil_on": "2019-01-12",
}


def rows(sheet: str, *every: Mapping[str, str]) -> list[SourceRow]:
    return [SourceRow(line, sheet, one) for line, one in enumerate(every, start=2)]


@pytest.fixture
def run(caisse: Caisse, agent: User) -> Callable[..., ImportRun]:
    def begin(*given: SourceRow, dry: bool = False, **more: Any) -> ImportRun:
        one = ImportRun.objects.create(
            identifier=uuid4(),
            caisse=caisse,
            file_name="portefeuille.csv",
            file_sha256="0" * 64,
            is_dry_run=dry,
            author=agent,
            asked_at=clock.now(),
        )
        return carry_out(one, given, **more)

    return begin


@pytest.mark.django_db
def test_first(
    run: Callable[..., ImportRun], yearly: PublishedRulebook, today: Callable[[str], None]
) -> None:
    today("2026-11-22")
    user = {"number": "A-1", "last_name": "Modèle", "granted_on": "15/01/2019"}
    done = run(*rows("conventions", ROW | {"rulebook": yearly.code}), *rows("users", user))
    for row in done.rows.all():
        print(row.outcome, row.problems)
    print(counts(done))
    one = Convention.objects.get()
    print(one.state, one.term_number, one.next_change_on)
