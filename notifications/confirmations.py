"""Telling both parties each step that binds them: once a day, each step once.

The journal and the acts recorded since the last run say which conventions to look at; what binds
them is read from their lives, as they are and as they were at the last run (``binding``).
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from contracts.models import (
    Caisse,
    Convention,
    ConventionAct,
    ConventionJournalEntry,
    ConventionParty,
)
from contracts.models.gathering import Gathering
from notifications.binding import STEPS, SUCCEEDED, Binding, bindings, to_tell
from notifications.confirmation_mails import KINDS, OF_PARTNER, OF_STAFF
from notifications.confirmation_readers import Audience, Readers
from notifications.models import Confirmation, ConfirmationRun, Message, MessageState
from notifications.recipients import Reader
from notifications.services import Wanted, send_all, withdraw
from workflows import bulk, clock
from workflows.heads import settled_up_to
from workflows.subjects import act_rows

logger = logging.getLogger(__name__)

_AT_ONCE = 1000
_UNSAID = (MessageState.PENDING, MessageState.CANCELLED, MessageState.FAILED)
"""A message in one of these told its reader nothing."""


class Line(NamedTuple):
    """One thing to tell one reader of."""

    convention: int
    binding: Binding
    turn: int
    reader: Reader
    is_staff: bool


class Cursor(NamedTuple):
    """Up to where the journals and the acts were read."""

    entry: int
    act: int


@dataclass
class _Decided:
    """What a run found."""

    lines: list[Line] = field(default_factory=list)
    held: list[int] = field(default_factory=list)
    unsaid: list[int] = field(default_factory=list)
    """The rows of messages that did not leave: what still holds of them is asked for again."""


def confirm(today: date) -> int:
    """Ask for the confirmations of a day; return how many steps are told to how many readers.

    Run again on the same day it does nothing: what comes later is told the next day, so that what
    is recorded by mistake and annulled at once is told to nobody. The first run ever tells nothing:
    what is past by then was not this site's to tell. A caisse that fails is left to the next run.
    """
    done = ConfirmationRun.objects.filter(day__gte=today).values("caisse")
    waiting = list(Caisse.objects.exclude(pk__in=done).order_by("pk"))
    if not waiting:
        return 0
    upto = Cursor(settled_up_to(ConventionJournalEntry), settled_up_to(ConventionAct))
    asked = 0
    for caisse in waiting:
        try:
            asked += _of_caisse(caisse, today, upto)
        except Exception:
            logger.exception("Confirmations : caisse %s laissée au prochain essai.", caisse.pk)
    return asked


def _of_caisse(caisse: Caisse, today: date, upto: Cursor) -> int:
    at = clock.now()
    last = ConfirmationRun.objects.filter(caisse=caisse).order_by("-day").first()
    with transaction.atomic():
        if not _taken(caisse, today):
            return 0
        withdraw(_waiting(caisse), "Un message plus récent le remplace.")
    # Read outside of any transaction: it takes its time, and nobody is to wait for it.
    decided = _decided(caisse, last, upto, today) if last else _Decided()
    with transaction.atomic():
        if not _taken(caisse, today):
            return 0
        Confirmation.objects.filter(pk__in=decided.unsaid).update(withdrawn_at=at)
        _ask(caisse, decided.lines, today, upto)
        ConfirmationRun.objects.create(
            caisse=caisse,
            day=today,
            at=at,
            last_entry=upto.entry,
            last_act=upto.act,
            held=decided.held,
        )
    return len(decided.lines)


def _taken(caisse: Caisse, today: date) -> bool:
    """Whether the caisse is this run's own until the end of the transaction, and not gone through
    yet on that day."""
    # Without its key: conventions of the caisse may be written meanwhile.
    Caisse.objects.select_for_update(no_key=True).get(pk=caisse.pk)
    return not ConfirmationRun.objects.filter(caisse=caisse, day__gte=today).exists()


def _waiting(caisse: Caisse) -> QuerySet[Message]:
    """The confirmations of the caisse that have not left."""
    waiting = Message.objects.filter(kind__in=KINDS, state=MessageState.PENDING)
    return waiting.filter(context__caisse=caisse.pk)


def _decided(caisse: Caisse, last: ConfirmationRun, upto: Cursor, today: date) -> _Decided:
    """What is to be told of the conventions in which something happened since the last run."""
    found = _Decided()
    owed: dict[int, set[Binding]] = defaultdict(set)
    unsaid = Confirmation.objects.filter(
        convention__caisse=caisse, withdrawn_at=None, message__state__in=_UNSAID
    )
    for row in unsaid:
        found.unsaid.append(row.pk)
        owed[row.convention_id] |= set() if row.is_correction else {Binding.of(row.binding)}
    steps, believed_late = _steps(caisse, last, upto)
    keys = {*owed, *steps, *last.held, *_with_acts(caisse, last, upto)}
    keys |= _announced(caisse, last.day, today)
    for one, entries in believed_late.items():
        owed[one] |= entries
    audience = Audience(caisse, today)
    ordered = sorted(keys)
    for first in range(0, len(ordered), _AT_ONCE):
        _decide(ordered[first : first + _AT_ONCE], last, today, owed, audience, found)
    return found


def _steps(
    caisse: Caisse, last: ConfirmationRun, upto: Cursor
) -> tuple[set[int], Mapping[int, set[Binding]]]:
    """The conventions whose journal goes on since the last run; the binding steps that it asserts
    to be of a day by then over, as where the sweep comes late or a corrected engine says so."""
    rows = ConventionJournalEntry.objects.filter(
        pk__gt=last.last_entry, pk__lte=upto.entry, subject__caisse=caisse
    )
    seen: set[int] = set()
    times: Counter[tuple[int, Binding]] = Counter()
    columns = ("subject", "kind", "name", "on", "term", "believed_at", "subject__taken_over_at")
    for pk, kind, name, on, term, at, taken_over in rows.values_list(*columns).iterator():
        seen.add(pk)
        if name in STEPS and on <= last.day and not (taken_over and at <= taken_over):
            binding = Binding(STEPS[name], str(term) if name == "renew" else "", on)
            times[pk, binding] += 1 if kind == "asserted" else -1
    late: dict[int, set[Binding]] = defaultdict(set)
    for (pk, binding), number in times.items():
        if number > 0:
            late[pk].add(binding)
    return seen, late


def _with_acts(caisse: Caisse, last: ConfirmationRun, upto: Cursor) -> set[int]:
    rows = ConventionAct.objects.filter(
        pk__gt=last.last_act, pk__lte=upto.act, subject__caisse=caisse
    )
    return set(rows.values_list("subject", flat=True))


def _announced(caisse: Caisse, since: date, until: date) -> set[int]:
    """The conventions of which an avenant or a succession may have taken effect after ``since``,
    up to ``until``: no line of the journal says so."""
    avenants = ConventionAct.objects.filter(kind="avenant", subject__caisse=caisse)
    places = ConventionParty.objects.filter(
        convention__caisse=caisse, first_day__gt=since, first_day__lte=until
    )
    return {
        pk
        for pk, payload in avenants.values_list("subject", "payload")
        if since.isoformat() < payload["effective_on"] <= until.isoformat()
    } | set(places.values_list("convention", flat=True))


def _decide(
    keys: Sequence[int],
    last: ConfirmationRun,
    today: date,
    owed: Mapping[int, set[Binding]],
    audience: Audience,
    found: _Decided,
) -> None:
    """Decide about some conventions, into ``found``."""
    conventions = list(Convention.to_sweep().filter(pk__in=keys).order_by("pk"))
    if not conventions:
        return
    gathering = Gathering(conventions)
    acts = act_rows(ConventionAct, keys)
    told, readers = _turns(keys, found.unsaid), audience.of(conventions)
    for one in conventions:
        try:
            lines, held = _of_convention(
                gathering,
                one,
                acts[one.pk],
                last,
                today,
                owed.get(one.pk, set()),
                told.get(one.pk, {}),
                audience,
                readers[one.pk],
            )
        except Exception:
            logger.exception("Confirmations : convention %s, nouvel essai.", one.pk)
            lines, held = [], True
        found.lines += lines
        if held:
            found.held.append(one.pk)


_Turns = Mapping[Binding, Mapping[Reader, int]]
"""How often each reader of each binding was told of it, or that it was not so."""


def _turns(keys: Sequence[int], unsaid: Sequence[int]) -> Mapping[int, _Turns]:
    found: dict[int, dict[Binding, dict[Reader, int]]] = {}
    left_out = frozenset(unsaid)
    rows = Confirmation.objects.filter(convention__in=keys, withdrawn_at=None).order_by("turn")
    for row in rows:
        if row.pk not in left_out:
            reader = Reader(row.user_id is not None, row.user_id or row.person_id or 0)
            of_convention = found.setdefault(row.convention_id, {})
            of_convention.setdefault(Binding.of(row.binding), {})[reader] = row.turn
    return found


def _of_convention(
    gathering: Gathering,
    one: Any,
    rows: Sequence[ConventionAct],
    last: ConfirmationRun,
    today: date,
    owed: set[Binding],
    turns: _Turns,
    audience: Audience,
    readers: Readers,
) -> tuple[list[Line], bool]:
    """What is to be told of one convention; whether it waits for a lawyer's answer."""
    timeline = gathering.life(one, [row.act for row in rows], today)
    day, at = last.day, last.at
    if one.taken_over_at is not None and one.taken_over_at > at:
        # What it was when it was taken over is history.
        day, at = clock.civil_date(one.taken_over_at), one.taken_over_at
    older = [row.act for row in rows if row.pk <= last.last_act or row.recorded_at <= at]
    then = timeline
    if len(older) < len(rows) or timeline.data.questions:
        then = gathering.life(one, older, day, at)
    after = bindings(timeline, today)
    told = {
        binding for binding, times in turns.items() if any(turn % 2 == 1 for turn in times.values())
    }
    decision = to_tell(bindings(then, day), after, told, owed)
    lines = [
        Line(one.pk, binding, times.get(reader, 0) + 1, reader, reader in readers.staff)
        for binding in decision.new
        for times in [turns.get(binding, {})]
        for reader in readers.all
    ]
    for binding in decision.untrue:
        who = readers
        if binding.kind == SUCCEEDED:
            [successor] = [row.payload["successor"] for row in rows if row.act.id == binding.about]
            who = readers.joined_by(audience.answering_for([int(successor)])[int(successor)])
        lines += _taken_back(one.pk, binding, turns[binding], who)
    return lines, any(after.values())


def _taken_back(
    convention: int, binding: Binding, turns: Mapping[Reader, int], readers: Readers
) -> Iterator[Line]:
    """A correction for those who were told, and are still there to be told."""
    for reader in readers.all:
        if turns.get(reader, 0) % 2 == 1:
            yield Line(convention, binding, turns[reader] + 1, reader, reader in readers.staff)


def _ask(caisse: Caisse, lines: Sequence[Line], today: date, upto: Cursor) -> None:
    """Write the confirmations, and one message for all those of a reader."""
    of_readers: dict[tuple[Reader, bool], list[Line]] = defaultdict(list)
    for line in lines:
        of_readers[line.reader, line.is_staff].append(line)
    context = {"caisse": caisse.pk, "entry": upto.entry, "act": upto.act}
    wanted = []
    for (reader, is_staff), own in sorted(of_readers.items()):
        alone = len({line.convention for line in own}) == 1
        kind = (OF_STAFF if is_staff else OF_PARTNER)[0 if alone else 1]
        wanted.append(
            Wanted(
                kind,
                f"{kind}:{caisse.pk}:{reader.key}:{today.isoformat()}",
                reader,
                own[0].convention if alone else None,
                None if alone else caisse.pk,
                context,
            )
        )
    messages = send_all(wanted)
    rows = [
        (
            line.convention,
            line.binding.identity,
            line.turn,
            line.reader.pk if line.reader.is_user else None,
            None if line.reader.is_user else line.reader.pk,
            messages[one.key],
        )
        for one, own in zip(wanted, (of_readers[key] for key in sorted(of_readers)), strict=True)
        for line in own
    ]
    bulk.insert(Confirmation, _COLUMNS, rows)


_COLUMNS = ("convention", "binding", "turn", "user", "person", "message")
