"""Which accesses rest on a paper that lacks or has ended: flagged the same day, never closed here.

No text says what becomes of an access already given when its delegation ends: the flag asks a
person to look, and to close it or to obtain another paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import reduce
from operator import and_
from typing import NamedTuple

from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    prefetch_related_objects,
)

from access.flags import Flag, Flags
from access.models import Habilitation
from access.services.lives import READ_WITH
from contracts.models import Convention, ConventionAct
from contracts.services.rulebooks import published_rulebooks
from forms_annexes.models import PrerequisiteDocument
from forms_annexes.services.prerequisites import kind_of, papers_by_convention, wanted_of
from workflows.convention import IN_FORCE
from workflows.prerequisites import Paper, Prerequisite, conditions_of, prerequisites_on
from workflows.rulebook import Rulebook
from workflows.rulebook_types import PartnerKind


class Concerned(NamedTuple):
    """One convention whose papers want somebody."""

    convention: Convention
    prerequisites: tuple[Prerequisite, ...]
    """Those that lack on the day."""
    to_check: int
    """Papers that nobody has checked."""
    accesses: int
    """Accesses given that are not closed."""

    @property
    def is_flagged(self) -> bool:
        """Whether accesses already given rest on a paper that lacks."""
        return bool(self.prerequisites and self.accesses)


def flags(habilitations: list[Habilitation], day: date) -> Flags:
    """The flags of some habilitations on a day: a source of ``access.flags``."""
    # Read along by those that need them for the lives: not read again.
    prefetch_related_objects(habilitations, *READ_WITH)
    conventions = {
        habilitation.convention_id: habilitation.convention
        for habilitation in habilitations
        if habilitation.convention.state in IN_FORCE and wanted_of(habilitation.convention)
    }
    if not conventions:
        return {}
    papers = papers_by_convention(conventions)
    found: dict[int, tuple[Flag, ...]] = {}
    for habilitation in habilitations:
        convention = conventions.get(habilitation.convention_id)
        if convention is None:
            continue
        lacking = _lacking(
            convention.rules, convention, papers[convention.pk], day, (habilitation.service,)
        )
        if lacking:
            found[habilitation.pk] = tuple(
                Flag(f"prerequisite_{one.standing}", one.words, one.article) for one in lacking
            )
    return found


def concerned(conventions: QuerySet[Convention], day: date) -> Iterator[Concerned]:
    """Of some conventions, those with a paper to check, or accesses that rest on none.

    A convention not yet in force that waits for its paper waits for nobody: its requests say it.
    """
    rules = _Rules()
    of_types = conventions.filter(rulebook_code__in=rules.codes()).order_by()
    in_force = of_types.filter(state__in=IN_FORCE)
    unchecked = PrerequisiteDocument.objects.filter(
        check_made__isnull=True, replaced_by__isnull=True
    ).order_by()
    given = Habilitation.objects.filter(convention__in=in_force.values("pk"))
    given = given.exclude(state="closed").order_by()
    looked_at = unchecked.values("convention").union(given.values("convention"))
    rows = list(
        of_types.filter(pk__in=looked_at)
        .filter(Exists(unchecked.filter(convention=OuterRef("pk"))) | ~rules.surely_held(day))
        .select_related("partner", "caisse")
        .annotate(
            unchecked=Count(
                "prerequisite_documents",
                filter=Q(
                    prerequisite_documents__check_made__isnull=True,
                    prerequisite_documents__replaced_by__isnull=True,
                ),
                distinct=True,
            ),
            accesses=Count(
                "habilitations", filter=~Q(habilitations__state="closed"), distinct=True
            ),
        )
        .order_by("number")
    )
    rows = [one for one in rows if rules.wants_paper(one)]
    papers = papers_by_convention([one.pk for one in rows])
    for one in rows:
        lacking = _lacking(rules.of(one), one, papers[one.pk], day)
        found = Concerned(one, lacking, one.unchecked, one.accesses)
        if found.to_check or found.is_flagged:
            yield found


def _accepted(document: str, day: date) -> QuerySet[PrerequisiteDocument]:
    return PrerequisiteDocument.objects.on(day).filter(
        convention=OuterRef("pk"),
        document=document,
        service="",
        check_made__outcome="accepted",
        replaced_by__isnull=True,
    )


class _Rules:
    """The rulebooks that want a paper, each read once."""

    def __init__(self) -> None:
        self._by_pk: dict[int, Rulebook] = {}
        self._latest: dict[str, Rulebook] = {}
        for row in published_rulebooks():
            self._by_pk[row.pk] = self._latest[row.code] = row.rulebook

    def codes(self) -> set[str]:
        """The types of convention one version of which wants a paper of some partner."""
        return {rules.code for rules in self._by_pk.values() if conditions_of(rules, None)}

    def surely_held(self, day: date) -> Q:
        """What papers alone tell of the conventions that lack none: a million need no replay.

        Where an act was annulled, what it said of a paper is for ``_lacking`` to read.
        """
        annulled = ConventionAct.objects.filter(subject=OuterRef("pk"), kind="annulment")
        held = Q(pk__in=())
        for key, rules in self._by_pk.items():
            documents = {one.document for one in conditions_of(rules, None)}
            if documents:
                papers = [Q(Exists(_accepted(document, day))) for document in documents]
                held |= reduce(and_, papers, Q(pinned=key))
        return held & ~Exists(annulled)

    def of(self, convention: Convention) -> Rulebook:
        """The rules of a convention: pinned, or the latest of its type."""
        if convention.pinned_id is not None:
            return self._by_pk[convention.pinned_id]
        return self._latest[convention.rulebook_code]

    def wants_paper(self, convention: Convention) -> bool:
        """Whether the rules want a paper of this partner."""
        return bool(conditions_of(self.of(convention), kind_of(convention)))


def in_force_with_papers(day: date) -> Iterator[tuple[Convention, tuple[Prerequisite, ...]]]:
    """Every convention in force whose rules want a paper, with what holds of it on that day."""
    rules = _Rules()
    rows = [
        one
        for one in Convention.objects.filter(
            rulebook_code__in=rules.codes(), state__in=IN_FORCE
        ).select_related("partner", "caisse", "pinned")
        if rules.wants_paper(one)
    ]
    papers = papers_by_convention([one.pk for one in rows])
    for one in rows:
        yield one, prerequisites_on(rules.of(one), kind_of(one), papers[one.pk], day)


def _lacking(
    rules: Rulebook,
    convention: Convention,
    papers: Iterable[Paper],
    day: date,
    services: tuple[str, ...] = (),
) -> tuple[Prerequisite, ...]:
    kind: PartnerKind | None = kind_of(convention)
    told = prerequisites_on(rules, kind, papers, day, services)
    return tuple(one for one in told if not one.is_met)
