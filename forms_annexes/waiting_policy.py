"""When a request that waits is recalled, and whether it lapses: settings of the caisse.

Reminders leave after 15 and 30 days unless the caisse says otherwise. Lapse is off until it does:
no article of the conventions provides for it, it is a practice « hors texte ».
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any, Self

from pydantic import ValidationError, model_validator

from contracts.models import Caisse
from workflows.calendar import Duration, add
from workflows.french import typeset
from workflows.rulebook_types import Frozen, IsoDuration
from workflows.waiting import Patience

SETTING = "request_reminders"
"""The caisse's setting: ``{"partner": ["P15D", "P30D"], "caisse": ["P15D", "P30D"], "lapse_after":
"P3M"}``, each key on its own."""

AFTER = (Duration(0, 15), Duration(0, 30))


class WaitingSettingWrong(ValueError):
    """The setting of a caisse cannot be read: it says which, and what was expected."""


class WaitingSetting(Frozen):
    """What the caisse decided, all delays counted from the day on which the wait began."""

    partner: tuple[IsoDuration, ...] = AFTER
    caisse: tuple[IsoDuration, ...] = AFTER
    lapse_after: IsoDuration | None = None
    """Absent: nothing lapses by itself."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        lapse = [self.lapse_after] if self.lapse_after else []
        if lapse and not self.partner:
            raise ValueError("une demande ne devient caduque qu’après un rappel au partenaire")
        for delays in ([*self.partner, *lapse], [*self.caisse]):
            days = [date(2025, 1, 1), *(add(date(2025, 1, 1), delay) for delay in delays)]
            if any(later <= earlier for earlier, later in pairwise(days)):
                raise ValueError("les rappels se suivent, puis vient la caducité")
        return self

    @property
    def of_partner(self) -> Patience:
        """How long the partner may take."""
        return Patience(self.partner, self.lapse_after)

    @property
    def of_caisse(self) -> Patience:
        """How long the caisse may take; what waits for it never lapses."""
        return Patience(self.caisse)


def setting_of(caisse: Caisse) -> WaitingSetting:
    """The caisse's setting, or 15 and 30 days without lapse. Raises ``WaitingSettingWrong``."""
    content: Any = caisse.settings.get(SETTING) or {}
    try:
        return WaitingSetting.model_validate(content)
    except ValidationError as error:
        where = ", ".join(
            ".".join(map(str, one["loc"])) or "ordre des délais" for one in error.errors()
        )
        raise WaitingSettingWrong(
            typeset(
                f"Réglage « {SETTING} » de {caisse.name} illisible : {where}. Attendu : partner et "
                "caisse en listes de durées ISO (P15D, P30D), de la plus courte à la plus longue, "
                "et lapse_after (P3M) plus long qu’elles. Corrigez le réglage de la caisse ; "
                "aucun rappel ne part d’ici là."
            )
        ) from error
