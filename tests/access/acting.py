"""Recording facts about a habilitation in few words."""

from typing import Any

from access.models import Habilitation
from access.services.habilitations import record
from tests.portfolio import an_act, second_person
from workflows import clock


def happens(habilitation: Habilitation, kind: str, on: str, **fields: Any) -> Any:
    """Record an act about a habilitation, by nobody in particular or by the two it wants."""
    if kind != "annulment":
        fields["user"] = habilitation.user_key
    act = an_act(kind, on, **fields)
    row = record(habilitation, act, author=second_person(habilitation.convention, act))
    habilitation.refresh_from_db()
    return row


def has_credentials(habilitation: Habilitation) -> None:
    """See to it that the credentials left: by their own message, else by somebody's hand."""
    habilitation.refresh_from_db()
    if habilitation.state == "granted":
        happens(habilitation, "credentials_sent", clock.today().isoformat())
