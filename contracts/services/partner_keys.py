"""The words and keys of the partners, written whenever what they are made of changes.

A partner, a structure, a number or an address may be entered by a page, an import or the
demonstration: the database's own writes are listened to, so that none of them has to think of it.
Rows written in bulk are not heard: ``manage.py partners verify --rebuild`` follows such a load.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.signals import post_save

from contracts.models import AddressChange, Partner, PartnerKey, PartnerNumber, Site
from contracts.partner_words import name_key, postcode_of, search_text, search_words

_AT_ONCE = 1000
_COMPARED = ("words", "name_key", "postcode", "email")


def key_of(partner: Partner) -> PartnerKey:
    """The key that the partner should have, by its rows; nothing is written."""
    sites = list(partner.sites.all())
    told = list(partner.address_changes.all())
    own = [change for change in told if change.site_id is None]
    addresses = [partner.address, *(change.address for change in own)]
    texts = [
        partner.name,
        partner.siren,
        partner.siret,
        partner.email,
        *addresses,
        *(change.address for change in told if change.site_id is not None),
        *(number.number for number in partner.numbers.all()),
    ]
    for site in sites:
        texts += [site.name, site.siret, site.address]
    postcodes = [code for code in map(postcode_of, addresses) if code]
    return PartnerKey(
        partner=partner,
        words=search_text(texts),
        name_key=name_key(partner.name),
        postcode=postcodes[-1] if postcodes else "",
        email=partner.email.lower(),
    )


def refresh(partner_pk: int) -> None:
    """Write the key of one partner anew."""
    key_of(_read(Partner.objects.filter(pk=partner_pk)).get()).save()


def refresh_many(partners: Iterable[int]) -> None:
    """Write the keys of several partners anew, after rows of them were written in bulk."""
    PartnerKey.objects.bulk_create(
        map(key_of, _read(Partner.objects.filter(pk__in=list(partners)))),
        update_conflicts=True,
        unique_fields=["partner"],
        update_fields=_COMPARED,
    )


def disagreements() -> Iterator[Partner]:
    """The partners whose stored key is not the one their rows give."""
    stored: dict[int, PartnerKey] = {}
    for partner in _read(Partner.objects.order_by("pk")).iterator(_AT_ONCE):
        if partner.pk not in stored:
            near = PartnerKey.objects.filter(partner__gte=partner.pk).order_by("partner")
            stored = {key.partner_id: key for key in near[:_AT_ONCE]}
        known, right = stored.get(partner.pk), key_of(partner)
        if known is None or any(getattr(known, name) != getattr(right, name) for name in _COMPARED):
            yield partner


def rebuild() -> int:
    """Write anew every key that is not right; return how many."""
    wrong = list(disagreements())
    for partner in wrong:
        with transaction.atomic():
            key_of(partner).save()
    return len(wrong)


def matching(text: str) -> Q:
    """What a search of partners filters on: each word begins one of theirs, or all stand as one.

    An empty search keeps all; one without any letter or figure keeps none.
    """
    words = search_words(text)
    if not words:
        return Q() if not text.strip() else Q(pk__in=())
    each = Q()
    for word in words:
        each &= Q(search_key__words__contains=f" {word}")
    return each | Q(search_key__words__contains="".join(words))


def listen() -> None:
    """Follow what is written of partners; asked once, when the application is ready."""
    for model in (Partner, Site, PartnerNumber, AddressChange):
        post_save.connect(_written, sender=model, dispatch_uid=f"partner_key_of_{model.__name__}")


def _written(sender: Any, instance: Any, raw: bool = False, **more: Any) -> None:
    if not raw:  # A file of rows is loaded in any order.
        refresh(instance.pk if isinstance(instance, Partner) else instance.partner_id)


def _read(partners: QuerySet[Partner]) -> QuerySet[Partner]:
    return partners.prefetch_related("sites", "numbers", "address_changes")
