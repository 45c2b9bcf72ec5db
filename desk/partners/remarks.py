"""What is missing from the page of a partner, or will be soon: said before it is needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from workflows.french import count, date_in_words, typeset

ENDS_SOON = timedelta(days=90)
"""A power that ends within it is announced: a renewal takes a deliberation."""


class KnownPower(NamedTuple):
    """A period over which somebody may sign for the partner."""

    name: str
    first_day: date
    last_day: date | None
    delegated: bool
    has_document: bool

    def holds(self, day: date) -> bool:
        """Whether it is a power on that day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


class Known(NamedTuple):
    """What the page knows of a partner."""

    siren: str
    address: str
    email: str
    """Its own, or that of one of its contacts."""
    powers: Sequence[KnownPower]
    closing_sites: Sequence[tuple[str, date]] = ()
    """The structures that close on a day to come."""


def remarks(known: Known, today: date) -> list[str]:
    """What somebody should see to, the most pressing first."""
    found: list[str] = []
    standing = [power for power in known.powers if power.holds(today)]
    if not standing:
        found.append("Personne ne peut signer aujourd’hui pour ce partenaire.")
    for power in standing:
        followed = any(
            other.name == power.name and other.first_day > power.first_day for other in known.powers
        )
        if power.last_day and power.last_day - today <= ENDS_SOON and not followed:
            left = count((power.last_day - today).days, "jour")
            found.append(
                f"Le pouvoir de {power.name} prend fin le {date_in_words(power.last_day)} "
                f"(dans {left}), et aucun autre ne le suit."
            )
        if power.delegated and not power.has_document:
            found.append(f"{power.name} signe par délégation, et l’acte n’est pas joint.")
    for name, day in known.closing_sites:
        found.append(f"{name} ferme le {date_in_words(day)}.")
    if not known.siren:
        found.append(typeset("Aucun numéro SIREN : seul son nom dit qui c’est."))
    if not known.address:
        found.append("Aucune adresse postale.")
    if not known.email:
        found.append("Aucune adresse électronique, ni la sienne ni celle d’un contact.")
    return found
