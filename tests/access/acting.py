"""Recording facts about a habilitation in few words."""

from typing import Any

from access.models import Habilitation
from access.services.habilitations import record
from tests.portfolio import an_act


def happens(habilitation: Habilitation, kind: str, on: str, **fields: Any) -> Any:
    """Record an act about a habilitation, by nobody in particular."""
    if kind != "annulment":
        fields["user"] = habilitation.user_key
    row = record(habilitation, an_act(kind, on, **fields), author=None)
    habilitation.refresh_from_db()
    return row
