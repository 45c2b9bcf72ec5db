"""Looking a partner up, and entering one that nobody knows yet with its structures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from stdnum.fr import siren as siren_numbers
from stdnum.fr import siret as siret_numbers

from contracts.identifiers import compact, validate_no_nir
from contracts.models import Partner, Person, Signatory, SignatoryPower, Site
from workflows.french import typeset

MOST_FOUND = 20
"""Partners given at most: past that, the words asked for are too few."""

_NUMBER = re.compile(r"[\s.\-]*(?:\d[\s.\-]*){9,}")


class Sought(NamedTuple):
    """What was typed to look a partner up."""

    text: str
    siren: str
    """Nine digits; empty when a name was typed, or no right number."""
    siret: str
    """Fourteen digits, or empty."""
    looks_like_number: bool
    """Whether digits were typed, and not a name."""

    @property
    def is_wrong_number(self) -> bool:
        """Whether a number was typed that can be nobody's."""
        return self.looks_like_number and not self.siren


class NewSite(NamedTuple):
    """A structure to enter."""

    name: str
    siret: str = ""
    address: str = ""


def sought(text: str) -> Sought:
    """Read a SIRET, a SIREN or a name, with the spaces, dots and dashes that people type."""
    text = text.strip()
    digits = compact(text)
    looks_like_number = bool(_NUMBER.fullmatch(text)) or digits.isdigit()
    if len(digits) == 14 and siret_numbers.is_valid(digits):
        return Sought(text, digits[:9], digits, looks_like_number)
    if len(digits) == 9 and siren_numbers.is_valid(digits):
        return Sought(text, digits, "", looks_like_number)
    return Sought(text, "", "", looks_like_number)


def found(asked: Sought) -> QuerySet[Partner]:
    """The partners that a number, or part of a name, leads to; by the name of a structure too."""
    if asked.siret:
        matching = Q(siren=asked.siren) | Q(siret=asked.siret) | Q(sites__siret=asked.siret)
    elif asked.siren:
        matching = Q(siren=asked.siren) | Q(sites__siret__startswith=asked.siren)
    elif asked.looks_like_number or not asked.text:
        return Partner.objects.none()
    else:
        matching = Q(name__icontains=asked.text) | Q(sites__name__icontains=asked.text)
    # Beside a join, the same partner would come once a structure.
    return Partner.objects.filter(pk__in=Partner.objects.filter(matching).values("pk"))


def create_partner(
    *,
    name: str,
    kind: str,
    siren: str = "",
    siret: str = "",
    address: str = "",
    email: str = "",
    sites: Iterable[NewSite] = (),
    form_token: UUID | None = None,
) -> Partner:
    """Enter a partner with its structures; the same form sent again gives the same partner.

    Raises ``ValidationError`` with a dictionary by field: those of the partner, and
    ``sites-N-FIELD`` for the structure of rank N from 0. Nothing is written then.
    """
    partner = Partner(
        name=name.strip(),
        kind=kind,
        siren=compact(siren) or compact(siret)[:9],
        siret=compact(siret),
        address=address.strip(),
        email=email.strip(),
        form_token=form_token,
    )
    try:
        with transaction.atomic():
            if form_token is not None:
                already = Partner.objects.filter(form_token=form_token).first()
                if already is not None:
                    return already
            _without_nir(partner.name, "name")
            _without_nir(partner.address, "address")
            partner.full_clean()
            partner.save(force_insert=True)
            for rank, site in enumerate(sites):
                try:
                    add_site(partner, site)
                except ValidationError as refused:
                    raise ValidationError(
                        {
                            f"sites-{rank}-{field}": errors
                            for field, errors in _by_field(refused).items()
                        }
                    ) from refused
    except IntegrityError as error:
        # Sent twice at the same moment: the other one won.
        already = Partner.objects.filter(form_token=form_token).first() if form_token else None
        if already is None:
            raise ValidationError(
                {"siren": "Ce numéro SIREN est celui d’un partenaire déjà connu."}
            ) from error
        return already
    return partner


def add_site(partner: Partner, given: NewSite) -> Site:
    """Enter a structure of the partner. Raises ``ValidationError``."""
    site = Site(
        partner=partner,
        name=given.name.strip(),
        siret=compact(given.siret),
        address=given.address.strip(),
    )
    _without_nir(site.name, "name")
    _without_nir(site.address, "address")
    site.full_clean()
    site.save(force_insert=True)
    return site


def add_signatory(
    partner: Partner, *, first_name: str, last_name: str, quality: str, on: date
) -> Signatory:
    """Let somebody sign for the partner from that day, in a quality; nothing if it is so already.

    Raises ``ValidationError``.
    """
    first_name, last_name, quality = first_name.strip(), last_name.strip(), quality.strip()
    known = Signatory.objects.filter(
        partner=partner,
        quality__iexact=quality,
        person__first_name__iexact=first_name,
        person__last_name__iexact=last_name,
    ).first()
    if known is not None and SignatoryPower.objects.on(on).filter(signatory=known).exists():
        return known
    for field, text in (
        ("first_name", first_name),
        ("last_name", last_name),
        ("quality", quality),
    ):
        _without_nir(text, field)
    with transaction.atomic():
        if known is None:
            person = Person(first_name=first_name, last_name=last_name)
            person.full_clean()
            person.save()
            known = Signatory(partner=partner, person=person, quality=quality)
            known.full_clean()
            known.save()
        SignatoryPower.objects.create(signatory=known, first_day=on)
    return known


def current_signatories(partner: Partner, on: date) -> list[Signatory]:
    """Those who may sign for the partner on that day."""
    powers = SignatoryPower.objects.on(on).filter(signatory__partner=partner)
    named = Signatory.objects.filter(pk__in=powers.values("signatory"))
    return list(named.select_related("person").order_by("pk"))


def _without_nir(text: str, field: str) -> None:
    try:
        validate_no_nir(text)
    except ValidationError as refused:
        raise ValidationError({field: refused}) from refused


def _by_field(refused: ValidationError) -> dict[str, list[str]]:
    if hasattr(refused, "error_dict"):
        given: dict[str, list[str]] = refused.message_dict
        # What is about the whole structure stands beside its name.
        return {("name" if key == "__all__" else key): words for key, words in given.items()}
    return {"name": [typeset(message) for message in refused.messages]}
