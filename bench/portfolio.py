"""A portfolio of any size, made fast: conventions signed on one day, whose term begins on another.

What is due is made whole by the engine: acts, journal with its chain, cache and snapshot. The rest
of the table only has to be there: rows of the same shape, due in a far year.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from contracts.models import (
    Caisse,
    Convention,
    ConventionAct,
    ConventionJournalEntry,
    Partner,
    PublishedRulebook,
)
from contracts.services.deadline_sets import follow_conventions
from contracts.services.rulebooks import publish
from contracts.services.searching import keep_words
from templates_conventions.catalogue import rulebook
from workflows import bulk, clock
from workflows.act_payloads import parse, payload_of
from workflows.acts import Act
from workflows.calendar import HolidayCalendar
from workflows.clock import PARIS
from workflows.journal import CHAINED, row_columns
from workflows.replay import replay
from workflows.rulebook_types import PartnerKind
from workflows.settling import Settlement, cached_columns, settlement

MODEL = "psu-msa-picardie"
"""One year, tacitly renewed."""
PARTNERS = 1000
AT_ONCE = 5000

_OPENED = ("id", "caisse_id", "partner_id", "number", "rulebook_code", "created_at")
_SETTLED = (name for name in cached_columns(Convention) if name not in _OPENED)
_COLUMNS = ("revision", "sweep_error", "snapshot", *_SETTLED)
_ACTS = (*row_columns(ConventionAct), *CHAINED)


class Portfolio:
    """The conventions of one fictitious caisse."""

    def __init__(self) -> None:
        self.size = 0
        self._pinned: PublishedRulebook = publish(rulebook(MODEL))[0]
        self._caisse = Caisse.objects.create(code="MESURE", name="Caisse de mesure")
        self._partners = Partner.objects.bulk_create(
            Partner(name=f"Association de mesure {number}", kind="association")
            for number in range(PARTNERS)
        )

    def signed(self, on: date, count: int) -> None:
        """Add conventions of one year signed and in force ``on``, with all that they live by."""
        acts = [
            parse(kind, {**fields, "id": name, "on": on.isoformat(), "recorded_at": _noon(on)})
            for name, kind, fields in (
                ("cnil", "cnil", {"basis": "transmission", "reference": "T-1"}),
                ("partner", "signature", {"party": "partner"}),
                ("caisse", "signature", {"party": "caisse"}),
            )
        ]
        life = replay(
            self._pinned.rulebook,
            acts,
            on,
            partner_kind=PartnerKind.ASSOCIATION,
            holidays=HolidayCalendar.METROPOLITAN,
        )
        now, first = clock.now(), self.size + 1
        for start in range(0, count, AT_ONCE):
            settled = [
                settlement(self._opened(), life, (), acts[-1].id, now)
                for _ in range(min(AT_ONCE, count - start))
            ]
            self._write(settled)
            told = [row for s in settled for row in _recorded(s.subject.pk, acts)]
            bulk.insert(ConventionAct, _ACTS, [[getattr(r, n) for n in _ACTS] for r in told])
            columns = (*row_columns(ConventionJournalEntry), *CHAINED)
            rows = [[row[name] for name in columns] for s in settled for row in s.rows]
            bulk.insert(ConventionJournalEntry, columns, rows)
        keep_words(range(first, self.size + 1))

    def fill(self, size: int) -> None:
        """Add rows that are due in a far year, up to ``size`` conventions in all."""
        far = self._opened()
        far.state, far.as_of, far.next_change_on = "active", date(2023, 1, 1), date(2099, 1, 1)
        far.effect_on = far.term_first_day = date(2022, 1, 1)
        far.term_number, far.engine_version = 1, "1"
        while self.size < size:
            count = min(AT_ONCE, size - self.size)
            self._insert([_twin(self._opened(), far) for _ in range(count)])

    def _opened(self) -> Convention:
        self.size += 1
        opened = Convention(
            pk=self.size,
            caisse=self._caisse,
            partner=self._partners[self.size % PARTNERS],
            number=f"MESURE-{self.size}",
            rulebook_code=MODEL,
            pinned=self._pinned,
            revision=3,
        )
        opened.created_at = clock.now()
        return opened

    def _write(self, settled: list[Settlement]) -> None:
        follow_conventions(settled)
        self._insert([one.subject for one in settled])

    def _insert(self, conventions: list[Any]) -> None:
        columns = (*_OPENED, *_COLUMNS)
        rows = [[getattr(one, name) for name in columns] for one in conventions]
        bulk.insert(Convention, columns, rows)


def _recorded(subject: int, acts: Sequence[Act]) -> Iterator[ConventionAct]:
    """The acts as rows, chained."""
    previous = None
    for number, act in enumerate(acts, start=1):
        row = ConventionAct(
            subject_id=subject,
            identifier=act.id,
            kind=act.kind,
            on=act.on,
            recorded_at=act.recorded_at,
            payload=payload_of(act),
            revision=number,
        )
        row.follow(previous)
        yield row
        previous = row


def _twin(convention: Convention, model: Convention) -> Convention:
    for name in _COLUMNS:
        setattr(convention, name, getattr(model, name))
    return convention


def _noon(day: date) -> str:
    return datetime.combine(day, time(12), tzinfo=PARIS).isoformat()
