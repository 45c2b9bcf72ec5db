"""The words of a user's life: what each state means, why a right ended, what an act says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from access.desired import DirectoryState, desired
from access.models import AccountState
from contracts.models import Power, User
from workflows import acts as kinds
from workflows import clock
from workflows.access_decision import decide
from workflows.acts import Act
from workflows.french import date_in_words, typeset
from workflows.habilitation_life import HabilitationLife
from workflows.rulebook import Rulebook
from workflows.scopes import in_words
from workflows.user_acts import SUSPENSION_REASONS

MEANS: Mapping[str, str] = {
    "requested": "Rien n’est encore accordé : la personne n’a aucun accès.",
    "granted": "Le droit est donné. Les identifiants ne sont pas encore partis.",
    "credentials_sent": "Les identifiants sont partis. La première connexion est attendue.",
    "active": "La personne s’est connectée au moins une fois.",
    "suspended": "Le droit demeure, l’accès est fermé jusqu’à la levée.",
    "closed": "Le droit est fini. Un nouvel accès demande une nouvelle habilitation.",
}
"""What a state of a habilitation means to whoever reads it."""

CLOSED_BY: Mapping[str, str] = {
    "convention": "La convention prend fin",
    "departure": "Départ de l’utilisateur",
    "credentials_lost": "Perte ou vol des identifiants",
    "dormancy": "Inactivité",
}

_NATURES = {"temporary": "temporaire", "definitive": "définitive"}

_CIRCUMSTANCES = {"loss": "perte", "theft": "vol"}

_IN_DIRECTORY = {
    AccountState.ABSENT: "pas encore inscrit",
    AccountState.LOCKED: "verrouillé",
    AccountState.OPEN: "ouvert",
}


def said_by_user_act(act: Act, acts: Iterable[Act], rulebook: Rulebook) -> str:
    """What an act says besides its kind and its date; empty when its kind says it all."""
    told: tuple[str, ...] = ()
    match act:
        case kinds.Annulment():
            annulled = next((other for other in acts if other.id == act.of), None)
            what = f"{annulled.label} du {date_in_words(annulled.on)}" if annulled else ""
            told = (what, act.reason)
        case kinds.UserSuspended():
            reason = SUSPENSION_REASONS[act.reason_code] if act.reason_code else ""
            visa = typeset(f"visa : {act.visa}") if act.visa else ""
            told = (_NATURES[act.nature], reason, visa, act.reason, _decided(act))
        case kinds.UserSuspensionLifted():
            told = (act.reason, _decided(act))
        case kinds.Departure() if act.request.startswith("review-"):
            told = ("liste des utilisateurs confirmée par le partenaire",)
        case kinds.CredentialsLost():
            told = (_CIRCUMSTANCES[act.circumstance],)
        case kinds.Granted():
            told = (profile_words(act.profile, rulebook), in_words(act.scope))
        case kinds.ProfileChanged():
            told = (profile_words(act.profile, rulebook),)
        case kinds.ScopeChanged():
            told = (in_words(act.scope) or "celui du service",)
    return ", ".join(filter(None, told))


def profile_words(profile: str, rulebook: Rulebook) -> str:
    """« profil 2, Services instructeurs »; empty without profile."""
    rule = rulebook.habilitation.profiles
    label = next((p.label for p in rule.profiles if str(p.number) == profile), "") if rule else ""
    return f"profil {profile}{f', {label}' if label else ''}" if profile else ""


def _decided(act: kinds.UserSuspended | kinds.UserSuspensionLifted) -> str:
    user = act.decided_by
    found = User.objects.filter(pk=user).first() if user.isdecimal() else None
    if found is None:
        return ""
    powers = Power.objects.on(act.on).filter(kind=Power.Kind.SUSPEND_ACCESS, agent__user=found)
    power = powers.select_related("delegated_by__person").first()
    words = f"décidé par {found.get_full_name()}"
    return f"{words}, {power.by_delegation}" if power and power.by_delegation else words


def services_of(rulebook: Rulebook) -> dict[str, str]:
    """What the screens call the services of a convention, by code."""
    return {service.code: service.label for service in rulebook.services}


def directory_words(state: DirectoryState, labels: Mapping[str, str]) -> str:
    """« ouvert (Service d’essai) », « verrouillé »."""
    words = _IN_DIRECTORY[state.state]
    opened = ", ".join(labels.get(code, code) for code in state.services)
    return f"{words} ({opened})" if opened else words


def directory_in_time(
    lives: Iterable[tuple[str, HabilitationLife]], at: datetime, labels: Mapping[str, str]
) -> str:
    """What the directory should hold of an account at an instant, and the next change in sight."""
    lives = list(lives)
    answers = [(service, decide(life, at)) for service, life in lives]
    state = desired(answers)
    words = directory_words(state, labels)
    ends = [answer.valid_until for _, answer in answers if answer.valid_until is not None]
    if not ends:
        return words
    then = min(ends)
    later = desired((service, decide(life, then)) for service, life in lives)
    if later == state:
        return words
    return f"{words}, puis {directory_words(later, labels)} le {_day(then)}"


def _day(instant: datetime) -> str:
    return date_in_words(clock.civil_date(instant))
