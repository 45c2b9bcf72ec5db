"""Who is the partner of a convention on a day, and how its columns say it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from contracts.models.partners import Partner
from contracts.models.successions import ConventionParty
from workflows.acts import PartnerSucceeded
from workflows.advance import Advance
from workflows.french import NO_BREAK_SPACE
from workflows.parties import succession_on, successions_of
from workflows.read_once import once
from workflows.timeline import Timeline


class WithParties:
    """A convention as its successive partners see it."""

    if TYPE_CHECKING:
        pk: Any
        revision: int
        partner: Partner
        partner_id: int
        concluded_by: Partner | None
        concluded_by_id: int | None
        parties: Any
        _state: Any

    @property
    def contracting_partner_id(self) -> int:
        """Number of the partner who signed, whoever took their place since."""
        key: int = self.concluded_by_id or self.partner_id
        return key

    @property
    def contracting_partner(self) -> Partner:
        """The partner who signed: the rules about its kind are those of the signature."""
        return self.concluded_by or self.partner

    def party_on(self, day: date) -> Partner:
        """The partner of that day, as known today."""
        place = self.place_on(day)
        return place.partner if place else self.partner

    def place_on(self, day: date) -> ConventionParty | None:
        """By what the partner of that day is so; None where no succession was ever recorded."""
        return next((one for one in reversed(self.places) if one.first_day <= day), None)

    @property
    def places(self) -> list[ConventionParty]:
        """Who was, is or is announced as the partner, in order; empty while nobody succeeded."""
        if self.concluded_by_id is None:
            return []
        return once(
            ("places", self.pk, self.revision),
            lambda: list(
                self.parties.select_related("partner", "succession__predecessor").order_by(
                    "first_day"
                )
            ),
        )

    def _parties_of(self, timeline: Timeline | Advance) -> Mapping[str, Any]:
        """The partner of the day, and who signed; nothing for the many who never changed.

        A day on which one changes is announced by an act, which a replay alone reads.
        """
        if isinstance(timeline, Advance):
            return {}
        if self.concluded_by_id is None and not any(
            isinstance(act, PartnerSucceeded) for act in timeline.acts
        ):
            return {}
        signed = self.contracting_partner_id
        now = succession_on(timeline, timeline.as_of)
        return {
            "partner_id": int(now.successor) if now else signed,
            "concluded_by_id": signed if successions_of(timeline) else None,
        }

    def _forget_other_partners(self) -> None:
        """Leave no partner in memory that the columns no longer name."""
        read = self._state.fields_cache
        for name in ("partner", "concluded_by"):
            if name in read and getattr(read[name], "pk", None) != getattr(self, f"{name}_id"):
                del read[name]


def check_partners(*numbers: str) -> None:
    """Raise ``ValidationError`` for a number that is no partner's."""
    for number in numbers:
        known = number.isascii() and number.isdigit() and len(number) < 19
        if not known or not Partner.objects.filter(pk=int(number)).exists():
            raise ValidationError(
                f"«{NO_BREAK_SPACE}{number}{NO_BREAK_SPACE}» n’est le numéro d’aucun partenaire "
                "connu."
            )
