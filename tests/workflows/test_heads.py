"""The daily head over all chains: taken once, and denied by whatever a forger leaves."""

import json
from collections.abc import Callable
from datetime import date
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction

from contracts.models import Convention, ConventionAct, ConventionJournalEntry
from tests.portfolio import record
from tests.workflows.journal_heads import (
    HEADS,
    JOURNAL,
    Move,
    expected_root,
    in_force,
    lift_triggers,
    refused,
    rewrite,
    taken,
    verified,
)
from workflows import clock, heads, scheduler
from workflows.head_checks import broken_heads
from workflows.models import Effect, JournalHead
from workflows.sweep import sweep

REFUSED = ["UPDATE {} SET digest = digest", "DELETE FROM {}"]
if connection.vendor == "postgresql":
    REFUSED.append("TRUNCATE {}")  # SQLite empties a table with DELETE.


@pytest.mark.django_db
class TestTaking:
    def test_it_covers_the_last_row_of_every_chain(
        self, convention: Convention, draft: Callable[..., Convention], today: Move
    ) -> None:
        in_force(draft)
        draft()
        head = taken(today, "2024-02-02")
        assert head.root == expected_root()
        assert (head.number, head.previous_digest) == (1, "")
        assert head.subjects == len({entry.subject_id for entry in every_entry()})
        assert head.entries == len(every_entry()) + ConventionAct.objects.count()
        assert head.taken_at == clock.now()

    def test_an_empty_site_has_a_head_too(self, today: Move) -> None:
        head = taken(today, "2024-02-02")
        assert (head.subjects, head.entries) == (0, 0)
        assert head.root == sha256(b"").hexdigest()

    def test_the_digest_covers_all_that_the_head_says(
        self, convention: Convention, today: Move
    ) -> None:
        head = taken(today, "2024-02-02")
        said = json.dumps(
            {
                "number": 1,
                "day": "2024-02-02",
                "taken_at": "2024-02-02T11:00:00.000000+00:00",
                "subjects": head.subjects,
                "entries": head.entries,
                "last_entries": {
                    "convention": convention.journal.latest("pk").pk,
                    "convention.acts": convention.acts.latest("pk").pk,
                    "habilitation": 0,
                    "habilitation.acts": 0,
                },
                "root": expected_root(),
                "previous_digest": "",
            },
            sort_keys=True,
            ensure_ascii=False,
        )
        assert head.digest == sha256(said.encode()).hexdigest()

    def test_a_second_run_of_the_same_day_writes_nothing(
        self, convention: Convention, draft: Callable[..., Convention], today: Move
    ) -> None:
        first = taken(today, "2024-02-02")
        effects_before = Effect.objects.count()
        in_force(draft)
        assert heads.take(clock.today()) is None
        assert list(JournalHead.objects.all()) == [first]
        assert Effect.objects.exclude(handler="notifications.delivery").count() >= effects_before
        assert Effect.objects.filter(key__startswith="journal_head:").count() == 2

    def test_it_follows_each_days_sweep(self, convention: Convention, today: Move) -> None:
        today("2025-01-15")
        scheduler.run_day(clock.today())
        head = JournalHead.objects.get()
        assert head.day == date(2025, 1, 15)
        assert head.root == expected_root()
        assert convention.journal.order_by("number").last().name == "renew"

    def test_after_days_without_a_run_one_head_covers_them_all(
        self, convention: Convention, today: Move
    ) -> None:
        first = taken(today, "2024-12-31")
        today("2025-02-01")
        scheduler.run_day(clock.today())
        second = JournalHead.objects.get(number=2)
        assert second.day == date(2025, 2, 1)
        assert second.previous_digest == first.digest
        assert second.entries > first.entries
        assert "tels qu’ils ont été écrits" in verified("--all-heads")

    def test_a_head_that_cannot_be_published_is_not_kept(
        self, convention: Convention, today: Move, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        today("2024-02-02")
        monkeypatch.setattr(heads, "_publishers", ["no such name !"])
        with pytest.raises(ValueError, match="Envoi refusé"):
            heads.take(clock.today())
        assert not JournalHead.objects.exists()

    @pytest.mark.parametrize("table", [HEADS, JOURNAL])
    @pytest.mark.parametrize("statement", REFUSED)
    def test_the_database_refuses_to_change_what_was_written(
        self, convention: Convention, today: Move, table: str, statement: str
    ) -> None:
        taken(today, "2024-02-02")
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # A table whose deferred checks are pending cannot be truncated in any case.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                cursor.execute(statement.format(table))
        assert JournalHead.objects.count() == 1
        assert convention.journal.exists()


@pytest.mark.django_db
class TestVerifying:
    def test_heads_still_agree_when_the_journals_have_grown(
        self, convention: Convention, draft: Callable[..., Convention], today: Move
    ) -> None:
        roots = [taken(today, "2024-02-02").root]
        in_force(draft)
        roots.append(taken(today, "2024-02-03").root)
        today("2026-02-01")
        sweep(clock.today())
        roots.append(taken(today, "2026-02-02").root)
        today("2027-02-01")
        sweep(clock.today())
        assert len(set(roots)) == 3
        assert list(broken_heads(every=True)) == []
        assert f"n° 3 du 2 février 2026, {JournalHead.objects.last().digest}" in verified()

    def test_the_last_entries_removed_together_are_missed(
        self, convention: Convention, today: Move
    ) -> None:
        taken(today, "2024-12-31")
        for day in ("2025-02-01", "2026-02-01", "2027-02-01"):
            today(day)
            scheduler.run_day(clock.today())
        lift_triggers(JOURNAL)
        convention.journal.filter(on__gte=date(2026, 1, 1)).delete()
        [head] = broken_heads()
        assert (head.number, head.day) == (3, date(2026, 2, 1))
        assert "1 ligne de moins" in head.problem.replace("\u00a0", " ")
        assert [head.number for head in broken_heads(every=True)] == [3, 4]
        told, failure = refused()
        assert "Empreinte n° 3 du 1er février 2026 : 1 ligne de moins" in told
        assert "1 empreinte démentie" in failure

    def test_a_whole_journal_removed_is_missed(self, convention: Convention, today: Move) -> None:
        taken(today, "2024-02-02")
        lift_triggers(JOURNAL)
        convention.journal.all().delete()
        [head] = broken_heads()
        assert head.number == 1

    def test_a_journal_forged_from_end_to_end_is_found(
        self, convention: Convention, draft: Callable[..., Convention], today: Move
    ) -> None:
        taken(today, "2024-02-02")
        in_force(draft)
        taken(today, "2024-02-03")
        lift_triggers(JOURNAL)
        rewrite(convention, article="ailleurs")
        [head] = broken_heads()
        assert (head.number, head.problem) == (
            1,
            "une ligne au moins n’est plus celle qu’elle couvrait",
        )

    def test_an_entry_slipped_in_for_a_subject_without_any_is_found(
        self, convention: Convention, draft: Callable[..., Convention], today: Move
    ) -> None:
        later = draft()
        head = taken(today, "2024-02-02")
        record(later, "signature", "2024-01-13", party="partner")
        record(later, "cnil", "2024-01-12", basis="transmission", reference="T-2")
        record(later, "signature", "2024-01-15", party="caisse")
        assert list(broken_heads()) == []
        lift_triggers(JOURNAL)
        slipped = later.journal.order_by("number").first()
        later.journal.filter(pk=slipped.pk).update(id=-slipped.pk)
        [found] = broken_heads()
        assert found.number == head.number

    def test_a_head_taken_before_acts_were_chained_still_agrees(
        self, convention: Convention, today: Move
    ) -> None:
        head = taken(today, "2024-02-02")
        lift_triggers(HEADS)
        head.last_entries = {"convention": head.last_entries["convention"], "habilitation": 0}
        head.root, head.entries = expected_root("number"), convention.journal.count()
        head.digest = head.computed_digest()
        JournalHead.objects.filter(pk=head.pk).update(
            last_entries=head.last_entries, root=head.root, entries=head.entries, digest=head.digest
        )
        taken(today, "2024-02-03")
        assert list(broken_heads(every=True)) == []

    def test_a_head_changed_or_removed_is_named(self, convention: Convention, today: Move) -> None:
        for day in ("2024-02-02", "2024-02-03", "2024-02-04"):
            taken(today, day)
        lift_triggers(HEADS)
        JournalHead.objects.filter(number=2).update(subjects=40)
        [changed] = broken_heads()
        assert (changed.number, "n’est plus celui" in changed.problem) == (2, True)
        JournalHead.objects.filter(number=2).delete()
        [after_the_gap] = broken_heads()
        assert after_the_gap.number == 3
        assert "l’empreinte 2 manque" in after_the_gap.problem

    def test_journals_that_this_version_does_not_know_are_named(self, today: Move) -> None:
        head = taken(today, "2024-02-02")
        lift_triggers(HEADS)
        head.last_entries = {**head.last_entries, "avenant": 7}
        JournalHead.objects.update(last_entries=head.last_entries, digest=head.computed_digest())
        [found] = broken_heads()
        assert "ne connaît pas les journaux «\u00a0avenant\u00a0»" in found.problem


def every_entry() -> list[ConventionJournalEntry]:
    return list(ConventionJournalEntry.objects.all())
