"""When the users of a convention are reviewed, and what silence does: a clause, or a setting.

No text of the five conventions asks for it: it is then a practice of the caisse, off until its
setting ``user_review`` says otherwise, and labelled « hors texte ». A clause of the rulebook rules
where there is one; the setting then adds its reminders alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Self

from pydantic import ValidationError, model_validator

from contracts.models import Caisse, Convention
from workflows.calendar import Duration, add
from workflows.french import article_number, date_in_words, typeset
from workflows.rulebook_types import Frozen, IsoDuration

SETTING = "user_review"
"""The caisse's setting: ``{"every": "P1Y", "reminders": ["P15D"], "suspend_after": "P45D"}``."""

ANSWERED_WITHIN = Duration(0, 45)
"""By when an answer is expected where silence suspends nobody."""

OF_THE_SETTING = "Réglage « user_review » de la caisse (hors texte)"
"""The visa of a suspension for silence, where the setting gives no other reference."""


class ReviewSettingWrong(ValueError):
    """The setting of a caisse cannot be read: it says which, and what was expected."""


class ReviewSetting(Frozen):
    """What the caisse decided, all delays counted from the day on which the list was sent."""

    every: IsoDuration
    reminders: tuple[IsoDuration, ...] = ()
    suspend_after: IsoDuration | None = None
    """Absent: silence does nothing."""
    visa: str = ""
    """Reference of the legal officer's visa for the suspensions."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        delays = [*self.reminders, *([self.suspend_after] if self.suspend_after else [])]
        days = [add(date(2025, 1, 1), delay) for delay in delays]
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise ValueError("les rappels se suivent, puis vient la suspension")
        return self


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """How the users of one convention are reviewed."""

    every: Duration
    reminders: tuple[Duration, ...] = ()
    suspend_after: Duration | None = None
    visa: str = ""
    article: str = ""
    """The clause's; empty: « hors texte »."""
    proposes_suspension: bool = False
    """Whether the clause lets silence be followed by a suspension that a person decides."""

    def due_on(self, opened_on: date) -> date:
        """The last day on which an answer to a list sent on ``opened_on`` is in time."""
        return add(opened_on, self.suspend_after or ANSWERED_WITHIN)

    def reminder(self, opened_on: date, today: date) -> int:
        """Number of the latest reminder due on ``today``, from 1; 0 for none yet."""
        return sum(add(opened_on, delay) <= today for delay in self.reminders)


def setting_of(caisse: Caisse) -> ReviewSetting | None:
    """The caisse's setting; None where it has none. Raises ``ReviewSettingWrong``."""
    content: Any = caisse.settings.get(SETTING)
    if not content:
        return None
    try:
        return ReviewSetting.model_validate(content)
    except ValidationError as error:
        where = ", ".join(
            ".".join(map(str, one["loc"])) or "ordre des délais" for one in error.errors()
        )
        raise ReviewSettingWrong(
            typeset(
                f"Réglage « {SETTING} » de {caisse.name} illisible : {where}. Attendu : every, "
                "reminders et suspend_after en durées ISO (P1Y, P15D), de la plus courte à la plus "
                "longue. Corrigez le réglage de la caisse ; aucune revue ne s’ouvre d’ici là."
            )
        ) from error


def policy_of(convention: Convention) -> ReviewPolicy | None:
    """How this convention's users are reviewed; None where nothing asks for it.

    Raises ``ReviewSettingWrong``.
    """
    clause, setting = convention.rules.habilitation.review, setting_of(convention.caisse)
    if clause is not None:
        return ReviewPolicy(
            every=clause.every,
            reminders=setting.reminders if setting else (),
            article=convention.rules.article_of("habilitation.review"),
            proposes_suspension=clause.silence == "proposes_suspension",
        )
    if setting is None:
        return None
    return ReviewPolicy(
        every=setting.every,
        reminders=setting.reminders,
        suspend_after=setting.suspend_after,
        visa=setting.visa or OF_THE_SETTING,
    )


NO_CONSEQUENCE = "Sans réponse, les accès restent ouverts."


def asked_by(review: Any) -> str:
    """What asks for a review, in words: its clause, or the caisse's own practice."""
    if review.article:
        return f"L’article {article_number(review.article)} de la convention le demande."
    return "C’est une pratique de la caisse, qu’aucun article de la convention ne commande."


def silence_in_words(review: Any) -> str:
    """What silence does to the users of a review that suspends them."""
    return typeset(
        f"Sans réponse au {date_in_words(review.due_on)}, ces accès seront suspendus le lendemain, "
        "par mesure de sécurité, jusqu’à votre réponse. La convention, elle, continue."
    )
