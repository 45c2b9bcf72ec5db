"""`manage.py journal verify` names the first link of a journal that was tampered with."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from contracts.models import Convention, ConventionJournalEntry
from workflows.chains import broken_links

pytestmark = pytest.mark.django_db

TABLE = ConventionJournalEntry._meta.db_table


def verified() -> str:
    out = StringIO()
    call_command("journal", "verify", stdout=out)
    return out.getvalue()


@pytest.fixture
def unguarded(convention: Convention) -> Convention:
    """The convention, the triggers of its journal lifted as an intruder with all rights could."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A table whose deferred checks are pending cannot be altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f'ALTER TABLE "{TABLE}" DISABLE TRIGGER USER')
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE]
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
    return convention


def test_an_untouched_journal_is_whole(convention: Convention) -> None:
    assert "tels qu’ils ont été écrits" in verified()
    told: list[tuple[int, int]] = []
    assert list(broken_links(lambda done, total: told.append((done, total)))) == []
    rows = convention.journal.count() + convention.acts.count()
    assert told[-1] == (rows, rows)


def test_a_changed_row_is_named(unguarded: Convention) -> None:
    unguarded.journal.filter(number=2).update(article="ailleurs")
    [link] = broken_links()
    assert (link.chain.kind, link.pk, link.row) == (
        "convention",
        unguarded.pk,
        "ligne du journal 2",
    )
    assert "n’est plus celui" in link.problem
    with pytest.raises(CommandError, match=r"1\schaîne rompue"):
        verified()


def test_a_removed_row_is_named_by_the_one_after_it(unguarded: Convention) -> None:
    unguarded.journal.filter(number=1).delete()
    [link] = broken_links()
    assert link.number == 2
    assert "la ligne 1 manque" in link.problem


def test_a_row_written_anew_with_its_own_digest_is_named_by_the_next(
    unguarded: Convention,
) -> None:
    first = unguarded.journal.get(number=1)
    first.article = "ailleurs"
    first.digest = first.computed_digest()
    unguarded.journal.filter(number=1).update(article=first.article, digest=first.digest)
    [link] = broken_links()
    assert link.number == 2
    assert "ne suit pas" in link.problem
