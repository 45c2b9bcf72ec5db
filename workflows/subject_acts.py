"""An act as it is recorded: a row that is never changed, chained to the one before it.

The model is abstract: an application declares its own table (``subjects``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from workflows import journal
from workflows.act_payloads import parse
from workflows.acts import KINDS, Act

IDENTIFIER_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"


class SubjectAct(models.Model):
    """One recorded act: a dated fact, never changed. Concrete models add ``subject``.

    ``digest`` covers the act, the digests of the files that prove it, and the digest of the act
    recorded before it: one changed, removed or slipped in afterwards breaks the chain.
    """

    proved_by: ClassVar[tuple[str, ...]] = ()
    """What to prefetch before the digests of many acts are computed."""

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
    previous_digest = models.CharField("empreinte précédente", max_length=64, blank=True)
    digest = models.CharField("empreinte", max_length=64)

    if TYPE_CHECKING:
        subject_id: int  # The key of the concrete models.

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
            # The first act need not make the first revision: a rebuilt cache raises it too.
            models.CheckConstraint(
                condition=Q(previous_digest="")
                | Q(revision__gt=1) & Q(Exact(Length("previous_digest"), 64)),
                name="%(app_label)s_%(class)s_chained",
            ),
            models.CheckConstraint(
                condition=Exact(Length("digest"), 64),
                name="%(app_label)s_%(class)s_digest_form",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} du {self.on:%Y-%m-%d}"

    @property
    def act(self) -> Act:
        """The act as the engine knows it."""
        return parse(
            self.kind,
            {
                **self.payload,
                "id": self.identifier,
                "on": self.on.isoformat(),
                "recorded_at": self.recorded_at.isoformat(),
            },
        )

    def computed_digest(self) -> str:
        """The digest that the act should bear, by what it says and by the one before it."""
        return act_digest(self, self.evidence_digests())

    def evidence_digests(self) -> list[str]:
        """sha256 of each file that proves the act; of none where a model has no files."""
        return []

    def follow(self, previous: SubjectAct | None, evidence: Sequence[Any] = ()) -> None:
        """Chain a new act, not yet stored, to the one before it; ``evidence`` will prove it."""
        self.previous_digest = previous.digest if previous else ""
        self.digest = act_digest(self, [file.sha256 for file in evidence])

    def attach(self, evidence: Sequence[Any]) -> None:
        """Join the files that prove the act; a model without files refuses them."""
        if evidence:
            raise TypeError(f"Un événement de {type(self).__name__} ne porte pas de pièce.")


def act_digest(row: Any, evidence: Iterable[str]) -> str:
    """The digest of an act, from a row of today's model or of a migration's.

    It covers every column, whatever the order in which the files were joined.
    """
    return journal.sha256_after(row.previous_digest, act_canonical(row, evidence))


def act_canonical(row: Any, evidence: Iterable[str]) -> bytes:
    """What the digest of an act covers, the digest before it apart."""
    content = {name: getattr(row, name) for name in journal.row_columns(type(row))}
    content["evidence"] = sorted(evidence)
    return journal.canonical_of(row._meta.label_lower, content, instant="recorded_at")
