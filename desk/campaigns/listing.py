"""The campaigns and their lines in the words of the screens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from contracts.campaign_moves import DateMove
from contracts.models import AvenantCampaign, CampaignLine, User
from contracts.services.campaign_lines import LABELS, OPEN, WAITING_FOR_US, LineStanding, counted
from contracts.services.visibility import visible_conventions
from desk.campaigns.forms import FollowForm, PreviewForm
from desk.deadlines.words import KINDS

MEANINGS = {
    LineStanding.LEFT_OUT: "neutral",
    LineStanding.TO_PREPARE: "neutral",
    LineStanding.TO_SEND: "neutral",
    LineStanding.SENT: "neutral",
    LineStanding.SILENT: "attention",
    LineStanding.RETURNED: "attention",
    LineStanding.TO_SIGN: "attention",
    LineStanding.SIGNED: "in_force",
    LineStanding.REFUSED: "ended",
    LineStanding.ABANDONED: "ended",
    LineStanding.ENDED: "ended",
    LineStanding.ANNULLED: "ended",
}

NO_MOVE = "aucune"
"""What the filter calls the lines no date of which moves."""


NO_SCANS: Mapping[int, int] = {}


class Seen(NamedTuple):
    """A line with the words of its standing."""

    line: CampaignLine
    standing: str
    meaning: str
    is_open: bool
    scan: int | None = None
    """The scanned copy of which nobody said who signed it."""


class Phase(NamedTuple):
    """Where a whole campaign is."""

    words: str
    meaning: str


def phase_of(campaign: AvenantCampaign) -> Phase:
    """Where a campaign is, by who decided what."""
    if hasattr(campaign, "closing"):
        return Phase("Close", "ended")
    if hasattr(campaign, "launch"):
        return Phase("En cours", "in_force")
    return Phase("En préparation", "neutral")


def lines_seen(campaign: AvenantCampaign, user: User, today: date) -> QuerySet[CampaignLine]:
    """The lines of a campaign whose conventions the user sees, by number."""
    own = visible_conventions(user, today).order_by()
    lines = campaign.lines.filter(convention__in=own)
    return lines.order_by("convention__number", "pk").select_related("convention__partner")


def previewed(lines: QuerySet[CampaignLine], form: PreviewForm) -> QuerySet[CampaignLine]:
    """The lines that the filters of a preview ask for."""
    asked = form.cleaned_data if form.is_valid() else {}
    if asked.get("lignes") == "proposees":
        lines = lines.exclude(outcome="left_out").exclude(weighed_at=None)
    elif asked.get("lignes") == "ecartees":
        lines = lines.filter(outcome="left_out")
    if kind := asked.get("dates"):
        lines = lines.exclude(outcome="left_out").exclude(weighed_at=None)
        lines = lines.filter(move_kinds="") if kind == NO_MOVE else lines.filter(_moving(kind))
    return _with_words(lines, asked.get("q", ""))


def _moving(kind: str) -> Q:
    """The lines of which a date of this kind moves: one of the words between spaces."""
    first, last = Q(move_kinds__startswith=f"{kind} "), Q(move_kinds__endswith=f" {kind}")
    return Q(move_kinds=kind) | first | last | Q(move_kinds__contains=f" {kind} ")


def followed(lines: QuerySet[CampaignLine], form: FollowForm) -> QuerySet[CampaignLine]:
    """The lines, each with its standing, that the filters of a campaign under way ask for."""
    asked = form.cleaned_data if form.is_valid() else {}
    if asked.get("situation"):
        lines = lines.filter(standing=asked["situation"])
    return _with_words(lines, asked.get("q", ""))


def _with_words(lines: QuerySet[CampaignLine], words: str) -> QuerySet[CampaignLine]:
    if words := words.strip():
        named = Q(convention__number__icontains=words)
        return lines.filter(named | Q(convention__partner__name__icontains=words))
    return lines


def seen(lines: Iterable[CampaignLine], scans: Mapping[int, int] = NO_SCANS) -> list[Seen]:
    """Lines read with their standing, in words; ``scans`` by the key of the document they show."""
    found = []
    for line in lines:
        standing = LineStanding(line.standing)  # type: ignore[attr-defined]
        found.append(
            Seen(
                line,
                LABELS[standing],
                MEANINGS[standing],
                standing in OPEN,
                scans.get(line.document_id or 0),
            )
        )
    return found


def moves_of(line: CampaignLine) -> list[DateMove]:
    """The dates that move on a line, as they were stored."""
    return [
        DateMove(kind, title, _day(before), _day(after), article)
        for kind, title, before, after, article in line.moves
    ]


def kind_words(kind: str) -> str:
    """What a kind of date is called; under an empty name, no date at all."""
    return KINDS.get(kind, kind) if kind else "Aucune date ne bouge"


class Progress(NamedTuple):
    """How far the lines of a campaign have gone."""

    numbers: dict[LineStanding, int]
    total: int
    """Those left out apart."""
    settled: int
    """Signed, refused, given up or ended: nothing is awaited of them."""
    signed: int
    for_us: int
    """Those that wait for the caisse: to remind, to check, to sign."""

    @classmethod
    def of(cls, numbers: Mapping[Any, int]) -> Progress:
        """The progress that numbers of lines by their standing make."""
        known = {one: numbers[one] for one in LineStanding if numbers.get(one)}
        total = sum(known.values()) - known.get(LineStanding.LEFT_OUT, 0)
        awaited = sum(known.get(one, 0) for one in (*OPEN, LineStanding.TO_PREPARE))
        for_us = sum(known.get(one, 0) for one in WAITING_FOR_US)
        signed = known.get(LineStanding.SIGNED, 0)
        return cls(known, total, total - awaited, signed, for_us)

    @property
    def prepared(self) -> int:
        """Those whose avenant and letter are made."""
        return self.total - self.numbers.get(LineStanding.TO_PREPARE, 0)

    @property
    def rows(self) -> list[tuple[str, str, str, int]]:
        """The value, the words, the meaning and the number of each standing."""
        return [
            (one.value, LABELS[one], MEANINGS[one], number) for one, number in self.numbers.items()
        ]


def progress_of(lines: QuerySet[CampaignLine], today: date) -> Progress:
    """How far the lines have gone, in one query."""
    return Progress.of(counted(lines, today))


def _day(stored: str) -> date | None:
    return date.fromisoformat(stored) if stored else None
