"""The closing of a structure by mistake: annulled, with the departures that it recorded."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from access.models import Habilitation, HabilitationAct
from access.services.habilitations import record
from contracts.identifiers import validate_no_nir
from contracts.models import Site, User
from contracts.services.visibility import visible_conventions
from forms_annexes.models import ClosingCorrection, StructureChange
from forms_annexes.services.moving import StaleRequest
from forms_annexes.services.structure_changes import request_of
from workflows import clock
from workflows.acts import Annulment
from workflows.french import typeset
from workflows.subjects import locked

_ANNULLED = "La fermeture de la structure a été enregistrée par erreur : elle est annulée."


def visible_closings(user: User, on: date) -> QuerySet[StructureChange]:
    """The closings declared under the conventions that the agent may see, the latest first."""
    return (
        StructureChange.objects.filter(
            kind=StructureChange.Kind.CLOSE, convention__in=visible_conventions(user, on)
        )
        .select_related("site", "convention__partner", "convention__caisse", "declared_by")
        .select_related("correction__author")
        .order_by("-declared_at", "-pk")
    )


def departures_of(change: StructureChange) -> list[HabilitationAct]:
    """The departures that a closing recorded and that nobody has annulled since."""
    of_site = HabilitationAct.objects.filter(subject__site=change.site_id)
    told = of_site.filter(kind="departure", payload__request=request_of(change))
    annulled = set(of_site.filter(kind="annulment").values_list("payload__of", flat=True))
    return [
        act
        for act in told.select_related("subject__person").order_by("subject_id", "pk")
        if act.identifier not in annulled
    ]


def correct_closing(change: StructureChange, author: User, reason: str) -> ClosingCorrection:
    """Annul a closing: the structure is open again, and its users are what their acts now say.

    Whoever left for another reason, or whose convention ended since, gets nothing back. What the
    closing withdrew is asked anew. All in one transaction. Raises ``ValidationError`` without a
    reason or for a social security number in it, ``StaleRequest`` when it was corrected already,
    and ``recording.ActRefused``.
    """
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "Donnez le motif de la correction."})
    try:
        validate_no_nir(reason)
    except ValidationError as refused:
        raise ValidationError({"reason": refused}) from refused
    with transaction.atomic():
        site = locked(Site.objects.all(), change.site_id)
        if ClosingCorrection.objects.filter(change=change).exists():
            raise StaleRequest("Cette fermeture est déjà annulée. Relisez-la.")
        correction = ClosingCorrection.objects.create(
            change=change, reason=reason, author=author, at=clock.now()
        )
        for act in departures_of(change):
            _annul(act, author)
        site.closed_on = None
        site.save(update_fields=["closed_on"])
    return correction


def last_corrections(sites: list[Site]) -> dict[int, ClosingCorrection]:
    """By structure that is open again, the correction to which it owes it."""
    found = ClosingCorrection.objects.filter(
        change__site__in=sites, change__site__closed_on__isnull=True
    )
    return {one.change.site_id: one for one in found.select_related("change").order_by("pk")}


def _annul(act: HabilitationAct, author: User) -> None:
    right = Habilitation.objects.select_related("person", "convention__caisse").get(
        pk=act.subject_id
    )
    annulment = Annulment(
        id=str(uuid4()),
        on=clock.today(),
        recorded_at=clock.now(),
        of=act.identifier,
        reason=typeset(_ANNULLED),
    )
    record(right, annulment, author)
