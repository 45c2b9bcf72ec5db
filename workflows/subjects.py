"""Subjects: things with a lifecycle, and the acts recorded about them.

A subject's acts are the only truth. Its cached columns (state, dates, next change) are the result
of their replay, and can be rebuilt; its journal (``journal``) says what the system believed and
when. Acts and journal are append-only: triggers refuse any change to a row (``triggers``), and each
row is chained to the one before it (``chains``).

The models are abstract. An application declares its own tables and registers its subject by name,
so that the sweep and the checks work on what they do not know.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self, TypeVar

from django.db import connections, models, transaction
from django.db.models import F, Q
from django.db.models.base import ModelState

from workflows import clock, journal
from workflows.act_payloads import payload_of
from workflows.acts import Act
from workflows.advance import GoneOn
from workflows.convention_state import Step
from workflows.french import NO_BREAK_SPACE, date_in_words
from workflows.journal_head import Head
from workflows.life import Life
from workflows.read_once import once
from workflows.settling import Settlement, settle
from workflows.subject_acts import SubjectAct


class Subject(models.Model):
    """Something whose life is replayed from its acts; the columns are a cache of the result."""

    once_per_term: ClassVar[frozenset[str]] = frozenset()
    """Names of the steps of which a term knows one only, whatever its date or its cause."""
    settled_columns: ClassVar[tuple[str, ...]] = ()
    """Its own columns that settling changes: those of ``cache_of`` and of ``before_storing``."""

    state = models.CharField("état", max_length=40)
    as_of = models.DateField("état calculé au")
    """The day to which the journal goes, and of which the cached columns speak."""
    next_change_on = models.DateField("prochain changement le", null=True, blank=True)
    open_questions = models.PositiveIntegerField("questions à trancher", default=0)
    revision = models.PositiveIntegerField("révision", default=0)
    """Grows with each recorded act and each sweep that changed something."""
    engine_version = models.CharField("version du moteur", max_length=40)
    sweep_error = models.TextField("dernière erreur du balayage", blank=True)
    snapshot = models.TextField("état replié", blank=True)
    """What the sweep goes on from without rereading the acts (``snapshots``); empty for none."""

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(next_change_on__isnull=True) | Q(next_change_on__gt=F("as_of")),
                name="%(app_label)s_%(class)s_next_change_later",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_change_on", "id"],
                condition=Q(next_change_on__isnull=False),
                name="%(app_label)s_%(class)s_due",
            ),
        ]

    @classmethod
    def from_db(  # (Django 6 passes more by name.)
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any
    ) -> Self:
        """As Django does, without the signals that nobody hears: a sweep reads a million."""
        if more or len(values) != len(cls._meta.concrete_fields):
            return super().from_db(db, field_names, values, **more)
        subject = cls.__new__(cls)
        subject.__dict__.update(zip(field_names, values, strict=True))
        subject._state = ModelState()
        subject._state.db, subject._state.adding = db, False
        return subject

    if TYPE_CHECKING:
        # The concrete models point here under these two names.
        acts: Any
        journal: Any

    def replayed(self, acts: Sequence[Act], as_of: date, known_at: datetime | None = None) -> Life:
        """The life that ``acts`` make, divided at ``as_of``, as known at ``known_at``."""
        raise NotImplementedError

    def timeline(self, as_of: date, known_at: datetime | None = None) -> Life:
        """The life that the recorded acts make: for a page, a document, a report."""
        return self.replayed(known_acts(self), as_of, known_at)

    def considered(self, acts: Sequence[Act], new_act: Act) -> Life:
        """The life with ``new_act``; raises ``recording.ActRefused`` when the rules refuse it."""
        raise NotImplementedError

    @classmethod
    def to_sweep(cls) -> models.QuerySet[Any]:
        """The subjects with all that their lives are told from, the acts apart."""
        return cls._default_manager.all()

    @classmethod
    def lives(cls, subjects: Sequence[Any], as_of: date) -> Iterator[Life | Exception]:
        """The life of each of some subjects read by ``to_sweep``, or why it cannot be told."""
        for subject in subjects:
            try:
                yield subject.timeline(as_of)
            except Exception as error:
                yield error

    @classmethod
    def advances(cls, subjects: Sequence[Any], as_of: date) -> Iterator[GoneOn | None]:
        """Each subject gone on from its snapshot; None where its acts are to be replayed."""
        return (None for _ in subjects)

    def snapshot_of(self, timeline: Any, head: Head) -> str:
        """What a later sweep may go on from; empty where it must replay."""
        return ""

    def cache_of(self, timeline: Any) -> Mapping[str, Any]:
        """The subject's own cached columns, read from its life."""
        return {}

    def check_payload(self, payload: Mapping[str, Any]) -> None:
        """Raise ``ValidationError`` for what must not be kept in an act."""

    def before_storing(self, timeline: Any) -> None:
        """Change the subject itself before its cache is written, in the same transaction."""

    @classmethod
    def store_beside(cls, settlements: Sequence[Settlement]) -> None:
        """Write the cached rows that stand beside the columns, in the same transaction."""

    def differences_beside(self, timeline: Any) -> Iterable[str]:
        """How these rows disagree with its life, each in a French sentence."""
        return ()


SubjectModel = TypeVar("SubjectModel", bound=Subject)

_registered: dict[str, type[Subject]] = {}


def register(name: str) -> Callable[[type[SubjectModel]], type[SubjectModel]]:
    """Class decorator: make the sweep and the checks know a kind of subject by ``name``."""

    def add(model: type[SubjectModel]) -> type[SubjectModel]:
        if _registered.setdefault(name, model) is not model:
            raise ValueError(f"« {name} » désigne déjà {_registered[name].__name__}.")
        return model

    return add


Gate = Callable[[Subject, Act, Any], None]
"""Raises ``NotRecorded`` for an act that its author may not record."""

_gates: list[Gate] = []


def guard(gate: Gate) -> None:
    """Have every act that the rules allow pass ``gate`` before it is recorded, whoever records."""
    if gate not in _gates:
        _gates.append(gate)


def registered() -> Iterator[tuple[str, type[Subject]]]:
    """Every kind of subject with its name, in the order of the names."""
    return iter(sorted(_registered.items()))


def locked(queryset: models.QuerySet[SubjectModel], pk: int) -> SubjectModel:
    """The row ``pk``, which nobody else may change until the end of the transaction.

    On PostgreSQL the row itself is locked. SQLite has no row locks: there the transaction must have
    begun as an immediate one (``transaction_mode`` in the settings), which holds the only right to
    write. Raises ``DoesNotExist``, and ``TransactionManagementError`` outside a transaction.
    """
    connection = connections[queryset.db]
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Un verrou ne tient que dans une transaction.")
    if connection.vendor == "sqlite":
        if getattr(connection, "transaction_mode", None) != "IMMEDIATE":
            raise transaction.TransactionManagementError(
                'Réglage manquant : DATABASES → OPTIONS → transaction_mode = "IMMEDIATE".'
            )
        return queryset.get(pk=pk)
    # Its key stays as it is, so that others may refer to it meanwhile.
    held = queryset.select_for_update(of=("self",), no_key=True)
    if _joins_what_may_be_missing(queryset.model, queryset.query.select_related):
        # After a wait the row is read again and what it is joined to is not: tied to another row
        # meanwhile, it would seem tied to none. So it is locked alone, then read with the rest.
        held.select_related(None).get(pk=pk)
        return queryset.get(pk=pk)
    return held.get(pk=pk)


def _joins_what_may_be_missing(model: Any, joined: Any) -> bool:
    """Whether a query joins a relation that may be empty."""
    if not isinstance(joined, dict):
        return bool(joined)
    for name, further in joined.items():
        field = model._meta.get_field(name)
        if field.null or _joins_what_may_be_missing(field.related_model, further):
            return True
    return False


class NotRecorded(Exception):
    """An act that storage refuses, whatever the rules say of it; nothing was written."""


class ConflictingAct(NotRecorded):
    """The identifier is that of another act, already recorded."""


class RecordedInFuture(NotRecorded):
    """The act claims to have been recorded later than now."""


class StaleForm(NotRecorded):
    """The subject has moved since the form was shown; ``acts`` and ``entries`` say how."""

    def __init__(self, acts: Iterable[SubjectAct], entries: Iterable[journal.JournalEntry]) -> None:
        self.acts = tuple(acts)
        self.entries = tuple(entries)
        changes = [f"{row.act.label} ({date_in_words(row.on)})" for row in self.acts]
        changes += [f"{entry.get_kind_display()} : {entry.name}" for entry in self.entries]
        super().__init__(
            "La situation a changé depuis l’affichage de ce formulaire"
            f"{NO_BREAK_SPACE}: {', '.join(changes) or 'échéance passée'}. "
            "Relisez-la, puis recommencez."
        )


class Difference(NamedTuple):
    """A life without and with an act, both on the same day."""

    before: Life
    after: Life

    @property
    def lost(self) -> tuple[Step, ...]:
        """Steps, past or projected, that the act makes untrue."""
        return tuple(step for step in self.before.steps if step not in self.after.steps)

    @property
    def gained(self) -> tuple[Step, ...]:
        """Steps, past or projected, that the act brings."""
        return tuple(step for step in self.after.steps if step not in self.before.steps)


def consequences(subject: Subject, act: Act) -> Difference:
    """What recording ``act`` would change, without recording it.

    Raises ``recording.ActRefused`` when the rules refuse it.
    """
    known = known_acts(subject)
    day = day_of(subject)
    after = subject.considered(known, act)
    if after.as_of != day:
        after = subject.replayed((*known, act), day)
    return Difference(subject.replayed(known, day), after)


def record(
    subject: Subject,
    act: Act,
    author: Any,
    evidence: Sequence[Any] = (),
    seen_revision: int | None = None,
) -> SubjectAct:
    """Record ``act`` about ``subject``: the act, the journal and the cache, all or nothing.

    ``author`` is the user who records it, None for an import; ``seen_revision`` is the subject's
    revision when the form was shown. The same act under the same identifier is recorded once and
    given back. ``subject`` is brought up to date.

    Raises ``recording.ActRefused`` when the rules refuse it, ``StaleForm``, ``ConflictingAct``,
    ``RecordedInFuture``, what a gate raises (``guard``), and ``ValidationError`` for a content that
    must not be kept.
    """
    with transaction.atomic():
        current = locked(type(subject)._default_manager.all(), subject.pk)
        row = _already_recorded(current, act) or _record(
            current, act, author, evidence, seen_revision
        )
    subject.refresh_from_db()
    return row


def known_acts(subject: Subject) -> tuple[Act, ...]:
    """The acts recorded about ``subject``, in the order in which they were."""
    return once(
        ("acts", subject._meta.label, subject.pk, subject.revision),
        lambda: tuple(row.act for row in subject.acts.order_by("revision")),
    )


def act_rows(model: type[SubjectAct], keys: Iterable[int]) -> dict[int, list[Any]]:
    """The acts recorded about several subjects, as rows in the order of recording, in one query."""
    found: dict[int, list[Any]] = {key: [] for key in keys}
    rows: Any = model._default_manager.filter(subject__in=list(found))
    for row in rows.order_by("revision"):
        found[row.subject_id].append(row)
    return found


def _record(
    subject: Subject,
    act: Act,
    author: Any,
    evidence: Sequence[Any],
    seen_revision: int | None,
) -> SubjectAct:
    if seen_revision is not None and seen_revision != subject.revision:
        raise StaleForm(
            subject.acts.filter(revision__gt=seen_revision).order_by("revision"),
            subject.journal.filter(revision__gt=seen_revision).order_by("number"),
        )
    rows = list(subject.acts.order_by("revision"))
    known = tuple(row.act for row in rows)
    act = _stamped(act, known)
    payload = payload_of(act)
    subject.check_payload(payload)
    timeline = subject.considered(known, act)
    day = day_of(subject)
    if timeline.as_of != day:
        timeline = subject.replayed((*known, act), day)
    for gate in _gates:
        gate(subject, act, author)
    subject.revision += 1
    row: SubjectAct = subject.acts.model(
        subject=subject,
        identifier=act.id,
        kind=act.kind,
        on=act.on,
        recorded_at=act.recorded_at,
        author=author,
        payload=payload,
        revision=subject.revision,
    )
    row.follow(rows[-1] if rows else None, evidence)
    row.save(force_insert=True)
    row.attach(evidence)
    settle(subject, timeline, because=act.id)
    return row


def _already_recorded(subject: Subject, act: Act) -> SubjectAct | None:
    row: SubjectAct | None = subject.acts.filter(identifier=act.id).first()
    if row is None:
        return None
    if (row.kind, row.on, row.payload) != (act.kind, act.on, payload_of(act)):
        raise ConflictingAct(
            f"L’identifiant « {act.id} » est celui d’un autre événement, déjà enregistré"
            f"{NO_BREAK_SPACE}: {row.act.label}, {date_in_words(row.on)}. Pour le corriger, "
            "annulez-le ; pour en ajouter un, rechargez le formulaire."
        )
    return row


def _stamped(act: Act, known: Sequence[Act]) -> Act:
    """The act as recorded: never later than now, never before what is already recorded.

    Two forms sent together are stamped before either holds the lock, hence the second rule.
    """
    if act.recorded_at > clock.now():
        raise RecordedInFuture(
            f"L’événement « {act.label} » se dit enregistré le "
            f"{date_in_words(clock.civil_date(act.recorded_at))}, après aujourd’hui. "
            "Vérifiez l’horloge du poste ou la date d’enregistrement du fichier."
        )
    latest = max((other.recorded_at for other in known), default=act.recorded_at)
    return replace(act, recorded_at=max(act.recorded_at, latest))


def day_of(subject: Subject) -> date:
    """Today, or the later day to which a sweep was asked to carry the journal."""
    return max(clock.today(), subject.as_of)
