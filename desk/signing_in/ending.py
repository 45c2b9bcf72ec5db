"""Ending every open session of somebody: what they proved to enter no longer holds."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from contracts.models import User


def end_sessions_of(user: User) -> int:
    """End the open sessions of ``user``, wherever they are; how many there were.

    A session does not say in the database whose it is: each open one is read, for a rare decision.
    """
    store, ended = import_module(settings.SESSION_ENGINE).SessionStore, 0
    # Sessions live by the real clock, and not by that of a demonstration.
    for row in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if row.get_decoded().get(SESSION_KEY) == str(user.pk):
            store(row.session_key).delete()
            ended += 1
    return ended
