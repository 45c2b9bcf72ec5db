"""Acts recorded before they were chained receive their digests, and are guarded again."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from access.models import Habilitation, HabilitationAct
from contracts.models import Convention, ConventionAct, User
from contracts.services.evidence import store_evidence
from tests.forms_annexes.files import a_pdf
from tests.portfolio import an_act
from workflows import clock, subjects
from workflows.chains import broken_links

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = {"contracts": "0006_sweep", "access": "0003_sweep"}


def migrate(**targets: str) -> None:
    for application, target in targets.items():
        call_command("migrate", application, target, verbosity=0)


@pytest.fixture
def chained_again() -> Iterator[None]:
    """Whatever happens, the tables are those of today when the test is over."""
    yield
    call_command("migrate", verbosity=0)


@pytest.mark.usefixtures("chained_again")
def test_acts_recorded_before_are_chained_and_guarded(
    convention: Convention,
    draft: Callable[..., Convention],
    granted: Callable[..., Habilitation],
    agent: User,
) -> None:
    letter = store_evidence(ContentFile(a_pdf()), "courrier.pdf", None)
    subjects.record(convention, an_act("suspension", "2024-02-01"), agent, [letter])
    other = draft()
    subjects.record(other, an_act("signature", "2024-01-20", party="partner"), agent)
    granted()
    recorded = digests()
    assert len(recorded[ConventionAct]) == 5
    assert recorded[HabilitationAct]

    migrate(**BEFORE)
    for table in ("contracts_conventionact", "access_habilitationact"):
        assert not {"digest", "previous_digest"} & columns(table)
        assert_guarded(table)

    call_command("migrate", verbosity=0)
    assert digests() == recorded
    assert list(broken_links()) == []
    for table in ("contracts_conventionact", "access_habilitationact"):
        assert_guarded(table)
    with pytest.raises(IntegrityError):
        convention.acts.create(
            identifier="sans-chaine",
            kind="suspension",
            on=date(2024, 2, 1),
            recorded_at=clock.now(),
            revision=99,
        )


def digests() -> dict[Any, list[tuple[Any, ...]]]:
    return {
        model: list(model.objects.order_by("pk").values_list("pk", "previous_digest", "digest"))
        for model in (ConventionAct, HabilitationAct)
    }


def columns(table: str) -> set[str]:
    with connection.cursor() as cursor:
        return {
            column.name for column in connection.introspection.get_table_description(cursor, table)
        }


def assert_guarded(table: str) -> None:
    for statement in (f'UPDATE "{table}" SET kind = kind', f'DELETE FROM "{table}"'):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
