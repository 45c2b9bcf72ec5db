"""While a page is only read, what several of its parts ask for is read once."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from workflows.read_once import each_thing_read_once


class ReadOnceMiddleware:
    """A form that is sent may change what one may do, and reads it as often as it asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with each_thing_read_once():
            return self.get_response(request)
