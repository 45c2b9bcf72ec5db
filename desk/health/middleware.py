"""`/healthz` and `/readyz`, for what watches over the processes and spreads visitors among them."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from desk.health.checks import CHECKS, failures

ALIVE, READY = "/healthz", "/readyz"


class HealthMiddleware:
    """Answer both before anything else.

    Whoever probes calls the machine by its address, without TLS and without a session: the checks
    of the site's names, of TLS and of who is signed in would all turn it away.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in (ALIVE, READY):
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        answer = _alive() if request.path_info == ALIVE else _ready()
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _alive() -> HttpResponse:
    """That the process answers at all: what it depends on is another question."""
    return JsonResponse({"status": "alive"})


def _ready() -> HttpResponse:
    found = failures()
    status = HTTPStatus.SERVICE_UNAVAILABLE if found else HTTPStatus.OK
    answers = {name: found.get(name, "ok") for name in CHECKS}
    return JsonResponse({"status": "not ready" if found else "ready"} | answers, status=status)
