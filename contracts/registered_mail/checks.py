"""A provider that cannot be loaded is told when the site starts, and not at the first letter."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.utils.module_loading import import_string

from workflows.french import typeset


@register()
def provider_can_be_loaded(**_: Any) -> list[Error]:
    """The class that ``TACITE_LETTER_PROVIDER`` names exists."""
    name = settings.TACITE_LETTER_PROVIDER
    if not name:
        return []
    try:
        import_string(name)
    except ImportError:
        said = (
            f"TACITE_LETTER_PROVIDER : « {name} » ne se charge pas. Attendu : le chemin d’une "
            "classe, par exemple contracts.registered_mail.file_drop.FileDrop, ou rien."
        )
        return [Error(typeset(said), id="contracts.E101")]
    return []
