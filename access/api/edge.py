"""What holds for every address under ``/api/``, before and after it is served."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from access.api import problems
from access.api.problems import Problem

PREFIX = "/api/"
TOKEN_ADDRESS = "/api/v1/oauth/token"  # noqa: S105

_JSON = ("application/json", problems.MEDIA_TYPE)


class ProblemsMiddleware:
    """Answer a program in its own words: no error page, and no body that nobody should read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        try:
            _refuse_oversized(request)
        except Problem as problem:
            return problems.answer(request, problem)
        response = self.get_response(request)
        if response.status_code < 400 or _media_type(response["Content-Type"]) in _JSON:
            return response
        told = problems.of_status(response.status_code)
        # A method refused says which are not, a limit until when.
        kept = {name: response[name] for name in ("Allow", "Retry-After") if name in response}
        told.headers.update(kept)
        return problems.answer(request, told, response.status_code)


def refuse_unreadable(request: HttpRequest, media_type: str = _JSON[0]) -> None:
    """Raise ``Problem`` for a body in another format, or parameters beside it.

    For operations that exist: what is sent elsewhere is told that nothing is there.
    """
    if request.method != "POST":
        return
    if request.META.get("QUERY_STRING"):
        # Addresses are logged on their way: no secret and no identifier belongs there.
        raise Problem("malformed", "Cette demande n’a pas de paramètre d’adresse.")
    # Only charset may follow; JSON is always UTF-8.
    if _media_type(request.META.get("CONTENT_TYPE", "")) != media_type:
        raise Problem("unsupported_media_type", f"Attendu : Content-Type: {media_type}")


def _refuse_oversized(request: HttpRequest) -> None:
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError as error:
        raise Problem("malformed") from error
    if length > settings.TACITE_API_LARGEST_BODY:
        raise Problem("too_large", f"{settings.TACITE_API_LARGEST_BODY} octets au plus.")


def _media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()
