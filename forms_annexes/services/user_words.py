"""A user's right in the partner's words: what it is today, and what happened to it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from access.models import Habilitation, HabilitationAct
from forms_annexes.services.modifiable import profile_in_words, scope_in_words
from workflows import acts
from workflows.access import standing_on
from workflows.clock import civil_date
from workflows.french import count, date_in_words, typeset
from workflows.habilitation_life import HabilitationLife
from workflows.user_acts import SUSPENSION_REASONS

CLOSED_BY: Mapping[str, str] = {
    "convention": "la convention a pris fin",
    "departure": "départ",
    "credentials_lost": "identifiants perdus ou volés",
    "dormancy": "accès inutilisé",
}


class Told(NamedTuple):
    """The state of a right: a meaning, a word, and a sentence."""

    meaning: str
    label: str
    sentence: str


class Moment(NamedTuple):
    """One dated line of a right's life."""

    on: date
    words: str
    is_to_come: bool


def told(life: HabilitationLife, on: date) -> Told:
    """What a right is on a day, for the partner."""
    data, over_on = life.data, life.over_on
    if life.state == "closed":
        cause = CLOSED_BY.get(data.close_cause, "")
        day = date_in_words(over_on) if over_on else ""
        return _told("ended", "Accès fermé", f"Depuis le {day} : {cause}.")
    suspended = _suspension(life, on)
    if suspended:
        return _told("attention", "Suspendu", suspended)
    if over_on is not None and data.left_on is not None:
        day = date_in_words(over_on)
        return _told("attention", f"Fermera le {day}", "Le départ de cette personne est annoncé.")
    closing = f" Fermera le {date_in_words(over_on)}, avec la convention." if over_on else ""
    if life.state == "active":
        return _told("in_force", "Compte ouvert", f"La personne utilise le service.{closing}")
    if life.state == "credentials_sent" and data.notified_on:
        day = date_in_words(data.notified_on)
        return _told(
            "in_force",
            f"Identifiants envoyés le {day}",
            f"La première connexion est attendue.{closing}",
        )
    if standing_on(life.convention, on).kind == "before":
        return _told("neutral", "Accordé", "Le compte ouvrira quand la convention prendra effet.")
    return _told(
        "neutral",
        "Compte en création",
        f"La caisse crée le compte, puis envoie les identifiants.{closing}",
    )


def first_login(life: HabilitationLife) -> date | None:
    """The day on which the user first entered the service; None before it."""
    return next((s.on for s in life.past_steps if s.name == "log_in"), None)


def late_report(life: HabilitationLife, row: HabilitationAct | None) -> str:
    """Both dates of a departure told after it happened; empty when it was told in time."""
    data = life.data
    if row is None or data.left_on is None or not data.reported_late_by_days:
        return ""
    told_on = civil_date(row.recorded_at)
    late = count(data.reported_late_by_days, "jour")
    return typeset(
        f"Départ le {date_in_words(data.left_on)}, déclaré le {date_in_words(told_on)} : "
        f"l’accès est resté ouvert {late} après le départ."
    )


def moments_of(right: Habilitation, life: HabilitationLife, today: date) -> list[Moment]:
    """The dated life of a right in words, the oldest first; what was annulled is left out."""
    rows = {row.identifier: row for row in right.acts.order_by("revision")}
    void = {refusal.act.id for refusal in life.refused}
    void |= {row.payload["of"] for row in rows.values() if row.kind == "annulment"}
    found = []
    for row in rows.values():
        words = "" if row.identifier in void else _said(row, right, life)
        if words:
            found.append(Moment(row.on, typeset(words), row.on > today))
    closing = life.over_on
    if closing is not None:
        cause = CLOSED_BY.get(life.data.close_cause, "")
        to_come = closing > today
        words = "L’accès se fermera" if to_come else "L’accès est fermé"
        why = f" : {cause}" if cause else ""
        found.append(Moment(closing, typeset(f"{words}{why}."), to_come))
    return sorted(_one_login(found), key=lambda moment: moment.on)


_FIRST, _LOGIN = "Première connexion.", "Connexion."


def _one_login(found: list[Moment]) -> list[Moment]:
    """Of all the logins, the first and the last: the rest tells nothing more."""
    logins = [one for one in found if one.words == _LOGIN]
    kept = [one for one in found if one.words != _LOGIN]
    if logins:
        kept.append(logins[0]._replace(words=_FIRST))
    if len(logins) > 1:
        kept.append(logins[-1]._replace(words="Dernière connexion connue."))
    return kept


def _said(row: HabilitationAct, right: Habilitation, life: HabilitationLife) -> str:
    rules = life.data.rulebook
    match row.act:
        case acts.Granted() as act:
            profile = profile_in_words(act.profile, rules)
            return f"Accès accordé par la caisse{f' : {profile}' if profile else ''}."
        case acts.CredentialsSent():
            return "Identifiants envoyés."
        case acts.LastLogin():
            return _LOGIN
        case acts.ProfileChanged() as act:
            return f"Nouveau profil : {profile_in_words(act.profile, rules)}."
        case acts.ScopeChanged() as act:
            return f"Nouveau territoire : {scope_in_words(act.scope, right.convention)}."
        case acts.UserSuspended() as act:
            reason = SUSPENSION_REASONS[act.reason_code] if act.reason_code else ""
            return f"Accès suspendu par la caisse{f' : {reason.lower()}' if reason else ''}."
        case acts.UserSuspensionLifted():
            return "Suspension levée."
        case acts.Departure() as act:
            told_on = civil_date(act.recorded_at)
            verb = "Départ annoncé" if told_on < act.on else "Départ"
            return f"{verb}, déclaré le {date_in_words(told_on)}."
        case acts.CredentialsLost() as act:
            what = "volés" if act.circumstance == "theft" else "perdus"
            return f"Identifiants déclarés {what}, le {date_in_words(civil_date(act.recorded_at))}."
    return ""


def _suspension(life: HabilitationLife, on: date) -> str:
    running = life.data.suspension
    if life.state == "suspended" and running is not None:
        return f"La caisse a suspendu cet accès le {date_in_words(running.since)}."
    if standing_on(life.convention, on).kind == "suspended":
        return "La caisse a suspendu les accès de la convention."
    return ""


def of_name(name: str) -> str:
    """« d’Agathe Essai », « de Basile Essai »."""
    first = unicodedata.normalize("NFD", name[:1]).lower()[:1]
    return f"d’{name}" if first in set("aeiouœæ") else f"de {name}"


def _told(meaning: str, label: str, sentence: str) -> Told:
    return Told(meaning, typeset(label), typeset(sentence))
