"""The dates that move, and where each line stands, as files for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from contracts.models import CampaignLine
from contracts.services.campaign_lines import with_standing
from desk.campaigns import listing
from desk.campaigns.views import visible_campaign
from ui.attachments import streamed
from workflows import clock, csv_lines
from workflows.french import article_number

_AT_ONCE = 500
_MOVES = (
    "Convention",
    "Partenaire",
    "Date à surveiller",
    "Aujourd’hui",
    "Avec l’avenant",
    "Article",
    "Laissée de côté",
)
_LINES = ("Convention", "Partenaire", "Situation", "Envoyé le", "Relancé le", "Raison")


@require_safe
def moves_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A line a date that moves; one for a convention that moves none, or that is left out."""
    found = visible_campaign(request, pk)
    lines = listing.lines_seen(found, request.user, clock.today())
    rows = csv_lines.lines(_MOVES, _moves(lines))
    return streamed(rows, f"campagne-{found.pk}-dates.csv", "text/csv")


@require_safe
def lines_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A line a convention: where it stands."""
    found = visible_campaign(request, pk)
    today = clock.today()
    lines = with_standing(listing.lines_seen(found, request.user, today), today)
    return streamed(
        csv_lines.lines(_LINES, _standings(lines)), f"campagne-{found.pk}-suivi.csv", "text/csv"
    )


def _moves(lines: QuerySet[CampaignLine]) -> Iterator[list[str]]:
    for line in lines.iterator(chunk_size=_AT_ONCE):
        who = [line.convention.number, line.convention.partner.name]
        moves = listing.moves_of(line)
        if line.reason or not moves:
            yield [*who, "", "", "", "", line.reason]
        for move in () if line.reason else moves:
            article = article_number(move.article)
            yield [*who, move.title, _iso(move.before), _iso(move.after), article, ""]


def _standings(lines: QuerySet[CampaignLine]) -> Iterator[list[str]]:
    for line in lines.iterator(chunk_size=_AT_ONCE):
        [row] = listing.seen([line])
        yield [
            line.convention.number,
            line.convention.partner.name,
            row.standing,
            _iso(line.sent_on),  # type: ignore[attr-defined]
            _iso(line.reminded_on),
            line.reason,
        ]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
