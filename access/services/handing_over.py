"""Credentials that no message carries by itself: an empowered agent hands them over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from access.channels import Channel
from access.models import AccountState, Habilitation, HabilitationAct
from access.services.notification import channel_for, credentials_left, opens_its_service
from access.services.tasks import NotConfirmed, NotEmpowered, empowered
from contracts.models import Agent, Caisse
from workflows import clock
from workflows.french import date_in_words
from workflows.recording import ActRefused


class HandOver(NamedTuple):
    """Credentials that wait for an agent, and by which way they are to go."""

    habilitation: Habilitation
    channel: Channel


def to_hand_over(caisses: Iterable[Caisse]) -> list[HandOver]:
    """The rights whose account is open and whose credentials, first or renewed, are to leave."""
    waiting = Habilitation.objects.filter(
        Q(state="granted") | Q(renewals__done_at=None, renewals__isnull=False),
        account__state=AccountState.OPEN,
        account__caisse__in=list(caisses),
    )
    waiting = waiting.select_related(
        "convention__partner",
        "convention__pinned",
        "person",
        "site",
        "account__caisse",
        "account__site",
    )
    rows = waiting.distinct().order_by("granted_on", "pk")
    found = [HandOver(one, channel_for(one)) for one in rows]
    return [
        one for one in found if one.channel.takes_an_agent and opens_its_service(one.habilitation)
    ]


def hand_over(habilitation: Habilitation, on: date, agent: Agent) -> HabilitationAct:
    """Write that the credentials left the caisse on that day, by hand or by the post.

    Raises ``NotConfirmed``.
    """
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
    channel = channel_for(habilitation)
    if channel not in (Channel.BY_HAND, Channel.LETTER):
        raise NotConfirmed("Ces identifiants se remettent autrement. Rechargez la page.")
    by = ""
    if channel is Channel.LETTER:
        letter = habilitation.printed_letters.last()
        if letter is None or on < clock.civil_date(letter.printed_at):
            raise NotConfirmed(
                "Ce courrier n’était pas encore imprimé ce jour-là. Imprimez-le, postez-le, puis "
                "dites quel jour il est parti."
            )
        by = f"letter-{letter.pk}"
    try:
        return credentials_left(habilitation, on, agent.user, by=by)
    except ActRefused as refused:
        raise NotConfirmed(str(refused)) from refused
