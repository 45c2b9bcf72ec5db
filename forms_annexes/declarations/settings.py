"""What the caisse sets for declarations: its secure channel, where breaches are told."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, ValidationError

from contracts.models import Caisse
from workflows.french import typeset
from workflows.rulebook_types import Frozen

SETTING = "declarations"
"""The caisse's setting: ``{"secure_channel": "…", "breach_address": "dpo@…"}``."""

logger = logging.getLogger(__name__)


class DeclarationSettings(Frozen):
    """What the pages say besides the texts."""

    secure_channel: str = Field(default="", max_length=1000)
    """How the identity of a person reaches the caisse, in its own words; empty: not set."""
    breach_address: str = Field(default="", max_length=254)
    """Where the convention has a breach told by mail; empty: not set."""


def settings_of(caisse: Caisse) -> DeclarationSettings:
    """The caisse's settings; without them, and where they cannot be read (logged), empty ones."""
    try:
        return read_settings(caisse)
    except ImproperlyConfigured as error:
        logger.warning("%s", error)
        return DeclarationSettings()


def read_settings(caisse: Caisse) -> DeclarationSettings:
    """The caisse's settings. Raises ``ImproperlyConfigured`` where they cannot be read."""
    content: Any = caisse.settings.get(SETTING) or {}
    try:
        return DeclarationSettings.model_validate(content)
    except ValidationError as error:
        where = ", ".join(".".join(map(str, one["loc"])) for one in error.errors())
        raise ImproperlyConfigured(
            typeset(
                f"Réglage « {SETTING} » de la caisse {caisse.code} illisible : {where}. Attendu : "
                "secure_channel et breach_address, deux textes."
            )
        ) from error
