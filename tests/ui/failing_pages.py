"""A site whose pages fail in every way, under the project's own error pages."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from settings.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@login_not_required
def refused(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


@login_not_required
def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation(request.GET.get("courriel"))


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError(request.GET.get("courriel"))


@login_not_required
def form(request: HttpRequest) -> HttpResponse:
    messages.success(request, "L’événement est enregistré.")
    return render(request, "ui/base.html")


urlpatterns = [
    path("refusee", refused),
    path("suspecte", suspicious),
    path("cassee", broken),
    path("formulaire", form),
]
