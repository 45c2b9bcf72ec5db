"""The papers without which no access may be given, and what holds of them on a day.

A convention may want a document before any access (a ``document`` condition of its rulebook whose
consequence is ``blocks_access_requests``): a delegation, with its own first and last day. Nothing
here closes anything: an access given under a paper that has ended is flagged, and people decide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from workflows.french import article_number, date_in_words, typeset
from workflows.rulebook import Condition, Rulebook
from workflows.rulebook_types import PartnerKind

_ONE_DAY = timedelta(days=1)

Standing = Literal["held", "ended", "not_yet", "to_check", "refused", "missing"]


@dataclass(frozen=True, slots=True)
class Paper:
    """One document, as somebody gave it and, once checked, as it was accepted."""

    document: str
    """Code under which the rulebook knows it: ``delegation``."""
    first_day: date
    last_day: date | None
    """Last day on which it holds; None: until further notice."""
    received_on: date
    outcome: Literal["accepted", "refused", ""] = ""
    """What the check said; empty: nobody has checked it."""
    service: str = ""
    """Code of the service it is given for; empty: all those of the convention."""

    def holds_on(self, day: date) -> bool:
        """Whether it was accepted and covers that day."""
        return (
            self.outcome == "accepted"
            and self.first_day <= day
            and (self.last_day is None or self.last_day >= day)
        )


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """One condition, for one service, on one day."""

    condition: Condition
    service: str
    standing: Standing
    paper: Paper | None = None
    """The paper that the standing speaks of."""
    last_day: date | None = None
    """While it holds, the last day covered without a gap, None for no end; once it has ended, the
    last day that was."""
    next_day: date | None = None
    """For a paper accepted ahead of its time, the first day on which it will hold."""
    in_hand: bool = False
    """Whether a paper was given that nobody has checked yet."""

    @property
    def is_met(self) -> bool:
        """Whether an access may be accepted that day, as far as this paper goes."""
        return self.standing == "held"

    @property
    def flags(self) -> bool:
        """Whether the accesses already given are to be looked at."""
        return not self.is_met

    @property
    def article(self) -> str:
        """The article that commands it: ``3``."""
        return article_number(self.condition.article)

    @property
    def words(self) -> str:
        """What is missing, and what is to be done, in one or two sentences."""
        label = f"« {self.condition.label} » (article {self.article})"
        last_day = date_in_words(self.last_day) if self.last_day else ""
        next_day = date_in_words(self.next_day) if self.next_day else ""
        match self.standing:
            case "held" if not last_day:
                text = f"{label} : au dossier, sans date de fin."
            case "held":
                text = f"{label} : au dossier, jusqu’au {last_day}."
            case "to_check":
                assert self.paper is not None
                text = (
                    f"{label} : reçue le {date_in_words(self.paper.received_on)}, à vérifier par "
                    "la caisse."
                )
            case "refused":
                text = f"{label} : la pièce donnée ne convient pas. Une autre est attendue."
            case "ended":
                text = f"{label} : elle a pris fin le {last_day}. {self._what_next(next_day)}"
            case "not_yet":
                text = f"{label} : elle ne vaut qu’à partir du {next_day}."
            case "missing":
                text = f"{label} : elle manque."
        return typeset(text)

    def _what_next(self, next_day: str) -> str:
        if self.in_hand:
            return "Une nouvelle est arrivée, à vérifier par la caisse."
        if next_day:
            return f"La suivante vaut à partir du {next_day}."
        return "Une nouvelle est attendue."


def conditions_of(rulebook: Rulebook, kind: PartnerKind | None) -> tuple[Condition, ...]:
    """The documents without which a partner of this kind is given no access."""
    return tuple(
        condition
        for condition in rulebook.effect.conditions
        if condition.kind == "document"
        and condition.consequence == "blocks_access_requests"
        and condition.binds(kind)
    )


def prerequisites_on(
    rulebook: Rulebook,
    kind: PartnerKind | None,
    papers: Iterable[Paper],
    day: date,
    services: Collection[str] = (),
) -> tuple[Prerequisite, ...]:
    """What holds on ``day`` of each paper wanted, service by service.

    ``services`` are the codes of those asked about, all those of the convention by default. A paper
    that answers for several of them alike is told once.
    """
    known = tuple(papers)
    asked = tuple(services) or tuple(service.code for service in rulebook.services)
    found: list[Prerequisite] = []
    for condition in conditions_of(rulebook, kind):
        told = [_on(condition, known, day, service) for service in asked]
        alike = {(one.standing, one.paper, one.last_day, one.next_day) for one in told}
        found += told if len(alike) > 1 else told[:1]
    return tuple(found)


def _on(condition: Condition, papers: tuple[Paper, ...], day: date, service: str) -> Prerequisite:
    given = sorted(
        (
            paper
            for paper in papers
            if paper.document == condition.document and paper.service in ("", service)
        ),
        key=lambda paper: (paper.first_day, paper.received_on),
    )
    accepted = [paper for paper in given if paper.outcome == "accepted"]
    to_check = [paper for paper in given if not paper.outcome]
    in_hand = bool(to_check)
    holding = [paper for paper in accepted if paper.holds_on(day)]
    if holding:
        last_day = _covered_until(accepted, day)
        best = next(
            (paper for paper in holding if paper.last_day is None),
            max(holding, key=lambda paper: paper.last_day or day),
        )
        return Prerequisite(condition, service, "held", best, last_day, in_hand=in_hand)
    later = [paper for paper in accepted if paper.first_day > day]
    next_day = later[0].first_day if later else None
    ended = [paper for paper in accepted if paper.last_day is not None and paper.last_day < day]
    if ended:
        last = max(ended, key=lambda paper: paper.last_day or day)
        return Prerequisite(condition, service, "ended", last, last.last_day, next_day, in_hand)
    if to_check:
        return Prerequisite(condition, service, "to_check", to_check[0], None, next_day, in_hand)
    if later:
        return Prerequisite(condition, service, "not_yet", later[0], None, next_day)
    if given:
        return Prerequisite(condition, service, "refused", given[-1])
    return Prerequisite(condition, service, "missing")


def _covered_until(accepted: Iterable[Paper], day: date) -> date | None:
    """The last day reached from ``day`` by papers that follow each other; None for no end."""
    reached = day
    for paper in accepted:
        if paper.first_day > reached + _ONE_DAY:
            break
        if paper.last_day is None:
            return None
        reached = max(reached, paper.last_day)
    return reached
