"""Who looks into what is sent, and how it is worded."""

from __future__ import annotations

from contracts.rules import (
    ADMINISTRATORS,
    AGENTS,
    AUDITORS,
    EVERYBODY,
    LAWYERS,
    grant,
    grant_on_site,
)

grant_on_site("notifications.view_catalogue", ADMINISTRATORS | LAWYERS | AUDITORS)
grant("notifications.view_message", EVERYBODY)
grant("notifications.correct_address", AGENTS | ADMINISTRATORS)
grant("notifications.watch_staff", ADMINISTRATORS | AUDITORS)
