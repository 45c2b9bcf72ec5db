"""Which issued document somebody means: by the stamp on the paper, or by the convention."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from contracts.models import IssuedDocument, ScanBatch, User
from contracts.rules import conventions_where
from contracts.services.scanning import CannotScan
from contracts.stamps import NotAStamp, read_stamp
from workflows import clock

MOST_CHOICES = 20


def documents_named(user: User, batch: ScanBatch, answers: QueryDict) -> list[IssuedDocument]:
    """The document that the answers name, or several to choose from; never none.

    Raises ``CannotScan``, saying what to type.
    """
    chosen = answers.get("issued", "")
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
        found = list(_own(user, batch).filter(pk=int(chosen)))
        if found:
            return found
    told = answers.get("target", "").strip()
    if not told:
        raise CannotScan(
            "Dites où classer ces pages : le repère imprimé, ou le numéro de convention."
        )
    try:
        return [named(user, batch, read_stamp(told))]
    except NotAStamp:
        of_convention = _own(user, batch).filter(convention__number__iexact=told)
        found = list(of_convention.order_by("-issued_at", "-pk")[:MOST_CHOICES])
    if not found:
        raise CannotScan(
            f"« {told} » n’est ni un repère (7K3F-9QXM-2B) ni le numéro d’une convention de cette "
            "caisse dont un document a été émis. Recopiez l’un ou l’autre."
        )
    return found


def named(user: User, batch: ScanBatch, stamp: str) -> IssuedDocument:
    """The document of a stamp. Raises ``CannotScan`` when there is none for this user."""
    found = _own(user, batch).filter(stamp=stamp).first()
    if found is None:
        raise CannotScan(f"Aucun document de cette caisse ne porte le repère {stamp}. Vérifiez-le.")
    return found


def _own(user: User, batch: ScanBatch) -> QuerySet[Any]:
    conventions = conventions_where(user, "contracts.issue_document", clock.today()).filter(
        caisse=batch.caisse_id
    )
    return IssuedDocument.objects.filter(convention__in=conventions).select_related(
        "convention__caisse", "file"
    )
