"""Who looks into what is sent, and how it is worded."""

from __future__ import annotations

from contracts.rules import ADMINISTRATORS, AUDITORS, LAWYERS, grant_on_site

grant_on_site("notifications.view_catalogue", ADMINISTRATORS | LAWYERS | AUDITORS)
