"""The addresses of the API."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from access.api import problems
from access.api.application import urls as operations
from access.api.problems import Problem
from access.api.token import token


@csrf_exempt
@login_not_required
def nothing_here(request: HttpRequest) -> HttpResponse:
    """An address that leads nowhere: told as a problem, whoever asks."""
    return problems.answer(request, Problem("not_found"))


urlpatterns = [
    path("v1/oauth/token", token, name="api_token"),
    path("v1/", operations),
    re_path("", nothing_here),
]
