"""The habilitations that may answer a question, with one query for any number of questions."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import connection

from access.models import Habilitation
from access.services.lives import READ_WITH, lives_at
from contracts.models import Caisse, Convention, Site
from workflows import access_course, access_decision
from workflows.access_course import Course, ServiceTerms, course_of
from workflows.access_decision import AccessDecision
from workflows.habilitation_life import HabilitationLife
from workflows.replay import ENGINE_VERSION


@dataclass(frozen=True, slots=True)
class Candidate:
    """One habilitation of the account asked about to the service asked about."""

    habilitation: int
    convention: str
    """Number of the convention."""
    convention_id: int
    site_id: int | None
    revisions: tuple[tuple[tuple[str, int], int], ...]
    """Of all that its answers depend on, each by its kind and key."""
    profile: str
    scope: Mapping[str, Any]
    course: Course | None
    """None where only a replay can tell."""
    life: HabilitationLife | None = None
    """Its replay, where the answer comes from it."""

    @property
    def terms(self) -> ServiceTerms:
        """What the convention says of the service."""
        return self.course.terms if self.course else ServiceTerms()

    def on(self, day: date) -> AccessDecision:
        """The answer on a civil day."""
        if self.life is not None:
            return access_decision.decide_on(self.life, day)
        assert self.course is not None
        return self.course.on(day)

    def changes_after(self, day: date) -> tuple[date, ...]:
        """The days after ``day`` on which another answer begins, in order."""
        return self.course.changes_after(day) if self.course else ()


Found = dict[tuple[str, str], list[Candidate]]
"""Candidates, oldest first, by identifier in small letters and service."""

_SQL = """
    SELECT lower(account.identifier), habilitation.service,
           habilitation.id, habilitation.revision, habilitation.engine_version,
           habilitation.access_course, habilitation.profile, habilitation.scope,
           habilitation.site_id, account.id, account.revision,
           convention.id, convention.revision, convention.number
      FROM access_habilitation habilitation
      JOIN access_account account ON account.id = habilitation.account_id
      JOIN contracts_convention convention ON convention.id = habilitation.convention_id
     WHERE habilitation.account_id {among} (
               SELECT id
                 FROM access_account
                WHERE caisse_id = %s
                  AND lower(identifier) IN ({identifiers})
                  AND NOT identifier = ''
           ){end}
       AND habilitation.service IN ({services})
     ORDER BY habilitation.id
"""
"""Written out, as this is asked at every entry: Django takes ten times as long to write it as the
database to answer it. The accounts are found by their unique index, whose condition it repeats."""

_AMONG = {"postgresql": ("= ANY (ARRAY", ")"), "sqlite": ("IN", "")}
"""PostgreSQL takes one identifier in two hundred to be asked about, and would read whole tables:
an array, made first, tells it nothing of its size, and it goes by the indexes."""


def candidates(caisse: Caisse, asked: Sequence[tuple[str, str]]) -> Found:
    """The habilitations of the accounts of these identifiers to these services."""
    keys = sorted({identifier.strip().lower() for identifier, _ in asked})
    services = sorted({service for _, service in asked})
    if not keys:
        return {}
    among, end = _AMONG[connection.vendor]
    sql = _SQL.format(among=among, end=end, identifiers=_places(keys), services=_places(services))
    found: Found = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(sql, [caisse.pk, *keys, *services])
        for key, service, *columns in cursor.fetchall():
            found[key, service].append(_candidate(*columns))
    return found


def _places(values: Sequence[str]) -> str:
    return ", ".join(["%s"] * len(values))


def _candidate(
    pk: int,
    revision: int,
    engine_version: str,
    course: str,
    profile: str,
    scope: str,
    site: int | None,
    account: int,
    account_revision: int,
    convention: int,
    convention_revision: int,
    number: str,
) -> Candidate:
    # Another version of the engine may tell other dates: its courses answer no more.
    stands = course and engine_version == ENGINE_VERSION
    return Candidate(
        habilitation=pk,
        convention=number,
        convention_id=convention,
        site_id=site,
        revisions=(
            (("habilitation", pk), revision),
            (("account", account), account_revision),
            (("convention", convention), convention_revision),
        ),
        profile=profile,
        scope=json.loads(scope),
        course=access_course.read(course) if stands else None,
    )


def replayed(
    found: Found, at: datetime, known_at: datetime, only_without_course: bool = False
) -> Found:
    """The same candidates, told by the replay of their acts known at ``known_at``."""
    wanted = {
        one.habilitation
        for some in found.values()
        for one in some
        if one.course is None or not only_without_course
    }
    if not wanted:
        return found
    habilitations = list(
        Habilitation.objects.filter(pk__in=wanted).select_related(*READ_WITH).order_by("pk")
    )
    told = {
        habilitation.pk: (life, course_of(life, habilitation.service))
        for habilitation, life in zip(
            habilitations, lives_at(habilitations, at, known_at), strict=True
        )
    }
    return {
        key: [
            _told(one, *told[one.habilitation]) if one.habilitation in told else one for one in some
        ]
        for key, some in found.items()
    }


def _told(candidate: Candidate, life: HabilitationLife, course: Course) -> Candidate:
    data = life.data
    return replace(
        candidate, life=life, course=course, profile=data.profile, scope=data.scope.content
    )


def sites_covered(found: Found) -> dict[int, frozenset[str]]:
    """The structures that each candidate covers, by SIRET, name and number.

    The establishments of its scope; else the structure that it was granted for; else those of its
    convention, which are all those of the partner who signed where it names none: a successor
    brings none of its own. Two queries.
    """
    candidates = {one.habilitation: one for some in found.values() for one in some}
    conventions = {one.convention_id for one in candidates.values()}
    sites: dict[int, dict[int, tuple[str, str]]] = defaultdict(dict)
    held = (
        Site.objects.filter(
            partner__conventions__in=conventions, partner__conventions__concluded_by=None
        )
        .order_by()
        .values_list("partner__conventions", "pk", "siret", "name")
        .union(
            Site.objects.filter(partner__signed_conventions__in=conventions)
            .order_by()
            .values_list("partner__signed_conventions", "pk", "siret", "name")
        )
        .order_by()  # Django 6.1 gives a union the ordering of its first model.
    )
    for convention, pk, *codes in held:
        sites[convention][pk] = (*codes,)
    named: dict[int, set[int]] = defaultdict(set)
    chosen = Convention.sites.through.objects.filter(convention__in=conventions)
    told = chosen.values_list("convention_id", "site_id", "site__siret", "site__name")
    for convention, pk, *codes in told:
        named[convention].add(pk)
        sites[convention][pk] = (*codes,)
    covered = {}
    for habilitation, one in candidates.items():
        known = sites[one.convention_id]
        reached = {one.site_id} if one.site_id else named[one.convention_id] or known.keys()
        codes = {text for pk in reached for text in (str(pk), *known.get(pk, ())) if text}
        covered[habilitation] = frozenset(one.scope.get("establishments", codes))
    return covered
