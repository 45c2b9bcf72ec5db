"""The API as one thing: its operations, how its requests are read and its errors told."""

from __future__ import annotations

from typing import Any

import orjson
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from access.api import problems
from access.api.connections import router as connections
from access.api.conventions import router as conventions
from access.api.deadlines import router as deadlines
from access.api.decisions import router as decisions
from access.api.description import described
from access.api.habilitations import router as habilitations
from access.api.journal import router as journal
from access.api.problems import Problem
from access.api.rates import ClientRate
from access.api.register import router as register


class _Reader(Parser):
    """JSON as RFC 8259 has it: no NaN, no half of a character, no depth without end."""

    def parse_body(self, request: HttpRequest) -> Any:
        return orjson.loads(request.body)


class _Writer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data)


class Api(NinjaAPI):
    """Its document tells what ninja does not know: problems, scopes, certificates."""

    def get_openapi_schema(self, **arguments: Any) -> Any:
        # The same for everybody, and anybody may ask for it.
        if self._document is None:
            self._document = described(super().get_openapi_schema(**arguments))
        return self._document

    _document: Any = None


api = Api(
    title="Tacite",
    version="1",
    description="Décisions d’accès, et lecture de ce qui les commande.",
    urls_namespace="api",
    parser=_Reader(),
    renderer=_Writer(),
    throttle=[ClientRate()],
    # Its page would fetch its script from another site.
    docs_url=None,
)
for _router in (
    decisions,
    conventions,
    deadlines,
    habilitations,
    register,
    journal,
    connections,
):
    api.add_router("", _router)


@api.exception_handler(Problem)
def _told(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problems.answer(request, problem)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problems.answer(request, Problem("not_found"))


@api.exception_handler(Throttled)
def _too_many(request: HttpRequest, error: Throttled) -> HttpResponse:
    return problems.answer(request, Problem("too_many_requests"))


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is no JSON."""
    return problems.answer(request, Problem("malformed", faults=[("(corps)", "JSON mal formé")]))


_WORDS = {
    "missing": "clé absente",
    "extra_forbidden": "clé inconnue",
    "string_type": "un texte est attendu",
    "string_too_short": "texte vide",
    "string_pattern_mismatch": "caractère ou forme non admis",
    "string_unicode": "texte mal codé",
    "string_too_long": "texte trop long",
    "model_attributes_type": "un objet JSON est attendu",
    "dict_type": "un objet JSON est attendu",
    "list_type": "une liste est attendue",
    "too_long": "trop d’éléments",
    "too_short": "liste vide",
    "int_type": "un nombre entier est attendu",
    "int_parsing": "un nombre entier est attendu",
    "greater_than_equal": "nombre trop petit",
    "less_than_equal": "nombre trop grand",
    "bool_type": "true ou false est attendu",
    "literal_error": "valeur inconnue",
    "enum": "valeur inconnue",
}


@api.exception_handler(ValidationError)
def _inexact(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name each key at fault, and never repeat what was sent."""
    return problems.answer(
        request, Problem("invalid", faults=[_fault(fault) for fault in error.errors])
    )


def _fault(fault: dict[str, Any]) -> tuple[str, str]:
    # After where it stands (body, query, path) and, in a body, the name of our own parameter.
    skipped = 2 if fault["loc"][0] == "body" else 1
    key = ".".join(str(part) for part in fault["loc"][skipped:]) or "(corps)"
    # Ours are sentences; pydantic's would be English, and may quote the value.
    own = fault["msg"] if fault["type"] in ("day", "instant") else "valeur non admise"
    return key, _WORDS.get(fault["type"], own)


urls = api.urls
for _pattern in urls[0]:
    # A program signs in with its own credentials, not with a session.
    _pattern.callback = login_not_required(_pattern.callback)
