"""Who is there in a caisse on a day to be told of a deadline: roles and delegations of that day."""

from __future__ import annotations

from datetime import date

from contracts.models import Caisse, Power, UserScope
from contracts.services.visibility import codes_with
from notifications.ladders import Staff


class Crew:
    """The staff of a caisse on a day; whoever left or has no active account is not there."""

    def __init__(self, caisse: Caisse, on: date) -> None:
        scopes = UserScope.objects.on(on).filter(caisse=caisse, user__is_active=True)
        self._held = [
            (user, role, frozenset(services))
            for user, role, services in scopes.order_by("user").values_list(
                "user", "role", "services"
            )
        ]
        powers = Power.objects.on(on).filter(
            agent__caisse=caisse, kind=Power.Kind.SIGN_LETTERS, agent__user__is_active=True
        )
        self._delegates = tuple(
            dict.fromkeys(powers.order_by("agent__user").values_list("agent__user", flat=True))
        )
        self._codes = {services: codes_with(set(services)) for _, _, services in self._held}
        self._staff: dict[str, Staff] = {}

    def of(self, rulebook_code: str) -> Staff:
        """Who is there for the conventions of a type: some see certain services alone."""
        if rulebook_code not in self._staff:
            in_role: dict[str, dict[int, None]] = {}
            for user, role, services in self._held:
                if not services or rulebook_code in self._codes[services]:
                    in_role.setdefault(role, {})[user] = None
            self._staff[rulebook_code] = Staff(
                {role: tuple(users) for role, users in in_role.items()}, self._delegates
            )
        return self._staff[rulebook_code]
