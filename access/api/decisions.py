"""May this account enter this service? One question, or a thousand about one instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import ConfigDict

from access import decisions as deciding
from access.api.authentication import Recognised, caisse_of, caller_of
from access.api.fields import Instant, text
from access.api.problems import Problem
from access.api.rates import count_more
from access.decisions import Decision
from access.services import decision_log
from access.services.clients import Caller
from contracts.models import Caisse
from workflows.access_decision import REASONS

router = Router(auth=Recognised("decisions"), tags=["décisions"])

ASKS = {"x-scopes": ["decisions"]}
MOST_QUESTIONS = 1000


class Asked(Schema):
    """Who wants to enter, and where."""

    model_config = ConfigDict(extra="forbid")

    identifier: str = text(64, 1, description="Identifiant du compte dans l’annuaire.")
    service: str = text(100, 1, description="Code du service demandé.")
    territory: str = text(
        10, default="", description="Code du département dont les dossiers sont voulus."
    )
    site: str = text(200, default="", description="SIRET, nom ou numéro de la structure.")


class About(Schema):
    """De quelle caisse, et de quel instant, il s’agit."""

    caisse: str = text(
        40, default="", description="Code de la caisse ; nécessaire si le client en a plusieurs."
    )
    at: Instant | None = Field(
        None, description="Instant de l’accès ; maintenant, s’il n’est pas donné."
    )
    known_at: Instant | None = Field(
        None,
        description="Ce qui était enregistré à cet instant ; `at`, s’il n’est pas donné.",
    )


class Question(Asked, About):
    """Une question."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"identifier": "caisse000042", "service": "dossiers"}]},
    )


class Batch(About):
    """Plusieurs questions, au même instant."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"questions": [{"identifier": "caisse000042", "service": "dossiers"}]}]
        },
    )

    questions: Annotated[list[Asked], Field(min_length=1, max_length=MOST_QUESTIONS)]


class Hours(Schema):
    """Heures d’ouverture auxquelles la caisse s’engage : une information, non une interdiction."""

    opens_at: time
    closes_at: time
    days_a_week: int


class Answer(Schema):
    """La décision, et ce qui la commande."""

    permit: bool = Field(description="Vrai seulement si l’accès est ouvert à cet instant.")
    code: str = Field(
        description="Motif, stable d’une version à l’autre.",
        json_schema_extra={"enum": sorted(REASONS)},
    )
    reason: str = Field(description="Le motif, en français, à montrer à l’utilisateur.")
    article: str = Field(description="Article de la convention qui commande la décision.")
    convention: str = Field(description="Numéro de la convention, vide sans habilitation.")
    valid_until: datetime | None = Field(
        description="Prochain instant où la réponse peut changer, à ce qu’on en sait ; nul s’il "
        "n’y en a aucun en vue. Un événement enregistré ensuite peut fermer plus tôt : reposez la "
        "question à chaque entrée."
    )
    provisional: bool = Field(
        description="Accès ouvert à titre provisoire, en attendant une décision."
    )
    time_out_minutes: int | None = Field(
        description="Minutes sans activité après lesquelles fermer la session."
    )
    profile: str = Field(description="Profil de l’utilisateur, vide sans profil.")
    scope: dict[str, Any] = Field(description="Ce à quoi l’habilitation se limite.")
    territory_level: str = Field(
        description="Ce qu’une connexion atteint ; vide si rien ne le dit."
    )
    habilitation: int | None = Field(description="Numéro de l’habilitation, nul sans elle.")
    hours: Hours | None
    decided_at: datetime
    version: int = Field(
        description="Ne fait que croître : de deux réponses, la plus grande est la plus récente."
    )


class Answers(Schema):
    """Une décision par question, dans le même ordre."""

    decisions: list[Answer]


@router.post(
    "access/decisions",
    response=Answer,
    summary="Ce compte peut-il entrer dans ce service ?",
    operation_id="decide_access",
    openapi_extra=ASKS,
)
def decide(request: HttpRequest, question: Question) -> Decision:
    """Décision calculée des dates à l’instant de la question ; refus par défaut."""
    return _decided(caller_of(request), question, [question])[0]


@router.post(
    "access/decisions/batch",
    response=Answers,
    summary="Plusieurs questions à la fois, mille au plus",
    operation_id="decide_access_batch",
    openapi_extra=ASKS,
)
def decide_batch(request: HttpRequest, batch: Batch) -> dict[str, list[Decision]]:
    """Les mêmes décisions, au même instant, en une demande."""
    count_more(request, len(batch.questions) - 1)
    return {"decisions": _decided(caller_of(request), batch, batch.questions)}


def _decided(caller: Caller, about: About, asked: Sequence[Asked]) -> list[Decision]:
    caisse: Caisse = caisse_of(caller, about.caisse)
    forbidden = [
        (f"questions.{index}.service" if len(asked) > 1 else "service", "service non admis")
        for index, one in enumerate(asked)
        if not caller.client.may_ask_about(one.service)
    ]
    if forbidden:
        raise Problem("out_of_scope", "Ce service n’est pas de ceux du client.", forbidden)
    questions = [
        deciding.Question(one.identifier, one.service, one.territory, one.site) for one in asked
    ]
    answers = deciding.decide_many(caisse, questions, about.at, about.known_at)
    decision_log.keep(caller.client, caisse, questions, answers, about.at)
    return answers
