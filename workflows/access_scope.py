"""Whether a place asked about is within what a habilitation reaches.

Territory codes are those of the départements. Of two limits the narrower wins: the caisse's
territory bounds every connection, the scope of the habilitation or its structure narrows it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from workflows.access_decision import (
    OUTSIDE_SITE,
    OUTSIDE_TERRITORY,
    AccessDecision,
    told,
)


class Asked(NamedTuple):
    """The place that the question names; empty where it names none."""

    territory: str = ""
    site: str = ""


class Reach(NamedTuple):
    """What a habilitation reaches."""

    departments: Collection[str]
    """The départements that the caisse manages."""
    scope: Mapping[str, Any]
    """What the habilitation itself is limited to: ``departement``; empty without such limit."""
    sites: frozenset[str]
    """The structures it covers, by SIRET, name and number."""
    article: str
    """The article of the territory of the service."""


def within(decision: AccessDecision, asked: Asked, reach: Reach) -> AccessDecision:
    """The decision, or the denial of a place that a permission does not cover."""
    if not decision.permit:
        return decision
    if asked.territory and not _covers(reach, asked.territory):
        return told(OUTSIDE_TERRITORY, reach.article)
    # A SIRET is often typed with spaces.
    if asked.site and reach.sites.isdisjoint((asked.site, "".join(asked.site.split()))):
        return told(OUTSIDE_SITE, reach.article)
    return decision


def _covers(reach: Reach, territory: str) -> bool:
    limit = reach.scope.get("departement", "")
    return territory in reach.departments and limit in ("", territory)
