"""The facts of one named user: a habilitation granted, used, suspended, closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from workflows.act import Act
from workflows.scopes import EVERYWHERE, Scope

SuspensionReason = Literal[
    "misuse",
    "suspected_fraud",
    "shared_credentials",
    "compromised_credentials",
    "unusual_connections",
    "security_incident",
    "review_silence",
    "other",
]

SUSPENSION_REASONS: Mapping[SuspensionReason, str] = {
    "misuse": "Usage contraire à la convention",
    "suspected_fraud": "Soupçon de fraude",
    "shared_credentials": "Identifiants partagés",
    "compromised_credentials": "Identifiants peut-être connus d’autrui",
    "unusual_connections": "Connexions inhabituelles",
    "security_incident": "Incident de sécurité",
    "review_silence": "Liste des utilisateurs non confirmée par le partenaire",
    "other": "Autre motif, à préciser",
}
"""Why a user is suspended, in words; the list is closed."""

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
    service: str = ""
    """To which service; empty where the convention opens one only."""
    profile: str = ""
    """Number of the profile in the rules' list; empty where they have none."""
    scope: Scope = EVERYWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanged(UserAct):
    """The user's duties changed, and with them the profile."""

    kind = "profile_changed"
    label = "Changement de profil"
    rank = 84
    profile: str
    request: str = ""
    """What asked for it: the reference of the line of a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeChanged(UserAct):
    """The territory that the user reaches changed; empty, it is that of the service again."""

    kind = "scope_changed"
    label = "Changement de périmètre"
    rank = 84
    scope: Scope
    request: str = ""
    """What asked for it: the reference of the line of a request."""


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
    """Reference of the legal officer's visa, where no clause allows the measure."""
    decided_by: str = ""
    """Identifier of the person of the caisse who decided it; the row's author recorded it."""
    reason_code: SuspensionReason | None = None
    """None for a suspension recorded before reasons were asked for."""
    reason: str = ""
    """What the closed list does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSuspensionLifted(UserAct):
    """One user's suspension is over."""

    kind = "user_suspension_lifted"
    label = "Suspension de l’habilitation levée"
    rank = 86
    decided_by: str = ""
    """Identifier of the person of the caisse who decided it."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure(UserAct):
    """The user left, or will leave; ``on`` is the day of departure."""

    kind = "departure"
    label = "Départ de l’utilisateur"
    rank = 87
    announces = True
    request: str = ""
    """What told it: the reference of the line of a request, or of a review of the users."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialsLost(UserAct):
    """Identifier or password lost or stolen."""

    kind = "credentials_lost"
    label = "Perte ou vol des identifiants"
    rank = 88
    circumstance: Literal["loss", "theft"] = "loss"


@dataclass(frozen=True, slots=True, kw_only=True)
class DormancyClosure(UserAct):
    """A person closes an account that nobody used."""

    kind = "dormancy_closure"
    label = "Fermeture pour inactivité"
    rank = 89
