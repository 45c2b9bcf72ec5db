"""The journal of a subject: what the system believed of its life, and when.

Each entry asserts a step, or retracts one that an act (or a corrected engine) made untrue. Entries
are append-only and chained by hashes. Only steps of the past are believed; projections are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from workflows.convention_state import Step
from workflows.journal_head import Head

DIGEST_PATTERN = r"^[0-9a-f]{64}$"

Identity = tuple[str, str, date, str, str, int]


class JournalEntry(models.Model):
    """A step that the system began or ceased to believe, and when. Concrete models add ``subject``.

    ``digest`` covers the entry and the digest of the one before it: a row changed, removed or
    inserted afterwards breaks the chain.
    """

    if TYPE_CHECKING:
        get_kind_display: Callable[[], str]

    class Kind(models.TextChoices):
        ASSERTED = "asserted", "Établie"
        RETRACTED = "retracted", "Retirée"

    number = models.PositiveIntegerField("rang")
    kind = models.CharField("nature", max_length=10, choices=Kind)
    belief = models.CharField("croyance", max_length=200)
    """What is believed, numbered when it is believed again: the key of its effects."""
    from_state = models.CharField("de", max_length=40)
    to_state = models.CharField("vers", max_length=40)
    on = models.DateField("date légale")
    name = models.CharField("étape", max_length=40)
    cause = models.CharField("événement cause", max_length=64, blank=True)
    """Identifier of the act that caused the step; empty when a date alone did."""
    rule = models.CharField("règle", max_length=100, blank=True)
    article = models.CharField("article", max_length=200, blank=True)
    term = models.PositiveIntegerField("période", default=0)
    because = models.CharField("retirée par l’événement", max_length=64, blank=True)
    """Identifier of the act that made the step untrue; empty when a corrected engine did."""
    believed_at = models.DateTimeField("enregistrée le")
    engine_version = models.CharField("version du moteur", max_length=40)
    revision = models.PositiveIntegerField("révision")
    """The subject's revision that this entry belongs to."""
    previous_digest = models.CharField("empreinte précédente", max_length=64, blank=True)
    digest = models.CharField("empreinte", max_length=64)

    class Meta:
        abstract = True
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "number"], name="%(app_label)s_%(class)s_number_unique"
            ),
            models.UniqueConstraint(
                fields=["subject", "belief", "kind"], name="%(app_label)s_%(class)s_belief_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="retracted") | Q(kind="asserted", because=""),
                name="%(app_label)s_%(class)s_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(number=1, previous_digest="")
                | Q(number__gt=1) & Q(Exact(Length("previous_digest"), 64)),
                name="%(app_label)s_%(class)s_chained",
            ),
            models.CheckConstraint(
                condition=Exact(Length("digest"), 64),
                name="%(app_label)s_%(class)s_digest_form",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.get_kind_display()} : {self.name} au {self.on:%Y-%m-%d}"

    @property
    def identity(self) -> Identity:
        """What makes two steps the same: the article cited may be put better, the step stays."""
        return self.from_state, self.to_state, self.on, self.name, self.cause, self.term

    def computed_digest(self) -> str:
        """The digest that the entry should bear, by what it says and by the one before it."""
        return sha256_after(self.previous_digest, self.canonical())

    def canonical(self) -> bytes:
        """What its digest covers, the digest before it apart."""
        content = {name: getattr(self, name) for name in row_columns(type(self))}
        return canonical_of(self._meta.label_lower, content)


CHAINED = ("previous_digest", "digest")
"""The columns that link a row to the one before it."""


def row_columns(model: type[models.Model]) -> tuple[str, ...]:
    """The columns of a chained row that its digest covers, the one before it apart."""
    return tuple(
        field.attname
        for field in model._meta.concrete_fields
        if field.attname not in ("id", *CHAINED)
    )


def digest_of(
    journal: str, content: Mapping[str, Any], previous: str, *, instant: str = "believed_at"
) -> str:
    """sha256 of the previous digest and of all that a row says; as ``canonical_of``."""
    return sha256_after(previous, canonical_of(journal, content, instant=instant))


def canonical_of(
    journal: str, content: Mapping[str, Any], *, instant: str = "believed_at"
) -> bytes:
    """All that a row says, in a canonical form: JSON in UTF-8, its keys in order.

    ``journal`` is the label of its model: a row moved to another table is another row. ``instant``
    names its column with an hour, put in UTC. Raises ``TypeError`` for what is no plain JSON.
    """
    said = {**content, "journal": journal}
    said[instant] = said[instant].astimezone(UTC)
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)


def sha256_after(previous: str, canonical: bytes) -> str:
    """The digest of a row: sha256 of the digest before it, a line feed and its canonical form."""
    return sha256(b"%b\n%b" % (previous.encode(), canonical)).hexdigest()


_COPIED = (*Step._fields, "belief", "article")
"""What a retraction repeats of the assertion."""


class Change(NamedTuple):
    """What must be written so that the journal says what a life says."""

    retracted: tuple[JournalEntry, ...]
    """Assertions that no longer stand, the latest first."""
    asserted: tuple[Step, ...]
    """Steps not yet believed, in legal order."""


def standing(entries: Iterable[JournalEntry]) -> tuple[JournalEntry, ...]:
    """The assertions that no later entry retracts, in the order in which they were made."""
    believed: dict[str, JournalEntry] = {}
    for entry in entries:
        if entry.kind == JournalEntry.Kind.ASSERTED:
            believed[entry.belief] = entry
        else:
            believed.pop(entry.belief, None)
    return tuple(believed.values())


def change(entries: Iterable[JournalEntry], past_steps: Sequence[Step]) -> Change:
    """Compare the journal with the past steps of a life."""
    believed = standing(entries)
    true = {_identity(step) for step in past_steps}
    known = {entry.identity for entry in believed}
    return Change(
        tuple(entry for entry in reversed(believed) if entry.identity not in true),
        tuple(step for step in past_steps if _identity(step) not in known),
    )


def head_of(entries: Sequence[JournalEntry]) -> Head:
    """The head of the whole journal of one subject."""
    if not entries:
        return Head()
    retracted = Counter(
        _key_of(entry.belief) for entry in entries if entry.kind == JournalEntry.Kind.RETRACTED
    )
    return Head(entries[-1].number, entries[-1].digest, dict(sorted(retracted.items())))


def drafted(
    retracted_before: Mapping[str, int],
    changed: Change,
    once_per_term: frozenset[str],
    article_of: Callable[[Step], str],
    *,
    because: str,
    **common: Any,
) -> tuple[list[dict[str, Any]], Mapping[str, int]]:
    """What the rows that write ``changed`` say, but for whose they are: retractions, assertions.

    ``retracted_before`` is the head's; the new one is returned too. ``because`` is the act that
    made the retracted steps untrue; ``common`` holds the columns that all rows share: instant,
    engine version. ``once_per_term`` names the steps that a term knows once only: believed twice
    without a retraction in between, they would have the same key, and the database refuses it.
    """
    rows: list[dict[str, Any]] = [
        {
            **{column: getattr(entry, column) for column in _COPIED},
            "kind": JournalEntry.Kind.RETRACTED.value,
            "because": because,
            **common,
        }
        for entry in changed.retracted
    ]
    retracted = retracted_before
    if rows:
        times = Counter(retracted)
        times.update(_key_of(row["belief"]) for row in rows)
        retracted = dict(sorted(times.items()))
    for step in changed.asserted:
        key = f"{step.name}:{step.term}"
        if step.name not in once_per_term:
            key += f":{step.on.isoformat()}:{step.cause}"
        rows.append(
            {
                **step._asdict(),
                "kind": JournalEntry.Kind.ASSERTED.value,
                "belief": f"{key}:{retracted.get(key, 0) + 1}",
                "article": article_of(step),
                "because": "",
                **common,
            }
        )
    return rows, retracted


def chained(
    drafts: Iterable[Mapping[str, Any]],
    head: Head,
    *,
    model: type[JournalEntry],
    **own: Any,
) -> tuple[list[dict[str, Any]], Head]:
    """The rows of one subject's journal after ``head``, and where the journal stands with them.

    ``own`` holds the columns that are the subject's: its key, its revision.
    """
    rows = []
    number, digest, retracted = head
    journal = model._meta.label_lower
    for draft in drafts:
        number += 1
        row = {**draft, **own, "number": number}
        previous, digest = digest, digest_of(journal, row, digest)
        row["previous_digest"], row["digest"] = previous, digest
        rows.append(row)
    return rows, Head(number, digest, retracted)


def _key_of(belief: str) -> str:
    return belief.rpartition(":")[0]


def _identity(step: Step) -> Identity:
    return step.from_state, step.to_state, step.on, step.name, step.cause, step.term
