"""Credentials that no message can carry: an empowered agent hands them over, and says when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from access.directory.choice import directory_of
from access.models import AccountState, Habilitation, HabilitationAct
from access.services.notification import credentials_left, opens_its_service
from access.services.tasks import NotConfirmed, NotEmpowered, empowered
from contracts.models import Agent, Caisse
from workflows import clock
from workflows.french import date_in_words
from workflows.recording import ActRefused


def to_hand_over(caisses: Iterable[Caisse]) -> list[Habilitation]:
    """The habilitations whose account is open and whose credentials nobody handed over yet."""
    by_hand = [caisse for caisse in caisses if not directory_of(caisse).makes_passwords]
    waiting = Habilitation.objects.filter(
        state="granted", account__state=AccountState.OPEN, account__caisse__in=by_hand
    )
    waiting = waiting.select_related(
        "convention__partner", "person", "site", "account__caisse", "account__site"
    )
    return [one for one in waiting.order_by("granted_on", "pk") if opens_its_service(one)]


def hand_over(habilitation: Habilitation, on: date, agent: Agent) -> HabilitationAct:
    """Write that the credentials were handed over on that day. Raises ``NotConfirmed``."""
    if on > clock.today():
        raise NotConfirmed(
            f"Le {date_in_words(on)} est à venir : confirmez une fois la chose faite."
        )
    caisse = habilitation.account.caisse
    if not empowered(agent, caisse, on):
        raise NotEmpowered(
            f"La remise des identifiants demande une habilitation nominative de {caisse.name} en "
            f"vigueur le {date_in_words(on)}. Confiez la tâche à un agent habilité."
        )
    if not opens_its_service(habilitation):
        raise NotConfirmed(
            "Le compte n’ouvre plus ce service : il n’y a pas d’identifiants à remettre."
        )
    try:
        return credentials_left(habilitation, on, agent.user)
    except ActRefused as refused:
        raise NotConfirmed(str(refused)) from refused
