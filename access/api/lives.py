"""The words in which the API tells lives: steps, terms, and when they were asked about."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from access.api.fields import Day, Instant, text
from access.api.paging import Filters
from workflows.clock import PARIS


class Looking(Filters):
    """De quel jour, et avec ce qui était su à quel instant."""

    as_of: Day | None = Field(None, description="Jour regardé ; aujourd’hui sans ce paramètre.")
    known_at: Instant | None = Field(
        None, description="N’employer que ce qui était enregistré à cet instant."
    )
    caisse: str = text(
        40, default="", description="Code de la caisse ; nécessaire si le client en a plusieurs."
    )


class StepTold(Schema):
    """Une étape, passée ou prévue."""

    on: date = Field(description="Premier jour du nouvel état.")
    name: str
    label: str
    from_state: str
    to_state: str
    article: str
    projected: bool = Field(description="Vrai pour une étape encore à venir le jour regardé.")


def steps_told(life: Any) -> list[dict[str, Any]]:
    """The steps of a life, of a convention or of a habilitation."""
    return [
        {
            "on": step.on,
            "name": step.name,
            "label": life.label_of_step(step),
            "from_state": step.from_state,
            "to_state": step.to_state,
            "article": life.article_of(step),
            "projected": step.on > life.as_of,
        }
        for step in life.steps
    ]


def updated_at(row: Any) -> datetime:
    """When a row of ``access.services.reading`` last changed, in Paris."""
    instants = (row.created_at, row.recorded_at, row.believed_at)
    return max(instant for instant in instants if instant is not None).astimezone(PARIS)
