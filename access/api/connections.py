"""Connections told by the portal: a batch at a time, each row answered on its own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import ConfigDict

from access.api.authentication import Recognised, caisse_of, caller_of
from access.api.fields import Instant, text
from access.api.rates import count_more
from access.connection_reading import Outcome, Told, refused
from access.models import ConnectionEvent
from access.services.connections import BATCH, accept

router = Router(auth=Recognised("connections"), tags=["connexions"])

_NOT_ITS_SERVICE = refused("service_out_of_scope", "Ce service n’est pas de ceux du client.")


class Connection(Schema):
    """Une connexion, ou une tentative que le portail a refusée."""

    model_config = ConfigDict(extra="forbid")

    event_id: str = text(
        100, 1, description="Clé donnée par l’expéditeur : renvoyée, elle ne compte qu’une fois."
    )
    identifier: str = text(64, 1, description="Identifiant du compte dans l’annuaire.")
    service: str = text(100, 1, description="Code du service.")
    at: Instant
    kind: Literal["connection", "refused"] = "connection"


class Connections(Schema):
    """Ce que le portail a constaté."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "connections": [
                        {
                            "event_id": "P-000001",
                            "identifier": "caisse000042",
                            "service": "dossiers",
                            "at": "2025-10-14T09:30:00+02:00",
                            "kind": "connection",
                        }
                    ]
                }
            ]
        },
    )

    caisse: str = text(
        40, default="", description="Code de la caisse ; nécessaire si le client en a plusieurs."
    )
    connections: Annotated[list[Connection], Field(min_length=1, max_length=BATCH)]


class Result(Schema):
    """Ce qu’est devenue une ligne."""

    event_id: str
    status: Literal["accepted", "known", "refused"] = Field(
        description="known : déjà reçue, rien ne change."
    )
    code: str = Field(description="Motif d’un refus ou d’une réserve, stable ; vide sinon.")
    reason: str = Field(description="Le motif, en français.")


class Results(Schema):
    """Une réponse par ligne, dans le même ordre."""

    accepted: int
    known: int
    refused: int
    results: list[Result]


@router.post(
    "connections",
    response=Results,
    summary="Déposer des connexions, mille au plus",
    operation_id="tell_connections",
    openapi_extra={"x-scopes": ["connections"]},
)
def tell(request: HttpRequest, told: Connections) -> dict[str, Any]:
    """Chaque ligne est acceptée, déjà connue, ou refusée avec son motif ; rien ne compte deux fois.

    Une ligne refusée n’empêche pas les autres. Après une coupure, renvoyez le tout.
    """
    caller = caller_of(request)
    caisse = caisse_of(caller, told.caisse)
    count_more(request, len(told.connections) - 1)
    mine = [row for row in told.connections if caller.client.may_ask_about(row.service)]
    taken = iter(
        accept(
            caisse,
            ConnectionEvent.Source.API,
            [Told(row.event_id, row.identifier, row.service, row.at, row.kind) for row in mine],
        )
    )
    outcomes = [
        next(taken) if caller.client.may_ask_about(row.service) else _NOT_ITS_SERVICE
        for row in told.connections
    ]
    results = [
        _result(row, outcome) for row, outcome in zip(told.connections, outcomes, strict=True)
    ]
    statuses = [outcome.status for outcome in outcomes]
    return {
        "results": results,
        **{name: statuses.count(name) for name in ("accepted", "known", "refused")},
    }


def _result(row: Connection, outcome: Outcome) -> dict[str, str]:
    return {
        "event_id": row.event_id,
        "status": outcome.status,
        "code": outcome.code,
        "reason": outcome.sentence,
    }
