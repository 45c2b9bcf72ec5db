"""Conventions are found by the names of their users too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models.signals import post_save

from access.models import Habilitation
from contracts.models import Person
from contracts.search_words import words_of
from contracts.services.searching import Told, also_found_by, keep_words


def follow() -> None:
    """From now on: who is named, corrected or erased is found under the name that is left."""
    also_found_by(_names)
    post_save.connect(_named, sender=Habilitation)
    post_save.connect(_corrected, sender=Person)


def _names(keys: Sequence[int]) -> Told:
    rows = Habilitation.objects.filter(convention__in=keys).order_by()
    for key, first, last in rows.values_list(
        "convention", "person__first_name", "person__last_name"
    ):
        yield key, words_of(f"{first} {last}")


def _named(instance: Habilitation, created: bool, raw: bool = False, **_: Any) -> None:
    if created and not raw:
        keep_words([instance.convention_id])


def _corrected(instance: Person, created: bool, raw: bool = False, **_: Any) -> None:
    if created or raw:
        return
    own = Habilitation.objects.filter(person=instance).order_by("convention")
    keep_words(own.values_list("convention", flat=True).distinct())
