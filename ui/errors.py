"""Error pages with a reference to give to support, which the logs carry too."""

import logging
import secrets
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class RequestReferenceMiddleware:
    """Give each request a short random reference, shown on its error page and in its log lines."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reference = secrets.token_hex(4).upper()  # type: ignore[attr-defined]
        return self.get_response(request)


def error_page(request: HttpRequest, status: HTTPStatus, template: str) -> HttpResponse:
    """Answer with `status` and the page that explains it, under the request's reference."""
    context = {"reference": getattr(request, "reference", "")}
    return render(request, template, context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, HTTPStatus.BAD_REQUEST, "400.html")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, HTTPStatus.FORBIDDEN, "403.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form sent from a page that is too old, or from another site."""
    return error_page(request, HTTPStatus.FORBIDDEN, "403.html")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, HTTPStatus.NOT_FOUND, "404.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the code failed. Reads nothing from the database, which may be what failed."""
    return error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR, "500.html")


class ReferenceFilter(logging.Filter):
    """Add the reference of the request, or `-`, to each log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.reference = getattr(getattr(record, "request", None), "reference", "-")
        return True
