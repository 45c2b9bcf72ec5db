"""Heads for the tests: their root found another way, and what an intruder does to the journals."""

from collections.abc import Callable
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from access.models import Habilitation
from contracts.models import Convention, ConventionAct, ConventionJournalEntry
from tests.portfolio import record
from workflows import clock, heads
from workflows.models import JournalHead

Move = Callable[[str], None]

ACTS = ConventionAct._meta.db_table
JOURNAL = ConventionJournalEntry._meta.db_table
HEADS = JournalHead._meta.db_table


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def expected_root(*places: str) -> str:
    """The root over the last row of each chain, read one subject after the other.

    ``places`` are the columns that order the chains that count; all of them without any.
    """
    return naive_root(
        [
            f"{name}:{subject.pk}:{getattr(last, place)}:{last.digest}".encode()
            for name, model, rows, place in (
                ("convention", Convention, "journal", "number"),
                ("convention.acts", Convention, "acts", "revision"),
                ("habilitation", Habilitation, "journal", "number"),
                ("habilitation.acts", Habilitation, "acts", "revision"),
            )
            if place in places or not places
            for subject in model.objects.order_by("pk")
            if (last := getattr(subject, rows).order_by(place).last())
        ]
    ).hex()


def taken(today: Move, day: str) -> JournalHead:
    today(day)
    head = heads.take(clock.today())
    assert head is not None
    return JournalHead.objects.get(pk=head.pk)


def verified(*options: str) -> str:
    out = StringIO()
    call_command("journal", "verify", *options, stdout=out)
    return out.getvalue().replace("\u00a0", " ")


def refused(*options: str) -> tuple[str, str]:
    """What the command prints, and how it fails."""
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("journal", "verify", *options, stdout=out)
    return out.getvalue().replace("\u00a0", " "), str(error.value).replace("\u00a0", " ")


def file_of(head: JournalHead) -> Path:
    return Path(settings.TACITE_HEADS) / f"empreinte-{head.day.isoformat()}.json"


def in_force(draft: Callable[..., Convention]) -> Convention:
    """Another convention in force since 15 January 2024."""
    opened = draft()
    record(opened, "cnil", "2024-01-12", basis="transmission", reference="T-1")
    record(opened, "signature", "2024-01-13", party="partner")
    record(opened, "signature", "2024-01-15", party="caisse")
    return opened


def lift_triggers(table: str) -> None:
    """What an intruder with all rights over the database would begin with."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')


def rewrite(convention: Convention, article: str) -> None:
    """Change the first entry of a journal and forge every digest after it."""
    previous = ""
    for entry in convention.journal.order_by("number"):
        if entry.number == 1:
            entry.article = article
        entry.previous_digest = previous
        previous = entry.digest = entry.computed_digest()
        convention.journal.filter(pk=entry.pk).update(
            article=entry.article, previous_digest=entry.previous_digest, digest=entry.digest
        )
