"""The decision API: a portal asks, with its client credentials, and is answered from dates.

Credentials go by HTTP Basic authentication (RFC 7617) over TLS: one request, no token to keep, to
renew or to leak, and a revoked client is refused at its next question.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBasicAuth
from pydantic import ConfigDict

from access.decisions import decide
from access.models import ApiClient
from access.services.clients import authenticate
from workflows.access_decision import REASONS
from workflows.french import typeset


class ClientCredentials(HttpBasicAuth):
    """The client's identifier as user name, its secret as password."""

    def authenticate(self, request: HttpRequest, username: str, password: str) -> ApiClient | None:
        return authenticate(username, password)


_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"


class Question(Schema):
    """Who wants to enter, and where."""

    model_config = ConfigDict(extra="forbid")

    identifier: str = Field(
        min_length=1,
        max_length=64,
        pattern=_PRINTABLE,
        description="Identifiant du compte dans l’annuaire.",
    )
    service: str = Field(
        min_length=1, max_length=100, pattern=_PRINTABLE, description="Code du service demandé."
    )


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
        description="Accès ouvert : premier instant sans accès connu à ce jour ; nul s’il n’y en a "
        "aucun en vue. Un événement enregistré ensuite peut fermer plus tôt : reposez la question "
        "à chaque entrée."
    )
    provisional: bool = Field(
        description="Accès ouvert à titre provisoire, en attendant une décision."
    )
    hours: Hours | None
    decided_at: datetime
    version: int = Field(
        description="Ne fait que croître : de deux réponses, la plus grande est la plus récente."
    )


class Problem(Schema):
    """Ce qui ne va pas dans une demande."""

    detail: str


class Fault(Schema):
    """Une clé fautive."""

    key: str
    problem: str


class Faults(Schema):
    """Tout ce qui ne va pas dans une question."""

    detail: str
    faults: list[Fault]


api = NinjaAPI(
    title="Tacite, décisions d’accès",
    version="1",
    urls_namespace="api",
    auth=ClientCredentials(),
    # Its page would fetch its script from another site.
    docs_url=None,
)


@api.post(
    "access/decisions",
    response={200: Answer, 401: Problem, 422: Faults},
    summary="Ce compte peut-il entrer dans ce service maintenant ?",
    operation_id="decide_access",
)
def decisions(request: HttpRequest, question: Question) -> Any:
    """Décision calculée des dates à l’instant de la question ; refus par défaut."""
    client: ApiClient = request.auth  # type: ignore[attr-defined]
    return decide(client.caisse, question.identifier, question.service)


@api.exception_handler(AuthenticationError)
def _unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = api.create_response(
        request, {"detail": "Client inconnu, révoqué, ou secret inexact."}, status=401
    )
    response["WWW-Authenticate"] = 'Basic realm="tacite", charset="UTF-8"'
    return response


_EXPECTED = typeset('Question illisible. Attendu : {"identifier": "…", "service": "…"}.')
_PROBLEMS = {
    "missing": "clé absente",
    "extra_forbidden": "clé inconnue",
    "string_type": "un texte est attendu",
    "string_too_short": "texte vide",
    "string_pattern_mismatch": "caractère de contrôle interdit",
    "string_unicode": "texte mal codé",
    "string_too_long": "texte trop long",
    "json_invalid": "JSON mal formé",
    "model_attributes_type": "un objet JSON est attendu",
}


@api.exception_handler(ValidationError)
def _misread(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name each key at fault, and never repeat what was sent."""
    faults = [
        {
            "key": ".".join(str(part) for part in fault["loc"][2:]) or "(corps)",
            "problem": _PROBLEMS.get(fault["type"], fault["type"]),
        }
        for fault in error.errors
    ]
    return api.create_response(request, {"detail": _EXPECTED, "faults": faults}, status=422)


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is no JSON."""
    faults = [{"key": "(corps)", "problem": _PROBLEMS["json_invalid"]}]
    return api.create_response(request, {"detail": _EXPECTED, "faults": faults}, status=422)


urls = api.urls
for _pattern in urls[0]:
    # A program signs in with its own credentials, not with a session.
    _pattern.callback = login_not_required(_pattern.callback)
