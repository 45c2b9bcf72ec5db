"""Whatever is saved that conventions are found by, their words follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models.signals import post_save

from contracts.models import (
    AddressChange,
    Convention,
    ConventionSite,
    Partner,
    PartnerNumber,
    Site,
)
from contracts.services.searching import keep_words, of_partners
from workflows.settling import Settlement, settled


def follow() -> None:
    """From now on. Rows written many at once tell nobody: who writes these calls ``keep_words``."""
    post_save.connect(_opened, sender=Convention)
    post_save.connect(_renamed, sender=Partner)
    for told in (Site, PartnerNumber, AddressChange):
        post_save.connect(_told_of_partner, sender=told)
    post_save.connect(_covered, sender=ConventionSite)
    settled.connect(_passed_on, sender=Convention, dispatch_uid="contracts.words_of_parties")


def _opened(instance: Convention, created: bool, raw: bool = False, **_: Any) -> None:
    # Nothing that a convention is found by changes once it is open.
    if created and not raw:
        keep_words([instance.pk])


def _renamed(instance: Partner, created: bool, raw: bool = False, **_: Any) -> None:
    if not created and not raw:
        keep_words(of_partners([instance]))


def _told_of_partner(
    instance: Site | PartnerNumber | AddressChange, raw: bool = False, **_: Any
) -> None:
    if not raw:
        keep_words(of_partners([instance.partner_id]))


def _covered(instance: ConventionSite, raw: bool = False, **_: Any) -> None:
    if not raw:
        keep_words([instance.convention_id])


def _passed_on(settlements: Sequence[Settlement], **_: Any) -> None:
    """Another partner took the place, or is to."""
    parties = {"partner_id", "concluded_by_id"}
    # Where nothing moved yet an act may have announced somebody all the same.
    keys = [
        one.subject.pk
        for one in settlements
        if parties & one.moved or (one.because and one.subject.concluded_by_id is not None)
    ]
    if keys:
        keep_words(keys)
