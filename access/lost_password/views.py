"""The page on which an extranet's user asks for another password, where the rulebook has it."""

from __future__ import annotations

from http import HTTPStatus

from allauth.core.ratelimit import consume
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from access.lost_password.forms import LostPasswordForm
from access.services import self_service

RATE = "lost_password"


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Which account? The answer is the same whether it exists or not."""
    form = LostPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        caisse, identifier = form.cleaned_data["caisse"], form.cleaned_data["identifier"]
        if not consume(request, action=RATE, key=f"{caisse.pk}:{identifier.strip().lower()}"):
            status = HTTPStatus.TOO_MANY_REQUESTS
            return render(request, "access/lost_password/too_many.html", status=status)
        self_service.ask(caisse, identifier)
        return redirect("lost_password_asked")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "access/lost_password/ask.html", {"form": form}, status=status)


@login_not_required
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """What happens next, for everybody."""
    return render(request, "access/lost_password/asked.html")
