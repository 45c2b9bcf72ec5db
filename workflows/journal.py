"""The journal of a subject: what the system believed of its life, and when.

Each entry asserts a step, or retracts one that an act (or a corrected engine) made untrue. Entries
are append-only and chained by hashes. Only steps of the past are believed; projections are not.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import models
from django.db.models import Q

from workflows.convention_state import Step

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
                | Q(number__gt=1, previous_digest__regex=DIGEST_PATTERN),
                name="%(app_label)s_%(class)s_chained",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=DIGEST_PATTERN),
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
        """sha256 of the previous digest and of all that this entry says, in a canonical form."""
        content: dict[str, Any] = {
            field.attname: getattr(self, field.attname)
            for field in self._meta.concrete_fields
            if field.attname not in ("id", "digest", "previous_digest")
        }
        content["on"] = self.on.isoformat()
        content["believed_at"] = self.believed_at.astimezone(UTC).isoformat(timespec="microseconds")
        content["journal"] = self._meta.label_lower
        canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return sha256(f"{self.previous_digest}\n{canonical}".encode()).hexdigest()


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


def new_entries(
    entries: Sequence[JournalEntry],
    changed: Change,
    once_per_term: frozenset[str],
    article_of: Callable[[Step], str],
    *,
    model: type[JournalEntry],
    because: str,
    **common: Any,
) -> list[JournalEntry]:
    """The rows that write ``changed`` after ``entries``: retractions, then assertions.

    ``because`` is the act that made the retracted steps untrue; ``common`` holds the columns that
    all rows share: subject, revision, instant, engine version. ``once_per_term`` names the steps
    that a term knows once only: believed twice without a retraction in between, they would have
    the same key, and the database refuses it.
    """
    rows = [
        model(
            **{column: getattr(entry, column) for column in _COPIED},
            kind=JournalEntry.Kind.RETRACTED,
            because=because,
            **common,
        )
        for entry in changed.retracted
    ]
    retractions = Counter(
        entry.belief.rpartition(":")[0]
        for entry in (*entries, *rows)
        if entry.kind == JournalEntry.Kind.RETRACTED
    )
    for step in changed.asserted:
        key = f"{step.name}:{step.term}"
        if step.name not in once_per_term:
            key += f":{step.on.isoformat()}:{step.cause}"
        rows.append(
            model(
                **step._asdict(),
                kind=JournalEntry.Kind.ASSERTED,
                belief=f"{key}:{retractions[key] + 1}",
                article=article_of(step),
                **common,
            )
        )
    number, previous = (entries[-1].number, entries[-1].digest) if entries else (0, "")
    for row in rows:
        number += 1
        row.number, row.previous_digest = number, previous
        previous = row.digest = row.computed_digest()
    return rows


def _identity(step: Step) -> Identity:
    return step.from_state, step.to_state, step.on, step.name, step.cause, step.term
