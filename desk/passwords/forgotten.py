"""The link by which one of the staff chooses another password, and the word that one changed."""

from __future__ import annotations

import logging

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from contracts.models import User
from contracts.rules import is_staff
from notifications.services import NotSent, send, send_at_once
from notifications.writing import site_address
from workflows import clock

logger = logging.getLogger(__name__)


def send_link(email: str) -> None:
    """Send the link to that address, if it is of the staff; say nothing of it otherwise.

    The link serves once: it is worth nothing after the next sign-in or change of password.
    """
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None or not (is_staff(user) or user.is_superuser):
        return
    who = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    try:
        send_at_once(
            "password_link",
            key=f"password_link:{user.pk}:{clock.system_time().isoformat()}",
            recipient_person=user,
            context={"minutes": settings.PASSWORD_RESET_TIMEOUT // 60},
            secret=site_address(reverse("choose_password", args=[who, token])),
        )
    except NotSent:
        # The page must not tell a known address from another: the person asks again.
        logger.warning("A link to choose a password did not leave.")


def tell_of_change(user: User) -> None:
    """Tell the owner of an account that its password was changed, whoever did it."""
    send(
        "account_changed",
        key=f"account_changed:{user.pk}:{clock.system_time().isoformat()}",
        recipient_person=user,
        context={"what": "le mot de passe a été changé"},
    )
