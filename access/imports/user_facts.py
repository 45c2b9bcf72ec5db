"""What the row of a user tells: who it is, and the facts of one right."""

from __future__ import annotations

from datetime import date, datetime

from access.imports.told import Place, UserTold
from access.imports.values import Row
from workflows import acts
from workflows.rulebook import Rulebook


def user_of(row: Row, rulebook: Rulebook, at: datetime) -> UserTold | None:
    """The user of a row; None, and a word on it, when it cannot be told."""
    service = _service(row, rulebook)
    granted_on = row.past_day("granted_on")
    notified_on, last_login_on = row.past_day("notified_on"), row.past_day("last_login_on")
    suspended_on, left_on = row.past_day("suspended_on"), row.day("left_on")
    if granted_on is None or not service:
        return None
    _check_order(row, granted_on)
    if "email" not in row:
        row.doubt(
            "email",
            "user_without_email",
            "Sans adresse électronique, cette personne ne recevra rien de Tacite.",
            to_do="Ajoutez-la à sa fiche dès qu’elle est connue.",
        )
    told: list[acts.UserAct] = [
        acts.Granted(
            id="granted",
            on=granted_on,
            recorded_at=at,
            user="",
            service=service,
            profile=row.text("profile"),
        )
    ]
    if notified_on is not None:
        told.append(acts.CredentialsSent(id="sent", on=notified_on, recorded_at=at, user=""))
    if last_login_on is not None:
        told.append(acts.LastLogin(id="login", on=last_login_on, recorded_at=at, user=""))
    if suspended_on is not None:
        told.append(acts.UserSuspended(id="suspended", on=suspended_on, recorded_at=at, user=""))
    if left_on is not None:
        told.append(acts.Departure(id="departure", on=left_on, recorded_at=at, user=""))
    return UserTold(
        place=Place(row.table.key, row.line),
        first_name=row.text("first_name"),
        last_name=row.text("last_name"),
        email=row.text("email"),
        site=row.text("site"),
        service=service,
        identifier=row.text("identifier"),
        acts=tuple(told),
    )


def _service(row: Row, rulebook: Rulebook) -> str:
    offered = [offer.code for offer in rulebook.services]
    given = row.text("service")
    if not given and len(offered) == 1:
        return offered[0]
    if given in offered:
        return given
    row.refuse(
        "service",
        "unknown_service" if given else "missing_beside",
        "La convention n’ouvre pas ce service." if given else "Le service n’est pas dit.",
        expected=", ".join(offered),
        to_do="Écrivez le code de l’un des services de la convention.",
    )
    return ""


def _check_order(row: Row, granted_on: date) -> None:
    """Nothing happens to a right before it was granted."""
    for key in ("notified_on", "last_login_on", "suspended_on", "left_on"):
        day = row.day(key)
        if day is not None and day < granted_on:
            row.refuse(
                key,
                "before_the_grant",
                "Ce fait précède l’habilitation elle-même.",
                expected="un jour qui suit celui de l’habilitation",
                to_do="Vérifiez les deux dates.",
            )
