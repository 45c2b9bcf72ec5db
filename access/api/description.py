"""The OpenAPI document, with what ninja cannot know: problems, scopes, certificates."""

from __future__ import annotations

from http.client import responses
from typing import Any

from access.api import problems
from access.api.problems import KINDS, ProblemDetails

_ALWAYS = ("unauthenticated", "out_of_scope", "invalid", "too_many_requests")
_WITH_BODY = ("malformed", "too_large", "unsupported_media_type")
_OF_ONE_THING = ("not_found",)


def described(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the errors of each operation, and the ways of being recognised."""
    components = document["components"]
    schema = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    components["schemas"].update(schema.pop("$defs"))
    components["schemas"]["ProblemDetails"] = schema
    components["responses"] = {code: _response(code) for code in KINDS}
    schemes = components["securitySchemes"]
    schemes["OAuth2"] = schemes.pop("Recognised")
    schemes["Certificate"] = {
        "type": "mutualTLS",
        "description": "Certificat du client, là où la caisse l’a prévu.",
    }
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _complete(path, operation)
    return document


def _complete(path: str, operation: dict[str, Any]) -> None:
    codes = list(_ALWAYS)
    if "requestBody" in operation:
        codes += _WITH_BODY
    if "{" in path:
        codes += _OF_ONE_THING
    for code in sorted(codes, key=lambda code: KINDS[code].status):
        status = str(KINDS[code].status)
        operation["responses"][status] = {"$ref": f"#/components/responses/{code}"}
    for parameter in operation.get("parameters", ()):
        _without_null(parameter)
    scopes = operation.pop("x-scopes", [])
    operation["security"] = [{"OAuth2": scopes}, {"Certificate": scopes}]


def _without_null(parameter: dict[str, Any]) -> None:
    """An address holds a value or none: nothing in it is null."""
    schema = parameter["schema"]
    choices = [one for one in schema.pop("anyOf", ()) if one != {"type": "null"}]
    for choice in choices:
        schema.update(choice)


def _response(code: str) -> dict[str, Any]:
    kind = KINDS[code]
    example = {
        "type": f"urn:tacite:problem:{code}",
        "title": kind.title,
        "status": kind.status,
        "detail": kind.detail,
        "instance": "urn:tacite:request:1A2B3C4D",
        "faults": [],
    }
    described: dict[str, Any] = {
        "description": f"{kind.title} ({responses[kind.status]})",
        "content": {
            problems.MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/ProblemDetails"},
                "example": example,
            }
        },
    }
    if code == "too_many_requests":
        described["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return described
