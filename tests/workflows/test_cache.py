"""The cache is what the acts say, and a command can tell and repair when it is not."""

from collections.abc import Callable
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from contracts.models import Convention, ConventionJournalEntry, PublishedRulebook
from contracts.services.rulebooks import publish
from tests.portfolio import corrupt, life, record
from workflows.cache import verify
from workflows.rulebook import Rulebook
from workflows.sweep import sweep

pytestmark = pytest.mark.django_db


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("cache", "verify", *arguments, stdout=out)
    return out.getvalue()


def test_what_is_stored_is_what_the_acts_say(
    convention: Convention, draft: Callable[..., Convention]
) -> None:
    draft()
    sweep(date(2026, 2, 1))
    assert list(verify()) == []
    assert "ce que donnent les événements" in command()


def test_a_cache_not_yet_swept_is_no_disagreement(
    convention: Convention, today: Callable[[str], None]
) -> None:
    today("2027-03-01")
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("tampered", "told"),
    [
        (
            {"state": "notice_given"},
            "État\N{NO-BREAK SPACE}: enregistré notice_given, calculé active",
        ),
        ({"next_change_on": None}, "enregistré (vide), calculé 2025-01-15"),
        ({"term_last_day": date(2026, 1, 14)}, "enregistré 2026-01-14, calculé 2025-01-14"),
        ({"open_questions": 2}, "enregistré 2, calculé 0"),
    ],
)
def test_a_tampered_cache_is_found_and_rebuilt(
    convention: Convention, tampered: dict[str, Any], told: str
) -> None:
    right = Convention.objects.filter(pk=convention.pk).values(*tampered).get()
    Convention.objects.filter(pk=convention.pk).update(**tampered)
    out = StringIO()
    with pytest.raises(CommandError, match="--rebuild"):
        call_command("cache", "verify", stdout=out)
    assert convention.number in out.getvalue()
    assert told in out.getvalue()
    assert Convention.objects.filter(pk=convention.pk).values(*tampered).get() == tampered
    assert "reconstruit" in command("--rebuild")
    assert Convention.objects.filter(pk=convention.pk).values(*tampered).get() == right
    assert list(verify()) == []


def test_rebuilding_retracts_beliefs_and_rewrites_none(
    convention: Convention, yearly: PublishedRulebook
) -> None:
    sweep(date(2025, 2, 1))
    entries = list(convention.journal.order_by("number").values())
    longer = Rulebook.model_validate(yearly.content | {"version": 2})
    other, _ = publish(longer.amended({"term.length": "P3Y"}))
    Convention.objects.filter(pk=convention.pk).update(pinned=other)
    (found,) = verify()
    assert any("non retrouvée" in difference for difference in found.differences)
    assert list(convention.journal.order_by("number").values()) == entries
    command("--rebuild")
    assert list(convention.journal.order_by("number").values())[: len(entries)] == entries
    assert ("renew", "2025-01-15") not in life(convention)
    assert ConventionJournalEntry.objects.filter(kind="retracted").count() == 1
    assert list(verify()) == []


def test_a_subject_that_cannot_be_replayed_is_told(convention: Convention) -> None:
    corrupt(convention)
    with pytest.raises(CommandError, match="impossible à reconstruire"):
        command("--rebuild")
    (found,) = verify()
    assert not found.computed
    assert "hearsay" in found.differences[0]


def test_recording_goes_on_from_a_journal_carried_further(convention: Convention) -> None:
    sweep(date(2027, 3, 1))
    convention.refresh_from_db()
    record(convention, "suspension", "2024-02-01")
    assert [name for name, _ in life(convention)].count("renew") == 3
    assert list(verify()) == []
