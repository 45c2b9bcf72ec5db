"""The conventions of a campaign, weighed: proposed the version or left out, and what would move.

The same weighing makes the preview and, line by line, comes before each avenant is prepared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID, uuid5

from contracts.avenant_status import takes_effect
from contracts.campaign_moves import DateMove, RulesRefuse, moves, why_left_out
from contracts.models import (
    Avenant,
    AvenantCampaign,
    AvenantFact,
    CampaignLine,
    Convention,
    PublishedRulebook,
)
from templates_conventions.sources import SourceFault
from templates_conventions.texts import convention_text, has_text
from workflows import acts, bulk, clock
from workflows.french import typeset
from workflows.rule_changes import differences
from workflows.rulebook import Rulebook
from workflows.timeline import Timeline

_OUTCOMES = CampaignLine.Outcome


@dataclass(frozen=True, slots=True)
class Weighed:
    """What proposing the version to one convention would give."""

    convention: Convention
    why_not: str
    """Empty where it can be proposed."""
    moves: tuple[DateMove, ...] = ()


class Weighing:
    """The weighing of the conventions of one campaign, all on one day."""

    def __init__(self, campaign: AvenantCampaign) -> None:
        self.campaign = campaign
        self.target = campaign.target.rulebook
        self.day = clock.today()
        self._faults: dict[Rulebook, str] = {}

    @cached_property
    def _published(self) -> dict[int, Rulebook]:
        rows = PublishedRulebook.objects.filter(code=self.target.code)
        return {row.version: row.rulebook for row in rows}

    def of(self, keys: Iterable[int]) -> Iterator[Weighed]:
        """Each convention of these keys, with what would come of it."""
        rows = list(Convention.to_sweep().filter(pk__in=list(keys)).order_by("pk"))
        if not rows:
            return
        waiting = _open_avenants(rows)
        for one, life in zip(rows, Convention.lives(rows, self.day), strict=True):
            if isinstance(life, Exception):
                yield Weighed(one, "Sa vie ne peut pas être calculée. Ouvrez le dossier.")
            else:
                yield self._weighed(one, life, waiting.get(one.pk))

    def _weighed(self, one: Convention, life: Timeline, open_avenant: int | None) -> Weighed:
        rules = life.rulebook
        published = self._published.get(rules.version)
        why_not = why_left_out(
            life, self.target, self.campaign.from_versions, published, open_avenant
        )
        if not why_not and has_text(rules.code):
            why_not = self._unwritable(rules)
        if why_not:
            return Weighed(one, why_not)
        try:
            return Weighed(one, "", moves(life, self._avenant(one, rules)))
        except RulesRefuse as refused:
            return Weighed(one, str(refused))

    def _unwritable(self, rules: Rulebook) -> str:
        """Why the avenant could not be written; empty where the texts serve both versions."""
        if rules not in self._faults:
            self._faults[rules] = ""
            try:
                convention_text(rules)
                convention_text(self.target)
            except SourceFault as fault:
                self._faults[rules] = typeset(f"L’avenant ne peut pas s’écrire. {fault}")
        return self._faults[rules]

    def _avenant(self, one: Convention, rules: Rulebook) -> acts.Avenant:
        return acts.Avenant(
            id=str(avenant_identifier(self.campaign, one.pk)),
            on=self.day,
            recorded_at=clock.now(),
            effective_on=takes_effect(self.campaign.effective_on, self.day),
            changes=_changes(rules, self.target),
        )


def avenant_identifier(campaign: AvenantCampaign, convention: int) -> UUID:
    """The identifier of the avenant of one convention: the same however often it is prepared."""
    return uuid5(campaign.identifier, str(convention))


def store(weighed: Iterable[Weighed], lines: Mapping[int, int]) -> None:
    """Write what was found on the lines; ``lines`` are their keys, by that of the convention."""
    now = clock.now()
    bulk.update(
        CampaignLine,
        ("id", "weighed_at", "moves", "move_kinds", "outcome", "reason"),
        [
            (
                lines[one.convention.pk],
                now,
                [_plain(move) for move in one.moves],
                " ".join(sorted({move.kind for move in one.moves})),
                _OUTCOMES.LEFT_OUT.value if one.why_not else _OUTCOMES.WAITING.value,
                one.why_not,
            )
            for one in weighed
        ],
    )


def _plain(move: DateMove) -> list[Any]:
    days = [day.isoformat() if day else "" for day in (move.before, move.after)]
    return [move.kind, move.title, *days, move.article]


def _open_avenants(conventions: Sequence[Convention]) -> dict[int, int]:
    """The number of an avenant that awaits a signature, by convention."""
    told = AvenantFact.objects.filter(avenant__convention__in=conventions)
    over = {AvenantFact.Kind.REFUSED, AvenantFact.Kind.ABANDONED}
    signed: dict[int, set[str]] = {}
    closed: set[int] = set()
    for key, kind, party in told.values_list("avenant", "kind", "party"):
        if kind in over:
            closed.add(key)
        elif kind == AvenantFact.Kind.SIGNED:
            signed.setdefault(key, set()).add(party)
    rows = Avenant.objects.filter(convention__in=conventions).order_by("number")
    return {
        convention: number
        for key, convention, number, parties in rows.values_list(
            "pk", "convention", "number", "parties"
        )
        if key not in closed and not set(parties) <= signed.get(key, set())
    }


@lru_cache(maxsize=64)
def _changes(rules: Rulebook, target: Rulebook) -> dict[str, Any]:
    return differences(rules, target)
