"""Structures in the life of a convention: one more without an avenant, one less without ending it.

An addition is declared by the partner and confirmed by the caisse in one step; from then on the
structure's sheet is awaited. A closing is declared and done: the users of that structure leave, on
that day, and nothing else moves.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from access.models import Habilitation
from access.services.user_life import report_departure
from contracts.identifiers import compact, validate_no_nir, validate_siret
from contracts.models import Convention, ConventionSite, Site, User
from contracts.services.partners import NewSite, add_site
from contracts.services.visibility import visible_conventions
from forms_annexes.models import (
    AccessRequest,
    ClosingCorrection,
    StructureAnswer,
    StructureChange,
)
from forms_annexes.models.requests import EDITABLE, RequestStatus
from forms_annexes.services import filling
from forms_annexes.services.moving import RequestRefused, StaleRequest
from forms_annexes.services.structures import is_over, takes_sheets
from workflows import clock
from workflows.french import date_in_words, typeset
from workflows.habilitation import HabilitationStatus
from workflows.subjects import locked

Kind = StructureChange.Kind

EARLIEST, LATEST = timedelta(days=3 * 366), timedelta(days=366)
"""How far from today a closing may be told: past that, it is the year that was mistyped."""

UNDECIDED = (*EDITABLE, RequestStatus.SUBMITTED.value)
"""Statuses of the requests that a closing withdraws."""


def covers_structures(convention: Convention) -> bool:
    """Whether the convention covers structures by name, so that one may be added.

    Where it names none it covers the partner as a whole: naming one would narrow it.
    """
    return takes_sheets(convention) or convention.sites.exists()


def awaited(convention: Convention) -> QuerySet[StructureChange]:
    """The additions of a convention that wait for the caisse's answer."""
    return convention.structure_changes.filter(kind=Kind.ADD, answer__isnull=True)


def visible_changes(user: User, on: date) -> QuerySet[StructureChange]:
    """The additions declared under the conventions that the agent may see."""
    return StructureChange.objects.filter(
        kind=Kind.ADD, convention__in=visible_conventions(user, on)
    ).select_related("convention__partner", "convention__caisse", "declared_by", "answer")


def to_answer(user: User, on: date) -> QuerySet[StructureChange]:
    """Those of them that wait for an answer, the oldest first."""
    return visible_changes(user, on).filter(answer__isnull=True)


def declare(
    convention: Convention,
    author: User,
    *,
    name: str,
    siret: str = "",
    address: str = "",
    identifier: UUID,
) -> StructureChange:
    """Declare a structure more; the same form sent again gives the same change.

    Raises ``ValidationError`` by field, and ``RequestRefused`` when the convention takes none.
    Nothing is written then.
    """
    name, siret, address = name.strip(), compact(siret), address.strip()
    _check_open(convention)
    _check_words({"name": name, "address": address})
    if siret:
        _check_siret(convention, siret)
    with transaction.atomic():
        # Two windows of one partner wait for each other here.
        convention = locked(Convention.objects.select_related("partner"), convention.pk)
        if known := StructureChange.objects.filter(identifier=identifier).first():
            return known
        _check_new(convention, name, siret)
        return StructureChange.objects.create(
            identifier=identifier,
            convention=convention,
            kind=Kind.ADD,
            name=name,
            siret=siret,
            address=address,
            declared_by=author,
            declared_at=clock.now(),
        )


def confirm(change: StructureChange, author: User) -> StructureAnswer:
    """Let the convention cover the structure declared, whose sheet is awaited from then on.

    A structure that the partner has already, under another convention, is joined and not entered
    twice. Raises ``StaleRequest`` when it was answered already, ``RequestRefused`` when the
    convention takes no more, ``ValidationError`` when the structure cannot be entered so.
    """
    with transaction.atomic():
        current = _to_answer(change)
        convention = current.convention
        _check_open(convention)
        site = _same(convention, current.name, current.siret)
        if site is None:
            site = add_site(
                convention.partner, NewSite(current.name, current.siret, current.address)
            )
        if site.is_closed(clock.today()):
            raise RequestRefused(
                "Cette structure est fermée : refusez la déclaration en le disant."
            )
        ConventionSite.objects.get_or_create(convention=convention, site=site)
        return StructureAnswer.objects.create(
            change=current, site=site, author=author, at=clock.now()
        )


def refuse(change: StructureChange, author: User, reason: str) -> StructureAnswer:
    """Refuse the structure declared, for a reason that the partner reads.

    Raises ``StaleRequest`` when it was answered already, ``ValidationError`` without a reason or
    for a social security number in it.
    """
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "Donnez le motif du refus : le partenaire le lira."})
    _check_words({"reason": reason})
    with transaction.atomic():
        return StructureAnswer.objects.create(
            change=_to_answer(change), reason=reason, author=author, at=clock.now()
        )


def leaving(site: Site, on: date) -> QuerySet[Habilitation]:
    """The rights that the closing of a structure on that day takes away, of all conventions."""
    return (
        Habilitation.objects.filter(site=site)
        .filter(Q(closes_on__isnull=True) | Q(closes_on__gt=on))
        .exclude(state=HabilitationStatus.CLOSED)
        .select_related("person", "convention")
        .order_by("pk")
    )


def undecided(site: Site) -> QuerySet[AccessRequest]:
    """The requests about a structure that nobody has decided yet."""
    return AccessRequest.objects.filter(site=site, status__in=UNDECIDED).order_by("pk")


def check_day(site: Site, on: date) -> None:
    """Raise ``RequestRefused`` for a day on which the structure can hardly close."""
    today = clock.today()
    if not today - EARLIEST <= on <= today + LATEST:
        raise RequestRefused(
            typeset(
                f"Le {date_in_words(on)} est trop loin d’aujourd’hui. Vérifiez l’année : la date "
                "attendue est à moins de trois ans dans le passé, ou d’un an à venir."
            )
        )
    if site.closed_on is not None:
        raise RequestRefused(
            typeset(
                f"La fermeture de cette structure est déjà enregistrée, "
                f"au {date_in_words(site.closed_on)}."
            )
        )


def close(
    convention: Convention, site: Site, author: User, *, on: date, identifier: UUID
) -> StructureChange:
    """Close a structure from ``on``: its users leave that day, its pending requests are withdrawn.

    All in one transaction; conventions and other structures are not touched. Past, the accesses
    close today and the delay stays on record; to come, they close that day. The same form sent
    again gives the same change. Raises ``RequestRefused``, and ``recording.ActRefused``.
    """
    with transaction.atomic():
        current = locked(Site.objects.all(), site.pk)
        if known := StructureChange.objects.filter(identifier=identifier).first():
            return known
        check_day(current, on)
        change = StructureChange.objects.create(
            identifier=identifier,
            convention=convention,
            kind=Kind.CLOSE,
            site=current,
            closes_on=on,
            follows=ClosingCorrection.objects.filter(change__site=current).last(),
            declared_by=author,
            declared_at=clock.now(),
        )
        for habilitation in leaving(current, on):
            # Nobody leaves before having come.
            day = max(on, habilitation.granted_on or on)
            report_departure(habilitation, day, author, request=request_of(change))
        for request in undecided(current):
            filling.withdraw(request, author)
        current.closed_on = on
        current.save(update_fields=["closed_on"])
    return change


def request_of(change: StructureChange) -> str:
    """What the departures recorded by a closing say that they were told by."""
    return f"structure:{change.pk}"


def _to_answer(change: StructureChange) -> StructureChange:
    """The change, while its convention is locked and nobody has answered it."""
    locked(Convention.objects.all(), change.convention_id)
    current: Any = StructureChange.objects.select_related("convention__partner").get(pk=change.pk)
    if StructureAnswer.objects.filter(change=current).exists() or current.kind != Kind.ADD:
        raise StaleRequest("Une réponse a déjà été donnée à cette déclaration. Relisez-la.")
    return current


def _check_open(convention: Convention) -> None:
    if is_over(convention):
        raise RequestRefused(
            typeset("Cette convention a pris fin : elle ne couvre plus de nouvelle structure.")
        )
    if not covers_structures(convention):
        raise RequestRefused(
            typeset(
                "Cette convention couvre votre organisme en entier : aucune structure n’y est à "
                "ajouter."
            )
        )


def _check_words(words: dict[str, str]) -> None:
    for field, text in words.items():
        try:
            validate_no_nir(text)
        except ValidationError as refused:
            raise ValidationError({field: refused}) from refused


def _check_siret(convention: Convention, siret: str) -> None:
    try:
        validate_siret(siret)
    except ValidationError as refused:
        raise ValidationError({"siret": refused}) from refused
    siren = convention.partner.siren
    if siren and not siret.startswith(siren):
        raise ValidationError(
            {
                "siret": typeset(
                    f"Le SIRET d’une structure commence par le SIREN de votre organisme, {siren}. "
                    "Vérifiez-le sur l’avis de situation de l’établissement."
                )
            }
        )


def _check_new(convention: Convention, name: str, siret: str) -> None:
    """Raise ``ValidationError`` for a structure covered, closed or declared already."""
    site = _same(convention, name, siret)
    field = "siret" if site is not None and siret and site.siret == siret else "name"
    if site is not None and site.closed_on is not None:
        said = f"Cette structure est fermée depuis le {date_in_words(site.closed_on)}."
        raise ValidationError({field: typeset(said)})
    if site is not None and convention.sites.filter(pk=site.pk).exists():
        raise ValidationError({field: "Cette structure est déjà couverte par la convention."})
    if any(_alike(one, name, siret) for one in awaited(convention)):
        raise ValidationError(
            {"name": typeset("Cette structure est déjà déclarée : la caisse doit y répondre.")}
        )


def _same(convention: Convention, name: str, siret: str) -> Site | None:
    """The structure of that SIRET, or else of that name: of the partner, or covered already."""
    held = Q(partner=convention.partner_id) | Q(conventions=convention)
    own = list(Site.objects.filter(held).distinct().order_by("pk"))
    named = (site for site in own if _alike(site, name, siret))
    return min(named, key=lambda site: bool(siret) and site.siret != siret, default=None)


def _alike(one: Site | StructureChange, name: str, siret: str) -> bool:
    # Not asked of the database: SQLite takes É and é for two letters.
    return (bool(siret) and one.siret == siret) or one.name.casefold() == name.casefold()
