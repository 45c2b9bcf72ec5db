"""What may be asked on line before a convention, and of which caisse: the rulebooks say what."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured

from contracts.models import Caisse, Convention
from contracts.services.rulebooks import published_rulebooks
from workflows.french import typeset
from workflows.rulebook import Rulebook
from workflows.rulebook_access import RequestForm

SETTING = "public_requests"
"""In the settings of a caisse: the codes of the types it takes on line from anybody.

No text says which caisse opens its page when. Without the setting, a caisse takes the types under
which it already has a convention; an empty list closes the page.
"""

ONLINE = "online"
BEFORE = "online_request"


logger = logging.getLogger(__name__)


class Offer(NamedTuple):
    """A type of convention that is asked on line, its form, and the caisses that take it."""

    rulebook: Rulebook
    form: RequestForm
    caisses: tuple[Caisse, ...]

    @property
    def departments(self) -> list[str]:
        """The codes of the départements where it may be asked, in order."""
        return sorted({code for caisse in self.caisses for code in caisse.departments})

    @property
    def title(self) -> str:
        """What is asked for, in the words of the type of convention."""
        return ", ".join(service.label for service in self.rulebook.services)


def offers() -> list[Offer]:
    """What anybody may ask on line today, by its title."""
    found = [Offer(rules, form, caisses_taking(rules.code)) for rules, form in _asked_online()]
    return sorted((offer for offer in found if offer.departments), key=lambda one: one.title)


def offer_of(rulebook_code: str) -> Offer | None:
    """What is asked on line under that type; None when it is no more."""
    return next((offer for offer in offers() if offer.rulebook.code == rulebook_code), None)


def online_form(rules: Rulebook) -> RequestForm | None:
    """The form by which the rules have an access asked on line before the convention, if any."""
    if not any(asker.channel == BEFORE for asker in rules.habilitation.asked_by):
        return None
    for form in rules.habilitation.forms:
        if form.channel == ONLINE and "create" in form.operations:
            return form
    return None


def caisses_taking(rulebook_code: str) -> tuple[Caisse, ...]:
    """The caisses that take on line what that type asks.

    One whose setting cannot be read is left out, and it is logged: what it takes, nobody can tell.
    """
    practised = set(
        Convention.objects.filter(rulebook_code=rulebook_code).values_list("caisse", flat=True)
    )
    return tuple(
        caisse
        for caisse in Caisse.objects.order_by("name")
        if (
            caisse.pk in practised
            if (chosen := _taken_by(caisse)) is None
            else rulebook_code in chosen
        )
    )


def types_chosen(caisse: Caisse) -> list[str] | None:
    """What the caisse says it takes; None without the setting. Raises ``ImproperlyConfigured``."""
    if SETTING not in caisse.settings:
        return None
    codes = caisse.settings[SETTING]
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise ImproperlyConfigured(
            typeset(
                f"Réglage « {SETTING} » illisible ({caisse.code}). Attendu : une liste de codes de "
                "modèles de convention, vide pour n’en prendre aucun."
            )
        )
    return codes


def _taken_by(caisse: Caisse) -> list[str] | None:
    try:
        return types_chosen(caisse)
    except ImproperlyConfigured as error:
        logger.warning("%s", error)
        return []


def _asked_online() -> Iterator[tuple[Rulebook, RequestForm]]:
    latest = {row.code: row for row in published_rulebooks()}
    for row in latest.values():
        if form := online_form(row.rulebook):
            yield row.rulebook, form
