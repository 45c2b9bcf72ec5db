"""Who signs for a caisse on a day, by their own office or by delegation, and how it is written."""

from __future__ import annotations

from datetime import date

from django.db.models import F, QuerySet

from contracts.models import Caisse, Power, User


def powers_to_sign(caisse: Caisse, kind: str, day: date) -> QuerySet[Power]:
    """The powers of a kind that hold on a day, those of an office first."""
    held = Power.objects.on(day).filter(agent__caisse=caisse, kind=kind)
    seen = held.select_related("agent__person", "delegated_by__person")
    return seen.order_by(F("delegated_by").asc(nulls_first=True), "pk")


def proposed_signer(
    caisse: Caisse, kind: str, day: date, user: User | None = None
) -> tuple[str, str]:
    """The name and the quality that a document proposes at its foot; empty where several may sign.

    ``user`` where they may sign themselves, else the one person who may by their office.
    """
    powers = list(powers_to_sign(caisse, kind, day))
    own = [one for one in powers if user is not None and one.agent.user_id == user.pk]
    by_office = [one for one in powers if one.delegated_by_id is None]
    for found in (own, by_office, powers):
        if len(found) == 1:
            return signature_line(found[0])
    return "", ""


def signature_line(power: Power) -> tuple[str, str]:
    """The name and the quality of who signs: « directrice adjointe, par délégation d’Alix … »."""
    agent = power.agent
    quality = ", ".join(filter(None, (agent.title, power.by_delegation)))
    return agent.person.get_full_name(), quality
