"""What a client may read: the conventions and habilitations of its caisses and services."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import OuterRef, Q, QuerySet, Subquery

from access.models import Habilitation, HabilitationAct, HabilitationJournalEntry
from access.services.clients import Caller
from contracts.models import (
    Convention,
    ConventionAct,
    ConventionJournalEntry,
)
from contracts.services.rulebooks import published_rulebooks


def conventions_of(caller: Caller) -> QuerySet[Convention]:
    """Its conventions, each with its partner, its caisse and when it last changed."""
    acts = ConventionAct.objects.filter(subject=OuterRef("pk")).order_by("-revision")
    beliefs = ConventionJournalEntry.objects.filter(subject=OuterRef("pk")).order_by("-number")
    found = Convention.objects.filter(caisse__in=caller.caisses.values())
    if caller.client.services:
        found = found.filter(offering(caller.client.services))
    return found.select_related("caisse", "partner", "pinned").annotate(
        recorded_at=Subquery(acts.values("recorded_at")[:1]),
        believed_at=Subquery(beliefs.values("believed_at")[:1]),
    )


def habilitations_of(caller: Caller) -> QuerySet[Habilitation]:
    """Its habilitations, each with its convention and account and when it last changed."""
    acts = HabilitationAct.objects.filter(subject=OuterRef("pk")).order_by("-revision")
    beliefs = HabilitationJournalEntry.objects.filter(subject=OuterRef("pk")).order_by("-number")
    found = Habilitation.objects.filter(convention__caisse__in=caller.caisses.values())
    if caller.client.services:
        found = found.filter(service__in=caller.client.services)
    return found.select_related(
        "convention__caisse", "convention__partner", "convention__pinned", "account", "person"
    ).annotate(
        recorded_at=Subquery(acts.values("recorded_at")[:1]),
        believed_at=Subquery(beliefs.values("believed_at")[:1]),
    )


def offering(services: Collection[str]) -> Q:
    """The conventions whose text gives access to one of the services."""
    published = [
        row
        for row in published_rulebooks()
        if any(offer.code in services for offer in row.rulebook.services)
    ]
    # A draft follows the latest version of its type.
    latest = {row.code: row.pk for row in published_rulebooks()}
    followed = [row.code for row in published if latest[row.code] == row.pk]
    return Q(pinned__in=published) | Q(pinned=None, rulebook_code__in=followed)


def changed_since(instant: object) -> Q:
    """The rows of ``conventions_of`` or ``habilitations_of`` that changed from that instant on."""
    return Q(created_at__gte=instant) | Q(recorded_at__gte=instant) | Q(believed_at__gte=instant)
