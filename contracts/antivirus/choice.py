"""Which antivirus the settings chose."""

from __future__ import annotations

from django.conf import settings

from contracts.antivirus.clamav import ClamAV
from contracts.antivirus.none import NoAntivirus
from contracts.antivirus.port import Antivirus


def chosen() -> Antivirus:
    """The antivirus of ``TACITE_ANTIVIRUS``; read each time, as a worker may outlive a setting."""
    daemon = settings.TACITE_ANTIVIRUS
    return NoAntivirus() if daemon is None else ClamAV(daemon["address"], daemon["seconds"])
