"""How credentials reach their user: what the text says, else what the caisse chose.

Where the convention says « par courriel » or « par courriel chiffré », nobody chooses. Where it
speaks only of a notification, the caisse does, by its setting ``credentials_channel``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from workflows.rulebook_access import Credentials

CHANNEL_SETTING = "credentials_channel"
HOURS_SETTING = "activation_hours"
ACTIVATION_HOURS = 72
"""How long an activation link holds where the caisse says nothing."""
LONGEST_HOURS = 24 * 31


class Channel(StrEnum):
    """One way of handing credentials over."""

    MAIL = "mail"
    """A temporary password, in one mail."""
    LINK = "activation_link"
    """A link, by mail, on which the user chooses the password."""
    SEALED = "encrypted_mail"
    """The notification as an encrypted PDF, by mail; its code by another way."""
    LETTER = "letter"
    """The notification printed once, and posted."""
    BY_HAND = "by_hand"
    """The directory makes the password, and the agent who works in it hands it over."""

    @property
    def label(self) -> str:
        """The way in words, as the end of « Identifiants remis … »."""
        return _LABELS[self]

    @property
    def takes_an_agent(self) -> bool:
        """Whether nothing leaves before an empowered agent acts."""
        return self in (Channel.SEALED, Channel.LETTER, Channel.BY_HAND)


_LABELS = {
    Channel.MAIL: "par courriel, avec un mot de passe temporaire",
    Channel.LINK: "par un lien d’activation envoyé par courriel",
    Channel.SEALED: "par courriel chiffré, le code étant donné par une autre voie",
    Channel.LETTER: "par un courrier imprimé une seule fois",
    Channel.BY_HAND: "par l’agent qui tient l’annuaire",
}
_COMMANDED = {"email": Channel.MAIL, "encrypted_email": Channel.SEALED}
_CHOICES = (Channel.MAIL, Channel.LINK, Channel.SEALED, Channel.LETTER)


def channel_of(
    credentials: Credentials | None, settings: Mapping[str, Any], *, makes_passwords: bool
) -> Channel:
    """The way for credentials under these rules, in a caisse with these settings.

    ``makes_passwords``: whether its directory gives passwords to this house. Raises
    ``ImproperlyConfigured`` for a choice that nobody knows.
    """
    if not makes_passwords:
        return Channel.BY_HAND
    if credentials is not None and (commanded := _COMMANDED.get(credentials.delivery.channel)):
        return commanded
    chosen = settings.get(CHANNEL_SETTING, Channel.MAIL.value)
    if chosen not in {one.value for one in _CHOICES}:
        raise ImproperlyConfigured(
            f"Remise des identifiants inconnue : « {chosen} ». Attendu : "
            f"{', '.join(_CHOICES)}. Corrigez le réglage « {CHANNEL_SETTING} » de la caisse."
        )
    return Channel(chosen)


def activation_hours(settings: Mapping[str, Any]) -> int:
    """How many hours an activation link holds. Raises ``ImproperlyConfigured``."""
    hours = settings.get(HOURS_SETTING, ACTIVATION_HOURS)
    if type(hours) is not int or not 1 <= hours <= LONGEST_HOURS:
        raise ImproperlyConfigured(
            f"Durée d’un lien d’activation : « {hours} ». Attendu : un nombre entier d’heures, de "
            f"1 à {LONGEST_HOURS}. Corrigez le réglage « {HOURS_SETTING} » de la caisse."
        )
    return hours
