"""Logins, as the directory tells them: the first one makes a habilitation active."""

from __future__ import annotations

from access.directory.choice import directory_of
from access.models import Account
from workflows import acts, clock, subjects
from workflows.recording import ActRefused

_USABLE = ("granted", "credentials_sent", "active")


def note_last_login(account: Account) -> int:
    """Record the directory's last login on the habilitations of the account that it is new to.

    An account shared by several habilitations does not say whose login it was: it counts for each.
    Returns how many acts were recorded.
    """
    day = directory_of(account.caisse).last_login(account)
    if day is None:
        return 0
    recorded = 0
    for habilitation in account.habilitations.filter(state__in=_USABLE).order_by("pk"):
        if habilitation.last_login_on is not None and day <= habilitation.last_login_on:
            continue
        login = acts.LastLogin(
            id=f"login-{day.isoformat()}",
            on=day,
            recorded_at=clock.now(),
            user=habilitation.user_key,
        )
        try:
            subjects.record(habilitation, login, author=None)
        except ActRefused:
            continue  # Suspended or closed since: the login stays the directory's.
        recorded += 1
    return recorded
