"""What the sweep is compared with: the loops that one writes first, and the least there is to do.

None of them decides anything: they renew whatever is due, without rules, questions or effects.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection, models, transaction
from django_fsm import FSMField, transition

from contracts.models import Convention, ConventionJournalEntry
from workflows import clock
from workflows.calendar import add_months
from workflows.convention import ConventionLifecycle
from workflows.convention_state import ConventionState
from workflows.journal import digest_of, row_columns
from workflows.rulebook import Rulebook

ONE_DAY = timedelta(days=1)


class Plain(models.Model):
    """A convention as django-fsm-2 keeps it."""

    status = FSMField(default="active")
    term = models.IntegerField(default=1)
    next_change_on = models.DateField(db_index=True)

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return str(self.pk)

    @transition(field=status, source="active", target="active")
    def renew(self) -> None:
        """The next term opens."""
        self.term += 1
        self.next_change_on = add_months(self.next_change_on, 12)


class PlainStep(models.Model):
    """What happened to it."""

    plain = models.ForeignKey(Plain, models.PROTECT)
    name = models.CharField(max_length=40)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.name


def create_tables() -> None:
    """The tables of the two models above, which no migration makes."""
    with connection.schema_editor() as editor:
        editor.create_model(Plain)
        editor.create_model(PlainStep)


def fsm_loop(count: int) -> None:
    """Get a row, fire its transition, save it, note the step; a transaction a row."""
    if not Plain.objects.exists():
        Plain.objects.bulk_create(Plain(next_change_on=date(2025, 1, 1)) for _ in range(count))
    for pk in Plain.objects.values_list("pk", flat=True)[:count]:
        with transaction.atomic():
            row = Plain.objects.select_for_update().get(pk=pk)
            on = row.next_change_on
            row.renew()
            row.save()
            PlainStep.objects.create(plain=row, name="renew", on=on, at=clock.now())


def naive_loop(day: date) -> None:
    """The same on the real tables, with the guard of the real lifecycle and a journal row."""
    columns = row_columns(ConventionJournalEntry)
    for pk in Convention.objects.filter(next_change_on=day).values_list("pk", flat=True):
        with transaction.atomic():
            row = Convention.objects.select_for_update().get(pk=pk)
            rules = Rulebook.model_construct()
            ConventionLifecycle(ConventionState(rules, rules, status=row.state)).renew(on=day)
            last = row.journal.latest("number")
            row.term_number += 1
            following = add_months(day, 12)
            row.term_first_day, row.as_of, row.next_change_on = day, day, following
            row.term_last_day = following - ONE_DAY
            row.revision += 1
            row.save()
            entry = ConventionJournalEntry(
                subject=row,
                number=last.number + 1,
                kind="asserted",
                belief=f"renew:{row.term_number}:1",
                from_state=row.state,
                to_state=row.state,
                on=day,
                name="renew",
                rule="term.renewal",
                term=row.term_number,
                believed_at=clock.now(),
                engine_version="1",
                revision=row.revision,
                previous_digest=last.digest,
            )
            content = {name: getattr(entry, name) for name in columns}
            entry.digest = digest_of("contracts.conventionjournalentry", content, last.digest)
            entry.save(force_insert=True)


_COLUMNS = (
    'number, kind, belief, from_state, to_state, "on", name, cause, rule, article, term, because, '
    "believed_at, engine_version, revision, previous_digest, digest, subject_id"
)


def one_statement(day: date) -> None:
    """Move every due row and insert its journal row: no decision, no chain, no effect."""
    following = add_months(day, 12)
    change = """UPDATE contracts_convention SET as_of = %s, term_first_day = %s,
        term_last_day = %s, next_change_on = %s, term_number = term_number + 1,
        revision = revision + 1 WHERE next_change_on = %s"""
    insert = f"""INSERT INTO contracts_conventionjournalentry ({_COLUMNS})
        SELECT 5, 'asserted', 'renew:2:1', 'active', 'active', %s, 'renew', '', 'term.renewal',
        '9-1', 2, '', %s, '1', revision, %s, %s, id FROM """
    zeros, now = "0" * 64, clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"WITH moved AS ({change} RETURNING id, revision) {insert} moved",
                [day, day, following - ONE_DAY, following, day, day, now, zeros, zeros],
            )
        else:
            told = str(now.replace(tzinfo=None))
            where = "contracts_convention WHERE next_change_on = %s"
            cursor.execute(insert + where, [str(day), told, zeros, zeros, str(day)])
            days = (day, day, following - ONE_DAY, following, day)
            cursor.execute(change, [str(one) for one in days])
