"""The ended conventions whose file is still open, and when their partners were asked to attest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KeyTextTransform

from contracts.models import Convention, ConventionAct, IssuedDocument
from contracts.services.rulebooks import published_rulebooks
from workflows.after_end import AWAITING_CLOSING

REQUEST = "demande-attestation"
"""The letter, and the words of the mail, that ask the partner for its attestation."""


def to_settle(conventions: QuerySet[Convention]) -> QuerySet[Convention]:
    """Those that have ended and that nobody has closed."""
    return conventions.filter(state__in=sorted(AWAITING_CLOSING))


def awaiting_attestation(conventions: QuerySet[Convention]) -> QuerySet[Convention]:
    """Those to settle whose rules ask for an attestation that no standing act tells of.

    Told from stored columns: whoever acts on one reads its life first.
    """
    asking = [
        row.pk
        for row in published_rulebooks()
        if row.rulebook.survival is not None and row.rulebook.survival.attestation is not None
    ]
    annulled = ConventionAct.objects.annotate(of=KeyTextTransform("of", "payload")).filter(
        subject=OuterRef("subject"), kind="annulment", of=OuterRef("identifier")
    )
    received = ConventionAct.objects.filter(
        subject=OuterRef("pk"), kind="duty_done", payload__duty="attestation"
    )
    return to_settle(conventions).filter(
        ~Exists(received.filter(~Exists(annulled))), pinned__in=asking
    )


def letters_asking(conventions: Iterable[int]) -> dict[int, list[date]]:
    """The days on which each convention, by its key, had its request posted.

    A letter that is still on its way to the post has asked nobody yet.
    """
    found: dict[int, list[date]] = {}
    issued = IssuedDocument.objects.filter(convention__in=list(conventions), code=REQUEST)
    for convention, dated, circuit, posted_on in issued.values_list(
        "convention", "dated", "circuit", "circuit__posted_on"
    ):
        day = posted_on if circuit is not None else dated
        if day is not None:
            found.setdefault(convention, []).append(day)
    return found
