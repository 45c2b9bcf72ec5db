"""Subjects: things with a lifecycle, the acts recorded about them, and the journal of beliefs.

A subject's acts are the only truth. Its cached columns (state, dates, next change) are the result
of their replay, and can be rebuilt. Its journal says what the system believed and when: each step
of the past asserted, or retracted by the act that changed it; it is chained by hashes. Acts and
journal are append-only: triggers refuse any change to a row (``append_only``).

The models are abstract. An application declares its own three tables and registers its subject by
name, so that the sweep and the checks work on what they do not know.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.conf import settings
from django.db import connections, models, transaction
from django.db.models import F, Q

from workflows.acts import KINDS, Act

if TYPE_CHECKING:
    from workflows.timeline import Timeline

DIGEST_PATTERN = r"^[0-9a-f]{64}$"
IDENTIFIER_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"


class Subject(models.Model):
    """Something whose life is replayed from its acts; the columns are a cache of the result."""

    once_per_term: ClassVar[frozenset[str]] = frozenset()
    """Names of the steps of which a term knows one only, whatever its date or its cause."""

    state = models.CharField("état", max_length=40)
    as_of = models.DateField("état calculé au")
    """The day to which the journal goes, and of which the cached columns speak."""
    next_change_on = models.DateField("prochain changement le", null=True, blank=True)
    open_questions = models.PositiveIntegerField("questions à trancher", default=0)
    revision = models.PositiveIntegerField("révision", default=0)
    """Grows with each recorded act and each sweep that changed something."""
    engine_version = models.CharField("version du moteur", max_length=40)
    sweep_error = models.TextField("dernière erreur du balayage", blank=True)

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

    if TYPE_CHECKING:
        acts: models.Manager[Any]
        journal: models.Manager[Any]

    def replayed(self, acts: Sequence[Act], as_of: date) -> Timeline:
        """The subject's life as ``acts`` make it, divided at ``as_of``. Never raises."""
        raise NotImplementedError

    def considered(self, acts: Sequence[Act], new_act: Act) -> Timeline:
        """The life with ``new_act``; raises ``recording.ActRefused`` when the rules refuse it."""
        raise NotImplementedError

    def cache_of(self, timeline: Timeline) -> Mapping[str, Any]:
        """The subject's own cached columns, read from its life."""
        return {}

    def check_payload(self, payload: Mapping[str, Any]) -> None:
        """Raise ``ValidationError`` for what must not be kept in an act."""

    def before_storing(self, timeline: Timeline) -> None:
        """Change the subject itself before its cache is written, in the same transaction."""


class SubjectAct(models.Model):
    """One recorded act: a dated fact, never changed. Concrete models add ``subject``."""

    identifier = models.CharField("identifiant", max_length=64)
    """Made by whoever records it (a UUID from a form), so that a form sent twice is one act."""
    kind = models.CharField("genre", max_length=40)
    on = models.DateField("date légale")
    recorded_at = models.DateTimeField("enregistré le")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="auteur",
    )
    """Nobody when the act was imported."""
    payload = models.JSONField("contenu", default=dict, blank=True)
    revision = models.PositiveIntegerField("révision")
    """The subject's revision that this act made."""

    class Meta:
        abstract = True
        ordering = ["revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "identifier"], name="%(app_label)s_%(class)s_identifier_unique"
            ),
            models.UniqueConstraint(
                fields=["subject", "revision"], name="%(app_label)s_%(class)s_one_a_revision"
            ),
            models.CheckConstraint(
                condition=Q(identifier__regex=IDENTIFIER_PATTERN),
                name="%(app_label)s_%(class)s_identifier_form",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(KINDS)), name="%(app_label)s_%(class)s_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(revision__gte=1), name="%(app_label)s_%(class)s_revision_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} du {self.on:%Y-%m-%d}"

    @property
    def act(self) -> Act:
        """The act as the engine knows it."""
        from workflows.act_payloads import parse

        return parse(
            self.kind,
            {
                **self.payload,
                "id": self.identifier,
                "on": self.on.isoformat(),
                "recorded_at": self.recorded_at.isoformat(),
            },
        )

    def attach(self, evidence: Sequence[Any]) -> None:
        """Join the files that prove the act; a model without files refuses them."""
        if evidence:
            raise TypeError(f"Un événement de {type(self).__name__} ne porte pas de pièce.")


class JournalEntry(models.Model):
    """A step that the system began or ceased to believe, and when. Concrete models add ``subject``.

    ``digest`` covers the entry and the digest of the one before it: a row changed, removed or
    inserted afterwards breaks the chain.
    """

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
    rule = models.CharField("règle", max_length=100, blank=True)
    article = models.CharField("article", max_length=100, blank=True)
    term = models.PositiveIntegerField("période", default=0)
    because = models.CharField("retirée par l’événement", max_length=64, blank=True)
    believed_at = models.DateTimeField("depuis le")
    engine_version = models.CharField("version du moteur", max_length=40)
    revision = models.PositiveIntegerField("révision")
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
        return f"{self.number}. {self.get_kind_display()} : {self.name} au {self.on:%Y-%m-%d}"

    @property
    def identity(self) -> tuple[str, str, date, str, str, int]:
        """What makes two steps the same: the article cited may change, the step stays."""
        return self.from_state, self.to_state, self.on, self.name, self.cause, self.term

    def computed_digest(self) -> str:
        """sha256 of the previous digest and of all that this entry says, in a canonical form."""
        content = {
            field.attname: getattr(self, field.attname)
            for field in self._meta.concrete_fields
            if field.attname not in ("id", "digest", "previous_digest")
        }
        content["on"] = self.on.isoformat()
        content["believed_at"] = self.believed_at.astimezone(UTC).isoformat(timespec="microseconds")
        content["journal"] = self._meta.label_lower
        canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return sha256(f"{self.previous_digest}\n{canonical}".encode()).hexdigest()


SubjectModel = TypeVar("SubjectModel", bound=Subject)

_registered: dict[str, type[Subject]] = {}


def register(name: str) -> Callable[[type[SubjectModel]], type[SubjectModel]]:
    """Class decorator: make the sweep and the checks know a kind of subject by ``name``."""

    def add(model: type[SubjectModel]) -> type[SubjectModel]:
        if _registered.setdefault(name, model) is not model:
            raise ValueError(f"« {name} » désigne déjà {_registered[name].__name__}.")
        return model

    return add


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
                'Réglage manquant : DATABASES → OPTIONS → transaction_mode = "IMMEDIATE".'
            )
        return queryset.get(pk=pk)
    return queryset.select_for_update(of=("self",)).get(pk=pk)
