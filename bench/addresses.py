"""Every address of the site, and the bare view that its decisions are compared with."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.urls import path

from access.models import Account
from settings import urls


@login_not_required
def bare(request: HttpRequest, number: int) -> JsonResponse:
    """What Django cannot do without: the middleware of the site, one row read, JSON written."""
    account = Account.objects.get(pk=number)
    return JsonResponse({"identifier": account.identifier, "state": account.state})


urlpatterns = [path("bare/<int:number>", bare), *urls.urlpatterns]
handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404
handler429, handler500 = urls.handler429, urls.handler500
