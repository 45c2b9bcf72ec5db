"""The second step of signing in, and proving once more who one is before a change."""

from __future__ import annotations

import json
from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from desk.second_factors.attempts import is_locked
from desk.second_factors.forms import (
    CodeAgainForm,
    CodeForm,
    KeyAgainForm,
    KeyForm,
    PasswordAgainForm,
)
from desk.signing_in.views import locked_out

WAYS = {
    "reauthenticate": "Indiquer le mot de passe",
    "mfa_reauthenticate": "Recopier un code",
    "mfa_reauthenticate:webauthn": "Toucher la clé de sécurité",
}
"""The ways to prove it once more, as links, by the names that the library gives them."""


class SecondStepView(AuthenticateView):
    """After the password: a code, or a key."""

    form_class = CodeForm
    webauthn_form_class = KeyForm
    template_name = "desk/second_factors/second_step.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_locked(request, self.stage.login.user):
            return locked_out(request)
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        code, key = context["form"], context["webauthn_form"]
        for form in (code, key):
            form.dress()
        keys = Authenticator.objects.filter(
            user=self.stage.login.user, type=Authenticator.Type.WEBAUTHN
        )
        return context | {
            "sent": key if key.is_bound else code,
            "has_keys": keys.exists(),
            "request_options": json.dumps(context["js_data"]["request_options"]),
        }


class _Again:
    """Once more, by one way; the others are a link away."""

    request: HttpRequest
    template_name = "desk/second_factors/again.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and is_locked(request, request.user):
            return locked_out(request)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return _with_others(super().get_context_data(**kwargs))  # type: ignore[misc]


class PasswordAgainView(_Again, ReauthenticateView):
    """By the password."""

    form_class = PasswordAgainForm


class CodeAgainView(_Again, ReauthenticateByCodeView):
    """By a code."""

    form_class = CodeAgainForm


class KeyAgainView(_Again, ReauthenticateWebAuthnView):
    """By a key."""

    form_class = KeyAgainForm

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # Not the library's own, which would look at the answer a second time.
        context = super(ReauthenticateWebAuthnView, self).get_context_data(**kwargs)
        options = json.dumps(begin_authentication(self.request.user))
        return _with_others(context) | {"request_options": options}


def _with_others(context: dict[str, Any]) -> dict[str, Any]:
    context["form"].dress()
    others = context["reauthentication_alternatives"]
    return context | {
        "others": [(other["url"], WAYS[other["id"]]) for other in others],
        "request_options": "",
    }
