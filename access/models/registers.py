"""The number under which a register that comes before the directory knows an account holder."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from access.models.accounts import Account


class HolderNumber(models.Model):
    """The number of a structure or of a person in a caisse's register of third parties.

    That of a partner is its ``contracts.models.PartnerNumber``. One an account: the same person in
    two caisses has two accounts, two numbers and two identifiers.
    """

    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="+", db_index=False)
    account = models.OneToOneField(Account, models.PROTECT, related_name="holder_number")
    number = models.CharField("n° tiers", max_length=50)

    class Meta:
        verbose_name = "numéro de tiers d’un titulaire"
        constraints = [
            models.UniqueConstraint(fields=["caisse", "number"], name="access_holdernumber_unique"),
            models.CheckConstraint(condition=~Q(number=""), name="access_holdernumber_given"),
        ]

    def __str__(self) -> str:
        return self.number
