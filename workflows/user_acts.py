"""The facts of one named user: a habilitation granted, used, suspended, closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workflows.act import Act

# Habilitations: the facts of one named user.


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAct(Act):
    """A fact about a habilitation, named by its identifier."""

    rank = 85
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted(UserAct):
    """The habilitation is granted; it opens no earlier than the convention."""

    kind = "granted"
    label = "Habilitation accordée"
    rank = 82


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialsSent(UserAct):
    """The notification of habilitation left."""

    kind = "credentials_sent"
    label = "Notification d’habilitation envoyée"
    rank = 83


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLogin(UserAct):
    """A login, the last known on that day."""

    kind = "last_login"
    label = "Connexion"
    rank = 84


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSuspended(UserAct):
    """One user's access is suspended."""

    kind = "user_suspended"
    label = "Habilitation suspendue"
    nature: Literal["temporary", "definitive"] = "temporary"
    visa: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSuspensionLifted(UserAct):
    """One user's suspension is over."""

    kind = "user_suspension_lifted"
    label = "Suspension de l’habilitation levée"
    rank = 86


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure(UserAct):
    """The user left, or will leave; ``on`` is the day of departure."""

    kind = "departure"
    label = "Départ de l’utilisateur"
    rank = 87
    announces = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialsLost(UserAct):
    """Identifier or password lost or stolen."""

    kind = "credentials_lost"
    label = "Perte ou vol des identifiants"
    rank = 88


@dataclass(frozen=True, slots=True, kw_only=True)
class DormancyClosure(UserAct):
    """A person closes an account that nobody used."""

    kind = "dormancy_closure"
    label = "Fermeture pour inactivité"
    rank = 89
