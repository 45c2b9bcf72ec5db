"""What each act about a named user makes of the right, or why the rules refuse it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workflows import acts
from workflows.acts import UserAct
from workflows.clock import civil_date
from workflows.convention import Refused
from workflows.habilitation import (
    REFUSALS,
    HabilitationLifecycle,
    HabilitationState,
    UserSuspension,
    territory_of,
)
from workflows.scopes import Scope, why_wider


def _on_granted(life: HabilitationLifecycle, act: acts.Granted) -> None:
    data = life.data
    over = data.convention_closes_on
    if over is not None and over <= act.on:
        raise Refused(
            "convention_over", "La convention a pris fin : elle ne donne plus d’accès.", "term"
        )
    if act.profile:
        _check_profile(data, act.profile)
    _check_service(data, act.service)
    _check_scope(data, act.scope, act.service)
    life.perform("grant", act.on, act.id, "habilitation")
    data.granted_on = act.on
    data.service, data.profile, data.scope = act.service, act.profile, act.scope


def _check_profile(data: HabilitationState, profile: str) -> None:
    rule = data.rulebook.habilitation.profiles
    if rule is None:
        raise Refused("no_profiles", "Cette convention ne distingue pas de profils d’utilisateurs.")
    known = [str(one.number) for one in rule.profiles]
    if rule.closed and profile not in known:
        raise Refused(
            "profile_not_listed",
            f"Le profil « {profile} » n’est pas l’un de ceux que la convention énumère "
            f"({', '.join(known)}) : hors de cette liste, aucune habilitation.",
            "habilitation.profiles",
        )


def _check_service(data: HabilitationState, service: str) -> None:
    if service and service not in {one.code for one in data.rulebook.services}:
        raise Refused(
            "service_not_opened",
            f"La convention n’ouvre pas le service « {service} ».",
            "habilitation",
        )


def _check_scope(data: HabilitationState, scope: Scope, service: str) -> None:
    territory = territory_of(data.rulebook, service)
    if why := why_wider(scope, territory):
        code = service or data.rulebook.services[0].code
        raise Refused("scope_too_wide", why, f"services.{code}.territory")


def _must_stand(data: HabilitationState, rule: str) -> None:
    """A right not granted yet has nothing to change; closed, a new one is asked for."""
    if data.status in ("requested", "closed"):
        raise Refused(
            "not_in_this_state",
            "Seule une habilitation accordée et pas encore fermée se modifie. Fermée, demandez-en "
            "une nouvelle.",
            rule,
        )


def _on_profile_changed(life: HabilitationLifecycle, act: acts.ProfileChanged) -> None:
    _must_stand(life.data, "habilitation.modification")
    _check_profile(life.data, act.profile)
    life.data.profile = act.profile


def _on_scope_changed(life: HabilitationLifecycle, act: acts.ScopeChanged) -> None:
    _must_stand(life.data, "habilitation.modification")
    _check_scope(life.data, act.scope, life.data.service)
    life.data.scope = act.scope


def _on_credentials_sent(life: HabilitationLifecycle, act: acts.CredentialsSent) -> None:
    life.perform("send_credentials", act.on, act.id, "habilitation")
    if life.data.notified_on is None:
        # Sent again, they do not begin the right anew.
        life.data.notified_on = act.on


def _on_login(life: HabilitationLifecycle, act: acts.LastLogin) -> None:
    life.perform("log_in", act.on, act.id, "habilitation")
    life.data.last_login_on = act.on


def _on_suspended(life: HabilitationLifecycle, act: acts.UserSuspended) -> None:
    """By the clause, or as a security measure under a lawyer's visa.

    A temporary suspension may become definitive, and one that only answers a silence gives way to
    any other: the state stays suspended.
    """
    data = life.data
    rule = _ground(data, act.reason_code)
    _check_suspension(data, act)
    running = data.suspension
    if data.status == "suspended" and running is not None and _gives_way(running, act):
        data.suspensions[-1] = running._replace(until=act.on)
    else:
        before = data.status
        life.perform("suspend", act.on, act.id, rule)
        data.before_suspension = before
    data.suspensions.append(
        UserSuspension(act.id, act.on, None, act.nature == "definitive", act.reason_code or "")
    )


def _ground(data: HabilitationState, reason_code: str | None) -> str:
    """The rule a suspension rests on: no clause on misuse is about silence.

    Empty for a silence that no clause speaks of: a practice of the caisse, « hors texte ».
    """
    if reason_code != "review_silence":
        return "suspension"
    return "" if data.rulebook.habilitation.review is None else "habilitation.review"


def _check_suspension(data: HabilitationState, act: acts.UserSuspended) -> None:
    rule = data.rulebook.suspension
    if act.reason_code == "review_silence" and not act.visa:
        raise Refused(
            "review_without_visa",
            "Aucune clause ne suspend un utilisateur parce que le partenaire n’a pas confirmé sa "
            "liste : cette mesure de sécurité demande le visa du service juridique.",
            _ground(data, act.reason_code),
        )
    if rule is None and not act.visa:
        raise Refused(
            "no_suspension_clause",
            "Cette convention n’a pas de clause de suspension : une mesure conservatoire de "
            "sécurité demande le visa du service juridique.",
        )
    if rule is not None and act.nature not in rule.kinds:
        raise Refused(
            "nature_not_provided",
            "La clause de suspension ne prévoit pas cette nature de suspension.",
            "suspension",
        )
    if act.reason_code == "other" and not act.reason.strip():
        raise Refused(
            "reason_not_said",
            "Un motif hors de la liste se précise en quelques mots.",
            _ground(data, act.reason_code),
        )


def _gives_way(running: UserSuspension, act: acts.UserSuspended) -> bool:
    if running.definitive:
        return False
    silence = running.reason_code == "review_silence" and act.reason_code != "review_silence"
    return silence or act.nature == "definitive"


def _on_lifted(life: HabilitationLifecycle, act: acts.UserSuspensionLifted) -> None:
    data = life.data
    running = data.suspension
    if running is not None and running.definitive:
        raise Refused(
            "definitive_suspension", "Une suspension définitive ne se lève pas.", "suspension"
        )
    rule = _ground(data, running.reason_code if running else None)
    life.perform("lift", act.on, act.id, rule)
    assert running is not None  # Suspended, so one runs.
    data.suspensions[-1] = running._replace(until=act.on)


def _on_departure(life: HabilitationLifecycle, act: acts.Departure) -> None:
    """Access closes as soon as the departure is known, and no earlier than it happens."""
    data = life.data
    known_on = civil_date(act.recorded_at)
    if data.status in ("requested", "closed"):
        raise Refused("not_in_this_state", REFUSALS["close"], "habilitation.departure")
    data.left_on = act.on
    data.reported_late_by_days = max(0, (known_on - act.on).days)
    closes_on = max(act.on, known_on)
    data.closes_on = closes_on if data.closes_on is None else min(closes_on, data.closes_on)
    data.close_cause = "departure"
    life.reach(act.on)


def _on_credentials_lost(life: HabilitationLifecycle, act: acts.CredentialsLost) -> None:
    """Lost credentials close the right, and a new one is granted; unless the user helps himself."""
    if life.data.rulebook.habilitation.loss.procedure == "self_service":
        _must_stand(life.data, "habilitation.loss")
        return
    _close_now(life, act, "credentials_lost", "habilitation.loss")


def _on_dormancy(life: HabilitationLifecycle, act: acts.DormancyClosure) -> None:
    dormant_from = life.data.dormant_from
    if dormant_from is None:
        raise Refused(
            "no_dormancy_clause",
            "Cette convention ne permet pas de fermer un compte pour inactivité.",
        )
    if act.on < dormant_from:
        raise Refused(
            "not_yet_dormant",
            "Le délai d’inactivité prévu n’est pas révolu.",
            "habilitation.dormancy",
        )
    _close_now(life, act, "dormancy", "habilitation.dormancy")


def _close_now(life: HabilitationLifecycle, act: UserAct, cause: str, rule: str) -> None:
    life.perform("close", act.on, act.id, rule)
    life.data.closes_on, life.data.close_cause = act.on, cause


HANDLERS: Mapping[type[UserAct], Callable[[HabilitationLifecycle, Any], None]] = {
    acts.Granted: _on_granted,
    acts.ProfileChanged: _on_profile_changed,
    acts.ScopeChanged: _on_scope_changed,
    acts.CredentialsSent: _on_credentials_sent,
    acts.LastLogin: _on_login,
    acts.UserSuspended: _on_suspended,
    acts.UserSuspensionLifted: _on_lifted,
    acts.Departure: _on_departure,
    acts.CredentialsLost: _on_credentials_lost,
    acts.DormancyClosure: _on_dormancy,
}
"""What each kind of act does; it raises ``Refused`` before it changes anything."""
