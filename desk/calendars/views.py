"""Making and revoking the secret addresses at which one's own agenda reads the deadlines."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from contracts.rules import caisses_where, may_somewhere
from desk.calendars.forms import AddressForm
from notifications.calendars import addresses
from notifications.calendars.views import SECRET
from workflows import clock
from workflows.french import typeset
from workflows.keys import LARGEST_KEY


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def calendars(request: HttpRequest) -> HttpResponse:
    """The addresses of who asks, and a form for another; a new one is shown here, once."""
    _require_power(request)
    caisses = caisses_where(request.user, addresses.SUBSCRIBE, clock.today())
    answers = request.POST if request.method == "POST" else None
    form = AddressForm(answers, initial=AddressForm.blank(), caisses=caisses)
    made = ""
    if request.method == "POST" and form.is_valid():
        made = _made(request, form)
        if made:
            form = AddressForm(initial=AddressForm.blank(), caisses=caisses)
        elif not form.errors:
            # Sent twice: it was shown the first time, and is kept nowhere.
            return redirect("calendars")
    context = {
        "form": form,
        "made": made,
        "addresses": addresses.live(request.user).select_related("caisse").order_by("-pk"),
        "today": clock.today(),
    }
    return render(
        request, "desk/calendars/calendars.html", context, status=422 if form.errors else 200
    )


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Have one's address give nothing any more."""
    _require_power(request)
    if pk > LARGEST_KEY:
        raise Http404
    address = get_object_or_404(addresses.live(request.user), pk=pk)
    addresses.revoke(address)
    messages.success(request, typeset("L’adresse est révoquée : elle ne donne plus rien."))
    return redirect("calendars")


def _made(request: HttpRequest, form: AddressForm) -> str:
    answers: dict[str, Any] = form.cleaned_data
    try:
        secret = addresses.make(
            request.user,
            answers["caisse"],
            answers["alarm_days"],
            identifier=answers["identifier"],
        ).secret
    except addresses.TooMany as refused:
        form.add_error(None, typeset(str(refused)))
        return ""
    if not secret:
        return ""
    site = str(settings.TACITE_SITE_URL).rstrip("/")
    return f"{site}{reverse('calendar_feed')}?{urlencode({SECRET: secret})}"


def _require_power(request: HttpRequest) -> None:
    if not may_somewhere(request.user, addresses.SUBSCRIBE):
        raise PermissionDenied
