"""What went wrong, told as RFC 9457 has it: the same shape for every error of the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema

from workflows.french import typeset

MEDIA_TYPE = "application/problem+json"


class Kind(NamedTuple):
    """A kind of problem: its status, its title, and what it says where nothing is more exact."""

    status: int
    title: str
    detail: str


KINDS = {
    "malformed": Kind(
        400, "Demande mal formée", "La demande n’a pas pu être lue. Vérifiez son JSON, en UTF-8."
    ),
    "unauthenticated": Kind(
        401,
        "Client non reconnu",
        "Jeton absent, inconnu ou expiré, ou client révoqué. Demandez un nouveau jeton.",
    ),
    "out_of_scope": Kind(
        403, "Hors du périmètre du client", "Ce client n’a pas le droit de faire cette demande."
    ),
    "not_found": Kind(404, "Introuvable", "Il n’y a rien à cette adresse pour ce client."),
    "method_not_allowed": Kind(
        405, "Méthode non admise", "L’en-tête Allow dit les méthodes que cette adresse admet."
    ),
    "too_large": Kind(413, "Demande trop volumineuse", "Le corps de la demande est trop long."),
    "unsupported_media_type": Kind(
        415,
        "Format non admis",
        "Cette adresse n’admet pas le format de l’en-tête Content-Type.",
    ),
    "invalid": Kind(422, "Demande inexacte", "La demande est lisible, mais inexacte."),
    "too_many_requests": Kind(
        429, "Trop de demandes", "Attendez le nombre de secondes de l’en-tête Retry-After."
    ),
    "internal_error": Kind(
        500, "Erreur interne", "La demande n’a pas abouti. Donnez la référence à l’assistance."
    ),
}
_BY_STATUS = {kind.status: code for code, kind in KINDS.items()}


class Fault(Schema):
    """Une clé fautive."""

    key: str = Field(description="La clé, avec son chemin ; « (corps) » pour le tout.")
    problem: str = Field(description="Ce qui ne va pas. La valeur reçue n’est pas répétée.")


class ProblemDetails(Schema):
    """Ce qui ne va pas dans une demande (RFC 9457)."""

    type: str = Field(
        description="Nature du problème, stable d’une version à l’autre.",
        json_schema_extra={"enum": [f"urn:tacite:problem:{code}" for code in KINDS]},
    )
    title: str
    status: int
    detail: str
    instance: str = Field(description="Référence de cette demande, à donner à l’assistance.")
    faults: list[Fault] = Field(description="Chaque clé fautive ; vide quand c’est le tout.")


class Problem(Exception):
    """A request that cannot be answered; ``code`` is one of ``KINDS``."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        faults: Iterable[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = dict(headers or {})


def answer(request: HttpRequest, problem: Problem, status: int | None = None) -> HttpResponse:
    """The problem as a response; ``status`` replaces that of its kind."""
    kind = KINDS[problem.code]
    told: dict[str, Any] = {
        "type": f"urn:tacite:problem:{problem.code}",
        "title": typeset(kind.title),
        "status": status or kind.status,
        "detail": typeset(problem.detail or kind.detail),
        "instance": f"urn:tacite:request:{getattr(request, 'reference', '')}",
        "faults": [{"key": key, "problem": typeset(text)} for key, text in problem.faults],
    }
    return HttpResponse(orjson.dumps(told), MEDIA_TYPE, told["status"], headers=problem.headers)


def of_status(status: int) -> Problem:
    """The problem that a bare status of HTTP tells."""
    code = _BY_STATUS.get(status) or ("internal_error" if status >= 500 else "malformed")
    return Problem(code)
