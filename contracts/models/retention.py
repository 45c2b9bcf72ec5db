"""What holds files back from elimination, the lists of what is to go, and the proof that it went.

All of it takes new rows and nothing else. What is kept beside the files of conventions (a month of
messages, a request, an account) is named by its rule and by ``subject``, its number under it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

LONGEST_REASON = 500


class LegalHold(models.Model):
    """Nothing of a convention, of a partner's conventions, or of one other thing goes meanwhile."""

    identifier = models.UUIDField("envoi", unique=True)
    """Made by the form: sent twice, it is recorded once."""
    convention = models.ForeignKey(
        "contracts.Convention", models.PROTECT, related_name="holds", null=True, blank=True
    )
    partner = models.ForeignKey(
        "contracts.Partner", models.PROTECT, related_name="holds", null=True, blank=True
    )
    rule = models.CharField("règle", max_length=40, blank=True)
    subject = models.BigIntegerField("numéro", null=True, blank=True)
    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="+")
    """Whose staff put it, and lifts it; it holds in every caisse."""
    reason = models.CharField("motif", max_length=LONGEST_REASON)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("posé le")

    class Meta:
        verbose_name = "gel de conservation"
        verbose_name_plural = "gels de conservation"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    convention__isnull=True, partner__isnull=False, subject__isnull=True, rule=""
                )
                | Q(convention__isnull=False, partner__isnull=True, subject__isnull=True, rule="")
                | Q(convention__isnull=True, partner__isnull=True, subject__isnull=False)
                & ~Q(rule=""),
                name="contracts_legalhold_on_one_thing",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="contracts_legalhold_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"gel {self.pk}"


class HoldLift(models.Model):
    """A hold lifted by a person; what is to be held again is held by another hold."""

    hold = models.OneToOneField(LegalHold, models.PROTECT, related_name="lift")
    reason = models.CharField("motif", max_length=LONGEST_REASON)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("levé le")

    class Meta:
        verbose_name = "levée d’un gel"
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="contracts_holdlift_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"levée du gel {self.hold_id}"


class Elimination(models.Model):
    """A list of files to be eliminated, as it goes to the archives for their visa."""

    identifier = models.UUIDField("envoi", unique=True)
    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("année")
    number = models.PositiveIntegerField("numéro")
    """From 1 within the caisse and year."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("dressé le")

    class Meta:
        verbose_name = "bordereau d’élimination"
        verbose_name_plural = "bordereaux d’élimination"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "year", "number"], name="contracts_elimination_numbered_once"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """« EL-2031-003 »."""
        return f"EL-{self.year}-{self.number:03d}"


class EliminationGivenUp(models.Model):
    """A list that goes no further: its files may be listed again."""

    elimination = models.OneToOneField(Elimination, models.PROTECT, related_name="given_up")
    reason = models.CharField("motif", max_length=LONGEST_REASON)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("abandonné le")

    class Meta:
        verbose_name = "abandon d’un bordereau"
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="contracts_eliminationgivenup_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"abandon du bordereau {self.elimination_id}"


class EliminationItem(models.Model):
    """One file on a list, with the rule under which it has had its time."""

    elimination = models.ForeignKey(Elimination, models.PROTECT, related_name="items")
    convention = models.ForeignKey(
        "contracts.Convention",
        models.PROTECT,
        related_name="elimination_items",
        null=True,
        blank=True,
    )
    rule = models.CharField("règle", max_length=40)
    subject = models.BigIntegerField("numéro", null=True, blank=True)
    length = models.CharField("durée", max_length=20)
    """ISO 8601."""
    ground = models.CharField("fondement", max_length=300)
    counted_from = models.DateField("comptée du")
    kept_until = models.DateField("conservé jusqu’au")

    class Meta:
        verbose_name = "ligne d’un bordereau"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["elimination", "convention"], name="contracts_eliminationitem_once"
            ),
            models.UniqueConstraint(
                fields=["elimination", "rule", "subject"],
                condition=Q(subject__isnull=False),
                name="contracts_eliminationitem_subject_once",
            ),
            models.CheckConstraint(
                condition=Q(convention__isnull=False, subject__isnull=True)
                | Q(convention__isnull=True, subject__isnull=False),
                name="contracts_eliminationitem_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"ligne {self.pk}, bordereau {self.elimination_id}"


class EliminationOutcome(models.Model):
    """What became of one line once the list was confirmed: gone, or kept and why.

    ``digest`` is the sha256 over the outcome before it in the list and over all that went: the
    lines of ``EliminatedThing`` and the contents that stood in the rows. The contents alone would
    let a name be guessed from its digest; all of them together do not.
    """

    class Kind(models.TextChoices):
        GONE = "gone", "Éliminé"
        KEPT = "kept", "Gardé"

    item = models.OneToOneField(EliminationItem, models.PROTECT, related_name="outcome")
    kind = models.CharField("suite", max_length=4, choices=Kind)
    reason = models.CharField("motif", max_length=300, blank=True)
    contents_digest = models.CharField("empreinte des contenus", max_length=64, blank=True)
    previous_digest = models.CharField("empreinte précédente", max_length=64, blank=True)
    digest = models.CharField("empreinte", max_length=64)
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "suite d’une ligne de bordereau"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="gone", reason="") & ~Q(contents_digest="")
                | Q(kind="kept", contents_digest="") & ~Q(reason=""),
                name="contracts_eliminationoutcome_gone_or_kept_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="contracts_eliminationoutcome_digest_form",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, ligne {self.item_id}"


class EliminatedThing(models.Model):
    """One row whose contents went, or one file; what it held is nowhere any more."""

    outcome = models.ForeignKey(EliminationOutcome, models.PROTECT, related_name="things")
    kind = models.CharField("genre", max_length=60)
    """Label of the model: ``contracts.EvidenceFile``."""
    key = models.BigIntegerField("numéro")
    columns = models.CharField("colonnes", max_length=200)
    sha256 = models.CharField("empreinte sha256", max_length=64, blank=True)
    """Of a file: that of its content."""

    class Meta:
        verbose_name = "chose éliminée"
        verbose_name_plural = "choses éliminées"
        constraints = [
            models.UniqueConstraint(
                # An account goes before the name that it bore: two things of one row.
                fields=["kind", "key", "columns"],
                name="contracts_eliminatedthing_goes_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class EliminationReport(models.Model):
    """The report of a list carried out, as it was made once its last line had its outcome."""

    elimination = models.OneToOneField(Elimination, models.PROTECT, related_name="report")
    file = models.ForeignKey("contracts.EvidenceFile", models.PROTECT, related_name="+")
    at = models.DateTimeField("établi le")

    class Meta:
        verbose_name = "procès-verbal d’élimination"
        verbose_name_plural = "procès-verbaux d’élimination"

    def __str__(self) -> str:
        return f"procès-verbal du bordereau {self.elimination_id}"
