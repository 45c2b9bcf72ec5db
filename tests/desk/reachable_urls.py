"""The addresses of the site, whose refusals are not drawn: what they look like has its tests."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from settings.urls import handler400, handler429, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]


def handler403(request: HttpRequest, exception: Any) -> HttpResponse:
    return HttpResponse(status=403)


def handler404(request: HttpRequest, exception: Any) -> HttpResponse:
    return HttpResponse(status=404)
