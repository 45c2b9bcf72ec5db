"""What an event of a user's life would change, in the words of the confirmation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cached_property
from typing import cast

from access.models import Habilitation
from access.services.lives import READ_WITH, lives_at
from access.services.notification import recipient
from desk.consequences import Line
from desk.users.words import directory_in_time, profile_words, services_of
from workflows import clock
from workflows.access_decision import decide
from workflows.clock import start_of_day
from workflows.french import date_in_words, typeset
from workflows.habilitation_life import HabilitationLife
from workflows.scopes import in_words
from workflows.subjects import Difference


class UserConsequences:
    """A habilitation's life without and with the event."""

    conclusions = questions = ()

    def __init__(
        self,
        habilitation: Habilitation,
        difference: Difference,
        *,
        regrants: bool = False,
        leaving: Collection[int] = (),
    ) -> None:
        """``regrants``: a new habilitation of the same right is asked for in the same gesture.

        ``leaving``: the keys of other habilitations that the same gesture closes.
        """
        self.habilitation, self.regrants = habilitation, regrants
        self.before = cast("HabilitationLife", difference.before)
        self.after = cast("HabilitationLife", difference.after)
        self._now = max(clock.now(), start_of_day(self.after.as_of))
        others = list(
            habilitation.account.habilitations.exclude(pk__in=[habilitation.pk, *leaving])
            .select_related(*READ_WITH)
            .order_by("pk")
        )
        self._others = [
            (other.service, life)
            for other, life in zip(others, lives_at(others, self._now), strict=True)
        ]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """What changes: the state, the end of the right, the access, the account."""
        told = (
            Line("État", _state(self.before), _state(self.after)),
            Line("Profil", _profile(self.before), _profile(self.after)),
            Line("Périmètre", _scope(self.before), _scope(self.after)),
            Line("Fin de l’habilitation", _end(self.before), _end(self.after)),
            Line("Accès au service", self._access(self.before), self._access(self.after)),
            Line("Compte dans l’annuaire", self._account(self.before), self._account(self.after)),
        )
        return tuple(line for line in told if line.before != line.after)

    @property
    def changes_nothing(self) -> bool:
        """Whether the event is kept and moves nothing."""
        return not self.lines

    @property
    def closes(self) -> bool:
        """Whether it brings an end that was not in sight, and nothing follows it."""
        return self.after.over_on not in (None, self.before.over_on)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What follows besides: the new right, the messages sent, those that are not."""
        told = []
        name = self.habilitation.person.get_full_name()
        to = recipient(self.habilitation).get_full_name()
        if self.regrants and self.after.state == "closed":
            told.append(
                f"Une nouvelle habilitation est accordée à {name} aujourd’hui, pour le même "
                "service et sous le même compte."
            )
            told.append(
                f"La notification d’habilitation part à {to} une fois l’annuaire à jour, avec un "
                "nouveau mot de passe : l’ancien ne sert plus."
            )
        elif self.after.state == "granted" and self.before.state != "granted":
            told.append(
                f"La notification d’habilitation part à {to} dès que l’annuaire ouvre le compte, "
                "si elle n’est pas déjà partie."
            )
        elif self.lines:
            if self.still_enters:
                told.append(
                    "Ce compte est partagé : une autre habilitation y ouvre toujours ce service. "
                    "Pour que cette personne n’entre plus, changez aussi le mot de passe."
                )
            told.append(f"Tacite n’envoie aucun message : prévenez {name} ou le partenaire.")
        return tuple(typeset(note) for note in told)

    @property
    def still_enters(self) -> bool:
        """Whether the account goes on entering the service once this right no longer lets it."""
        service = self.habilitation.service
        return not decide(self.after, self._now).permit and any(
            code == service and decide(life, self._now).permit for code, life in self._others
        )

    def _access(self, life: HabilitationLife) -> str:
        answer = decide(life, self._now)
        if not answer.permit:
            return f"fermé. {answer.reason}"
        words = "ouvert"
        if answer.valid_until is not None:
            words = f"ouvert, fermé à partir du {_first_day_without(answer.valid_until)}"
        return f"{words}, à titre provisoire" if answer.provisional else words

    def _account(self, life: HabilitationLife) -> str:
        lives = [*self._others, (self.habilitation.service, life)]
        if self.regrants and life is self.after:
            # The same right anew: it gives what the lost one gave.
            lives.append((self.habilitation.service, self.before))
        return directory_in_time(lives, self._now, services_of(life.data.rulebook))


def _first_day_without(instant: datetime) -> str:
    return date_in_words(clock.civil_date(instant))


def _state(life: HabilitationLife) -> str:
    return life.label_of(life.state)


def _profile(life: HabilitationLife) -> str:
    return profile_words(life.data.profile, life.data.rulebook) or "aucun"


def _scope(life: HabilitationLife) -> str:
    return in_words(life.data.scope) or "celui du service"


def _end(life: HabilitationLife) -> str:
    if life.over_on is None:
        return "aucune en vue"
    return f"plus aucun droit à partir du {date_in_words(life.over_on)}"
