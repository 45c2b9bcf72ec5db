"""Changing one's password, and choosing another one by a link when it is forgotten."""

from __future__ import annotations

from typing import Any

from allauth.core.ratelimit import consume
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from desk.passwords.forgotten import send_link, tell_of_change
from desk.passwords.forms import AskForm, ChangeForm, ChooseForm
from desk.second_factors.attempts import count_failure, is_locked
from desk.signing_in.views import locked_out, too_many_requests

RATE = "password_link"


class ChangeView(PasswordChangeView):
    """Change one's own; the other sessions end."""

    form_class = ChangeForm
    template_name = "desk/passwords/change.html"
    success_url = reverse_lazy("mfa_index")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_locked(request, request.user):
            return locked_out(request)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        tell_of_change(form.user)
        messages.success(self.request, "Le mot de passe est changé.")
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        if form.has_error("old_password", "password_incorrect"):
            count_failure(self.request, form.user)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["form"].dress()
        return context


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Whose password is forgotten? The answer is the same for every address."""
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        if not consume(request, action=RATE, key=email):
            return too_many_requests(request)
        send_link(email)
        return redirect("password_link_asked")
    form.dress()
    status = 422 if form.is_bound else 200
    return render(request, "desk/passwords/ask.html", {"form": form}, status=status)


@login_not_required
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """What happens next, for everybody."""
    context = {"minutes": settings.PASSWORD_RESET_TIMEOUT // 60}
    return render(request, "desk/passwords/asked.html", context)


class ChooseView(PasswordResetConfirmView):
    """Choose another password by the link received. It does not sign in: the second factor does."""

    form_class = ChooseForm
    template_name = "desk/passwords/choose.html"
    success_url = reverse_lazy("sign_in")

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        tell_of_change(form.user)
        messages.success(self.request, "Le mot de passe est changé. Connectez-vous avec lui.")
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if context["form"]:
            context["form"].dress()
        return context


choose = login_not_required(sensitive_post_parameters()(ChooseView.as_view()))
