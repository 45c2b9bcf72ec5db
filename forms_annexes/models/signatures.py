"""How a request was signed, and the codes and links by which it may be."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from forms_annexes.models.pieces import RequestPiece
from forms_annexes.models.requests import AccessRequest


class Signature(models.Model):
    """One signature, bound to the very content that was signed; never changed.

    It counts as long as that content is still the request's: an answer corrected afterwards has to
    be signed again.
    """

    class Method(models.TextChoices):
        CODE = "code", "Par code reçu par courriel"
        HAND = "hand", "À la main"

    request = models.ForeignKey(AccessRequest, models.PROTECT, related_name="signatures")
    method = models.CharField("manière", max_length=10, choices=Method)
    quality = models.CharField("qualité du signataire", max_length=200)
    signed_on = models.DateField("signée le")
    document_sha256 = models.CharField("empreinte du contenu signé", max_length=64)
    piece = models.ForeignKey(
        RequestPiece, models.PROTECT, related_name="signatures", null=True, blank=True
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    """Nobody when a signatory without an account signed by code."""
    recorded_at = models.DateTimeField("enregistrée le")

    class Meta:
        verbose_name = "signature d’une demande"
        verbose_name_plural = "signatures d’une demande"
        ordering = ["request", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(method="code") | Q(method="hand", piece__isnull=False),
                name="forms_annexes_signature_by_hand_is_seen",
            ),
            models.CheckConstraint(
                condition=Q(document_sha256__regex=r"^[0-9a-f]{64}$"),
                name="forms_annexes_signature_sha256_form",
            ),
            models.CheckConstraint(
                condition=~Q(quality=""), name="forms_annexes_signature_quality_given"
            ),
        ]

    def __str__(self) -> str:
        return f"signature {self.pk}, demande {self.request_id}"


class SignatureLink(models.Model):
    """The page on which a signatory without an account reads a request and signs it."""

    request = models.ForeignKey(AccessRequest, models.PROTECT, related_name="signature_links")
    person = models.ForeignKey("contracts.Person", models.PROTECT, related_name="+")
    """The signatory: a name and an address, erasable apart."""
    nonce = models.CharField("tirage", max_length=43)
    document_sha256 = models.CharField("empreinte du contenu à signer", max_length=64)
    created_at = models.DateTimeField("créé le")
    expires_at = models.DateTimeField("expire le")
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)

    class Meta:
        verbose_name = "lien de signature"
        verbose_name_plural = "liens de signature"
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(revoked_at__isnull=True),
                name="forms_annexes_signaturelink_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"lien de signature {self.pk}"


class SignatureCode(models.Model):
    """A code sent by mail to sign one content of one request; only its digest is kept.

    Drawn when the message that carries it leaves; until then ``digest`` is empty.
    """

    request = models.ForeignKey(AccessRequest, models.PROTECT, related_name="signature_codes")
    link = models.ForeignKey(
        SignatureLink, models.PROTECT, related_name="codes", null=True, blank=True
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    document_sha256 = models.CharField("empreinte du contenu à signer", max_length=64)
    digest = models.CharField("empreinte du code", max_length=64, blank=True)
    asked_at = models.DateTimeField("demandé le")
    expires_at = models.DateTimeField("expire le", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("essais", default=0)
    used_at = models.DateTimeField("utilisé le", null=True, blank=True)

    class Meta:
        verbose_name = "code de signature"
        verbose_name_plural = "codes de signature"
        constraints = [
            models.CheckConstraint(
                condition=Q(link__isnull=True, user__isnull=False)
                | Q(link__isnull=False, user__isnull=True),
                name="forms_annexes_signaturecode_for_somebody",
            ),
            models.CheckConstraint(
                condition=Q(digest="", expires_at__isnull=True)
                | ~Q(digest="") & Q(expires_at__isnull=False),
                name="forms_annexes_signaturecode_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"code de signature {self.pk}"
