"""Legal holds: put by a person for a reason, lifted by a person for a reason."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from contracts.identifiers import validate_no_nir
from contracts.models import Caisse, Convention, ConventionParty, HoldLift, LegalHold, Partner, User
from workflows import clock
from workflows.french import typeset


class NotHeld(Exception):
    """The hold cannot be put or lifted; nothing was written."""

    def __init__(self, reason: str) -> None:
        super().__init__(typeset(reason))


def standing() -> QuerySet[LegalHold]:
    """The holds that nobody has lifted."""
    return LegalHold.objects.filter(lift__isnull=True)


def held() -> Exists:
    """Whether a row of conventions is held, as a column of the query that reads it."""
    return Exists(
        standing().filter(
            Q(convention=OuterRef("pk"))
            | Q(partner=OuterRef("partner"))
            | Q(partner__places__convention=OuterRef("pk"))
        )
    )


def holds_on(convention: Convention) -> QuerySet[LegalHold]:
    """The standing holds that keep the file of a convention, its own and those on its partners."""
    succeeding = ConventionParty.objects.filter(convention=convention).values("partner")
    return standing().filter(
        Q(convention=convention) | Q(partner=convention.partner_id) | Q(partner__in=succeeding)
    )


def put_hold(
    target: Convention | Partner, caisse: Caisse, reason: str, author: User, identifier: UUID
) -> LegalHold:
    """Hold the file of a convention, or all those of a partner; once for one ``identifier``.

    Raises ``NotHeld`` without a reason, or where one of the caisse stands there already.
    """
    _check(reason)
    on = {"convention": target} if isinstance(target, Convention) else {"partner": target}
    with transaction.atomic():
        # What eliminates the file takes the same lock: either the hold is seen, or it comes after.
        partner = target.partner_id if isinstance(target, Convention) else target.pk
        Partner.objects.select_for_update().get(pk=partner)
        if found := LegalHold.objects.filter(identifier=identifier).first():
            return found
        if standing().filter(caisse=caisse, **on).exists():
            raise NotHeld("Un gel de cette caisse est déjà posé : il suffit.")
        return LegalHold.objects.create(
            identifier=identifier,
            caisse=caisse,
            reason=reason.strip(),
            author=author,
            at=clock.now(),
            **on,
        )


def hold_thing(
    caisse: Caisse, rule: str, subject: int, reason: str, author: User, identifier: UUID
) -> LegalHold:
    """Hold what is kept beside the files of conventions; once for one ``identifier``.

    Raises ``NotHeld`` without a reason, or where one stands there already.
    """
    _check(reason)
    with transaction.atomic():
        # As what eliminates it does.
        Caisse.objects.select_for_update().get(pk=caisse.pk)
        if found := LegalHold.objects.filter(identifier=identifier).first():
            return found
        if standing().filter(caisse=caisse, rule=rule, subject=subject).exists():
            raise NotHeld("Un gel est déjà posé : il suffit.")
        return LegalHold.objects.create(
            identifier=identifier,
            caisse=caisse,
            rule=rule,
            subject=subject,
            reason=reason.strip(),
            author=author,
            at=clock.now(),
        )


def lift_hold(hold: LegalHold, reason: str, author: User) -> HoldLift:
    """Lift a hold, for a reason. Raises ``NotHeld`` once it is lifted."""
    _check(reason)
    try:
        with transaction.atomic():
            return HoldLift.objects.create(
                hold=hold, reason=reason.strip(), author=author, at=clock.now()
            )
    except IntegrityError as twice:
        raise NotHeld("Ce gel est déjà levé.") from twice


def _check(reason: str) -> None:
    if not reason.strip():
        raise NotHeld("Dites pourquoi : le motif reste au dossier.")
    try:
        validate_no_nir(reason)
    except ValidationError as found:
        raise NotHeld(" ".join(found.messages)) from found
