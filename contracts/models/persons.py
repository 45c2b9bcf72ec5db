"""Natural persons, apart from the facts about them.

Acts, journals and files that cannot be rewritten name a person by number, so that the person's
details can be corrected or erased here without touching what was recorded.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from workflows.french import NO_BREAK_SPACE


class Person(models.Model):
    """The professional identity of somebody who represents, signs or answers for a party."""

    first_name = models.CharField("prénom", max_length=150, blank=True)
    last_name = models.CharField("nom", max_length=150, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)

    class Meta:
        verbose_name = "personne"
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False) | ~Q(last_name=""),
                name="contracts_person_named_until_erased",
                violation_error_message="Indiquez le nom de la personne.",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(first_name="", last_name="", email="", phone=""),
                name="contracts_person_erased_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"personne {self.pk}"

    def get_full_name(self) -> str:
        """First and last name for the screens; says so when the person was erased."""
        if self.erased_at is not None:
            return f"Personne effacée n°{NO_BREAK_SPACE}{self.pk}"
        return f"{self.first_name} {self.last_name}".strip()
