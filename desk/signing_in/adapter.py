"""What Tacite asks of django-allauth: who may enter by a code, and by which mail it leaves."""

from __future__ import annotations

import logging
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url

from contracts.models import User
from contracts.rules import is_staff
from notifications.services import NotSent, send, send_at_once
from workflows import clock
from workflows.french import typeset

logger = logging.getLogger(__name__)

CHANGES = {
    "mfa/email/totp_activated": "une application de codes a été ajoutée",
    "mfa/email/totp_deactivated": "l’application de codes a été retirée",
    "mfa/email/webauthn_added": "une clé de sécurité a été ajoutée",
    "mfa/email/webauthn_removed": "une clé de sécurité a été retirée",
    "mfa/email/recovery_codes_generated": "de nouveaux codes de secours ont été tirés",
}
"""What the library says was changed, by its own names, and how it is told."""

CODE_MAIL = "account/email/login_code"


def enters_by_code(user: User) -> bool:
    """Whether a code by mail is enough: never for the staff, nor where a password was given."""
    return (
        user.is_active
        and not user.is_superuser
        and not user.has_usable_password()
        and not is_staff(user)
    )


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an invitation or by an administrator, and write to nobody alone."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": (
            "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez-les, "
            "majuscules comprises, puis recommencez."
        ),
        "incorrect_password": (
            "Ce n’est pas votre mot de passe. Vérifiez-le, majuscules comprises, puis recommencez."
        ),
        "incorrect_code": (
            "Ce n’est pas le code envoyé. Recopiez les six chiffres du dernier message reçu."
        ),
        "too_many_login_attempts": ("Trop d’essais. Attendez quelques minutes, puis recommencez."),
        "rate_limited": "Trop de demandes. Attendez quelques minutes, puis recommencez.",
    }

    def get_login_stages(self) -> list[str]:
        """The library's, but the second factor, which an identity provider may have asked for."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "desk.single_sign_on.stages.SecondStep"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hand the code over to the messages; allauth has no other mail to send."""
        if template_prefix != CODE_MAIL:
            logger.error("allauth asked for the mail %s: refused.", template_prefix)
            return
        user = User.objects.get(email=email.lower())
        try:
            send_at_once(
                "sign_in_code",
                key=f"sign_in_code:{user.pk}:{clock.system_time().isoformat()}",
                recipient_person=user,
                context={"expires_minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60},
                secret=context["code"],
            )
        except NotSent:
            # The page must not tell a known address from another: the person asks again.
            logger.warning("A sign-in code did not leave.")

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the person what was changed of their account, whoever did it."""
        if template_prefix not in CHANGES:
            logger.error("allauth asked to tell of %s: refused.", template_prefix)
            return
        send(
            "account_changed",
            key=f"account_changed:{user.pk}:{clock.system_time().isoformat()}",
            recipient_person=user,
            context={"what": CHANGES[template_prefix]},
        )

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Show the sentences of this module only; what goes well needs no notice."""
        if message:
            messages.add_message(request, level, typeset(message), extra_tags)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of who signed in a moment ago: to ask again at once would protect nothing."""
        records = get_authentication_records(context.request, context.request.user)
        latest = max((record["at"] for record in records), default=0)
        if time.time() - latest < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Send back to the sign-in page: the account was closed since the code was sent."""
        request.session.flush()
        messages.warning(request, "Ce code ne fonctionne plus. Adressez-vous à votre caisse.")
        return redirect("sign_in")

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The desk for the staff, their own space for the others."""
        if is_staff(request.user) or request.user.is_superuser:
            return super().get_login_redirect_url(request)
        return resolve_url("space")
