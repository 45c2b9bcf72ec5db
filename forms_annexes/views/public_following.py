"""The pages that the mailed links open: confirming the address, and following the request."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from forms_annexes.models.public_requests import PublicStatus
from forms_annexes.services import public_filling
from forms_annexes.services.moving import StaleRequest
from forms_annexes.services.public_filling import CONFIRM, FOLLOW, found_by, token_of
from forms_annexes.views.public import public_page
from workflows.french import typeset


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Prove the address: by a button, as some mailboxes open every link by themselves."""
    public = found_by(token, CONFIRM)
    if public is None:
        return _useless(request)
    if request.method == "POST":
        try:
            public = public_filling.confirm(public)
        except StaleRequest:
            return _useless(request)
    if public.status != PublicStatus.UNCONFIRMED.value:
        return redirect("public_follow", token=token_of(public, FOLLOW))
    return render(request, "forms_annexes/public/confirm.html", {"public": public})


@public_page
@require_http_methods(["GET", "HEAD"])
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Where the request is, and what is expected of whom."""
    public = found_by(token, FOLLOW)
    if public is None or public.status == PublicStatus.UNCONFIRMED.value:
        return _useless(request)
    context = {
        "public": public,
        "token": token,
        "may_withdraw": public.status == PublicStatus.RECEIVED.value,
    }
    return render(request, "forms_annexes/public/follow.html", context)


@public_page
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Give the request up."""
    public = found_by(token, FOLLOW)
    if public is None:
        return _useless(request)
    try:
        public_filling.withdraw(public)
    except StaleRequest as stale:
        messages.warning(request, typeset(str(stale)))
    return redirect("public_follow", token=token)


def _useless(request: HttpRequest) -> HttpResponse:
    return render(request, "forms_annexes/public/link_useless.html", status=HTTPStatus.NOT_FOUND)
