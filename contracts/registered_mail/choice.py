"""Which provider of registered letters the settings chose."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from contracts.registered_mail.port import Provider


def chosen() -> Provider | None:
    """The provider of ``TACITE_LETTER_PROVIDER``; None where letters leave by hand."""
    name = settings.TACITE_LETTER_PROVIDER
    return cast("Provider", import_string(name)()) if name else None
