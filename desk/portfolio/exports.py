"""The list as a file: what is on screen, whole, sent as it is read."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from desk.portfolio.asking import Asked
from desk.portfolio.columns import Seen, Value, headings_in_files, values_in_files
from ui.attachments import streamed
from workflows import clock, csv_lines, xlsx_lines

_AT_ONCE = 1000


@require_safe
def as_csv(request: HttpRequest) -> HttpResponseBase:
    """For any spreadsheet, and for what reads text."""
    asked = Asked(request.user, request.GET, clock.today())
    rows = ([_text(value) for value in row] for row in _rows(asked))
    lines = csv_lines.lines(headings_in_files(asked.columns), rows)
    return streamed(lines, f"conventions-{asked.today:%Y-%m-%d}.csv", "text/csv")


@require_safe
def as_xlsx(request: HttpRequest) -> HttpResponseBase:
    """For Excel and those that read its files, days as days."""
    asked = Asked(request.user, request.GET, clock.today())
    pieces = xlsx_lines.pieces("Conventions", headings_in_files(asked.columns), _rows(asked))
    name = f"conventions-{asked.today:%Y-%m-%d}.xlsx"
    return streamed(pieces, name, xlsx_lines.CONTENT_TYPE)


def _rows(asked: Asked) -> Iterator[list[Value]]:
    """Every row, a few in memory at a time, as all stood when the first was read."""
    found = asked.found.select_related("caisse", "partner", "assignee").defer("snapshot")
    ordered = found.order_by(F("next_change_on").asc(nulls_last=True), "pk")
    for convention in ordered.iterator(chunk_size=_AT_ONCE):
        yield values_in_files(Seen(convention, asked.types.of(convention)), asked.columns)


def _text(value: Value) -> str:
    return value if isinstance(value, str) else value.isoformat() if value else ""
