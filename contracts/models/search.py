"""The words under which conventions are found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from contracts.search_words import LONGEST


class ConventionWord(models.Model):
    """One word under which one convention is found (``contracts.search_words``).

    A cache of what is stored elsewhere, persons' names among it: whatever changes or erases these
    rewrites it, ``cache verify`` compares it, ``search_words`` makes it again.
    """

    convention = models.ForeignKey(
        "contracts.Convention", models.PROTECT, related_name="words", db_index=False
    )
    """Found by the constraint that makes its words unique."""
    word = models.CharField("mot", max_length=LONGEST)

    class Meta:
        verbose_name = "mot d’une convention"
        verbose_name_plural = "mots des conventions"
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "word"], name="contracts_conventionword_once"
            ),
            models.CheckConstraint(condition=~Q(word=""), name="contracts_conventionword_given"),
        ]
        indexes = [models.Index(fields=["word", "convention"], name="contracts_word_of")]

    def __str__(self) -> str:
        return f"mot {self.pk}, convention {self.convention_id}"
