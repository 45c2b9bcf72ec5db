"""Acts that a take-over records, as rows chained like any others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from access.models import ImportRun
from contracts.models import EvidenceFile
from workflows import bulk
from workflows.act_payloads import payload_of
from workflows.acts import Act
from workflows.journal import CHAINED, row_columns


def rows_of(
    model: Any,
    subject: Any,
    acts: Sequence[Act],
    run: ImportRun,
    evidence: Mapping[str, Sequence[EvidenceFile]],
) -> list[Any]:
    """The acts as rows, chained in their order; ``evidence`` by the identifiers of the acts."""
    rows: list[Any] = []
    for revision, act in enumerate(acts, start=1):
        row = model(
            subject=subject,
            identifier=act.id,
            kind=act.kind,
            on=act.on,
            recorded_at=act.recorded_at,
            author_id=run.author_id,
            payload=payload_of(act),
            revision=revision,
        )
        row.follow(rows[-1] if rows else None, evidence.get(act.id, ()))
        rows.append(row)
    return rows


def insert(model: Any, rows: Sequence[Any]) -> None:
    """Write rows of acts."""
    columns = (*row_columns(model), *CHAINED)
    bulk.insert(model, columns, [[getattr(row, name) for name in columns] for row in rows])
