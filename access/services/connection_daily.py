"""What each day does about connections, after the sweep."""

from __future__ import annotations

from datetime import date

from access.services.connection_logins import settle_last_month
from access.services.connection_retention import purge_all


def keep_connections(today: date) -> None:
    """Settle the logins of the month just over, then let go what is too old."""
    settle_last_month(today)
    purge_all(today)
