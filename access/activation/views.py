"""The page of an activation link: public, without a session or a cookie.

The link is only looked at when it is opened, as the scanners of mailboxes do: it is used up by the
form. That form carries what the link carried and is sent to an address without it. So neither a
``Referer`` nor, when something goes wrong, our own log shows it: Django logs the address of every
answer that is an error, and no answer at the link's own address ever is one.
"""

from __future__ import annotations

from http import HTTPStatus

from allauth.core.ratelimit import consume
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from access.activation.forms import ActivationForm
from access.directory.port import DirectoryUnreachable
from access.services import activation
from access.services.activation import Found, LinkUseless, Standing

RATE = "activation"


@login_not_required
@never_cache
@csrf_exempt
@sensitive_variables("token", "form")
def link(request: HttpRequest, token: str) -> HttpResponse:
    """What the link says: the form, or why it opens nothing. Always without error, see above."""
    found = activation.standing(token)
    if found.standing is not Standing.HOLDS:
        return _useless(request, found, HTTPStatus.OK)
    return _page(request, found, ActivationForm(initial={"token": token}))


# Whoever holds the link may act, and nobody is known by a cookie: there is nothing to forge. The
# check would refuse the form besides, as a page without referrer gives no origin.
@login_not_required
@never_cache
@csrf_exempt
@sensitive_post_parameters("token", "password", "again")
@sensitive_variables("form", "token")
def choose(request: HttpRequest) -> HttpResponse:
    """The chosen password is set, and the link used up."""
    if request.method != "POST":
        return _useless(request, Found(Standing.UNKNOWN), HTTPStatus.OK)
    if not consume(request, action=RATE):
        return _render(request, "access/activation/too_many.html", {}, HTTPStatus.TOO_MANY_REQUESTS)
    form = ActivationForm(request.POST)
    token = str(form.data.get("token", ""))
    found = activation.standing(token)
    if found.standing is not Standing.HOLDS:
        return _useless(request, found, HTTPStatus.GONE)
    if form.is_valid():
        try:
            used = activation.activate(token, form.cleaned_data["password"])
        except LinkUseless as useless:
            return _useless(request, useless.found, HTTPStatus.GONE)
        except ValidationError as error:
            form.add_error("password", error)
        except DirectoryUnreachable:
            status = HTTPStatus.SERVICE_UNAVAILABLE
            return _render(request, "access/activation/unreachable.html", {}, status)
        else:
            return _render(request, "access/activation/done.html", {"account": used.account})
    return _page(request, found, form, HTTPStatus.UNPROCESSABLE_ENTITY)


def _page(
    request: HttpRequest, found: Found, form: ActivationForm, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context = {"link": found.link, "account": found.link and found.link.account, "form": form}
    return _render(request, "access/activation/choose.html", context, status)


def _useless(request: HttpRequest, found: Found, status: HTTPStatus) -> HttpResponse:
    caisse = found.link.account.caisse.name if found.link else ""
    context = {"standing": found.standing.value, "caisse": caisse}
    return _render(request, "access/activation/useless.html", context, status)


def _render(
    request: HttpRequest, template: str, context: object, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    answer = render(request, template, context, status=status)  # type: ignore[arg-type]
    answer["Referrer-Policy"] = "no-referrer"
    return answer
