"""Opening a convention: its number, its type, its first state."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from contracts.models import (
    Caisse,
    Convention,
    ConventionSite,
    NumberSequence,
    Partner,
    PublishedRulebook,
    Site,
    User,
)
from contracts.services.searching import keep_words
from workflows import clock
from workflows.french import NO_BREAK_SPACE
from workflows.settling import cache_of
from workflows.subjects import locked


class CannotDraft(Exception):
    """The convention cannot be opened as asked; nothing was written."""


def next_number(caisse: Caisse, service: str, year: int) -> str:
    """Take the next number of the caisse's sequence for ``year``: ``CAISSE-SERVICE-AAAA-NNNNN``.

    To be called in the transaction that stores the convention: whoever asks next waits for its end,
    and if it fails the number was never taken, so that the sequence has no gap.
    """
    sequence, _ = NumberSequence.objects.get_or_create(caisse=caisse, year=year)
    sequence = locked(NumberSequence.objects.all(), sequence.pk)
    while True:
        sequence.last += 1
        number = f"{caisse.code}-{service.upper()}-{year}-{sequence.last:05d}"
        # The caisse may have used that very number as one of its own.
        if not Convention.objects.filter(caisse=caisse, number=number).exists():
            break
    sequence.save(update_fields=["last"])
    return number


def draft_convention(
    *,
    caisse: Caisse,
    partner: Partner,
    rulebook_code: str,
    author: User | None = None,
    number: str = "",
    sites: Iterable[Site] = (),
    version: int | None = None,
    on: date | None = None,
    form_token: UUID | None = None,
) -> Convention:
    """Store a new draft and return it.

    ``number`` is the caisse's own; without it, one is taken from the sequence of the year of ``on``
    (today by default). ``version`` pins it at once to a version of the rulebook, for a text already
    on paper; without it the draft follows the latest until it is sent for signature or signed.

    Raises ``CannotDraft`` for an unpublished rulebook, a structure of another partner or a number
    already taken.
    """
    day = on or clock.today()
    sites = list(sites)
    published = _published(rulebook_code, version)
    for site in sites:
        if site.partner_id != partner.pk:
            raise CannotDraft(
                f"La structure «{NO_BREAK_SPACE}{site.name}{NO_BREAK_SPACE}» n’est pas de ce "
                "partenaire. Choisissez l’une des siennes, ou ajoutez-la à sa fiche."
            )
    number = number.strip()
    with transaction.atomic():
        service = published.rulebook.services[0].code
        convention = Convention(
            caisse=caisse,
            partner=partner,
            rulebook_code=rulebook_code,
            pinned=published if version is not None else None,
            number=number or next_number(caisse, service, day.year),
            created_by=author,
            created_at=clock.now(),
            form_token=form_token,
        )
        for column, value in cache_of(convention, convention.replayed((), clock.today())).items():
            setattr(convention, column, value)
        try:
            with transaction.atomic():
                convention.full_clean()
                convention.save(force_insert=True)
        except (ValidationError, IntegrityError) as error:
            raise _explained(error, caisse, number) from error
        ConventionSite.objects.bulk_create(
            ConventionSite(convention=convention, site=site) for site in sites
        )
        if sites:
            keep_words([convention.pk])
    return convention


def _published(code: str, version: int | None) -> PublishedRulebook:
    versions = PublishedRulebook.objects.filter(code=code)
    if version is not None:
        versions = versions.filter(version=version)
    try:
        return versions.latest("version")
    except PublishedRulebook.DoesNotExist:
        codes = PublishedRulebook.objects.order_by("code").values_list("code", flat=True).distinct()
        wanted = code if version is None else f"{code}, version {version}"
        raise CannotDraft(
            f"Le modèle de convention «{NO_BREAK_SPACE}{wanted}{NO_BREAK_SPACE}» n’est pas publié. "
            f"Publiés{NO_BREAK_SPACE}: {', '.join(codes) or 'aucun'}. Lancez « manage.py "
            "publish_rulebooks » pour publier ceux de la maison."
        ) from None


def _explained(error: ValidationError | IntegrityError, caisse: Caisse, number: str) -> CannotDraft:
    if Convention.objects.filter(caisse=caisse, number=number).exists():
        return CannotDraft(
            f"Le numéro «{NO_BREAK_SPACE}{number}{NO_BREAK_SPACE}» est celui d’une autre "
            "convention de la caisse. Donnez-en un autre, ou aucun pour prendre le suivant."
        )
    if isinstance(error, ValidationError):
        return CannotDraft(" ".join(error.messages))
    return CannotDraft("La base refuse cette convention. Vérifiez la caisse et le partenaire.")
