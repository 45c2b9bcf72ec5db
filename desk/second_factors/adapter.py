"""What Tacite asks of the library of second factors: words, secrets, who keeps the last one."""

from __future__ import annotations

import logging
from base64 import b32encode
from secrets import token_bytes
from typing import Any

import segno
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken

from contracts.rules import must_have_second_factor
from desk.second_factors import encryption

logger = logging.getLogger(__name__)

PROVING = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""The factors that stand by themselves; recovery codes only replace one."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are encrypted, the drawing is ours, and who must have a factor keeps the last one."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": (
            "Votre rôle demande un second facteur. Ajoutez-en un autre avant de retirer celui-ci."
        ),
        "cannot_generate_recovery_codes": (
            "Ajoutez d’abord une application ou une clé de sécurité : les codes de secours les "
            "remplacent un jour d’oubli."
        ),
        "incorrect_code": (
            "Ce code ne convient pas. Recopiez celui que l’application affiche à l’instant, ou un "
            "code de secours qui n’a pas encore servi."
        ),
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Read a secret; one that another key wrote is replaced by a secret that nobody has.

        No code is right then: the person is told so, and an administrator takes the factor away.
        """
        try:
            return encryption.decrypt(encrypted_text)
        except InvalidToken:
            logger.error("A second factor cannot be read: SECRET_KEY changed without a fallback.")
            return b32encode(token_bytes(40)).decode("ascii")

    def build_totp_svg(self, url: str) -> str:
        """Draw the address as a QR code, in attributes only: styles have no place in a page."""
        drawing: str = segno.make(url, error="m", micro=False).svg_inline(
            scale=5, border=4, light="#fff", omitsize=True, svgclass="qr-code", lineclass=None
        )
        return drawing

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether another factor stays, or none is demanded."""
        if authenticator.type not in PROVING or not must_have_second_factor(authenticator.user):
            return True
        others = Authenticator.objects.filter(user=authenticator.user, type__in=PROVING)
        return others.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002
        """« Clé 1 », « Clé 2 », … in the order in which they were added."""
        return f"Clé {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": context.request.get_host().partition(":")[0], "name": "Tacite"}
