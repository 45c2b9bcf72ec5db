"""Reading habilitations: the list, and one of them on any day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from access.api.authentication import Recognised, caisse_of, caller_of
from access.api.conventions import READS
from access.api.fields import Day, Instant, text
from access.api.lives import StepTold, steps_told, updated_at
from access.api.paging import Filters, Paged, cut, refuse_unknown
from access.api.problems import Problem
from access.flags import Flag, flags_on
from access.models import Habilitation
from access.services.clients import Caller
from access.services.reading import changed_since, habilitations_of
from workflows import clock
from workflows.habilitation import HabilitationStatus

router = Router(auth=Recognised("read"), tags=["habilitations"])


class HabilitationFilters(Paged):
    """Les habilitations voulues."""

    caisse: str = text(40, default="", description="Code d’une caisse du client.")
    convention: str = text(60, default="", description="Numéro de la convention.")
    service: str = text(100, default="", description="Code du service.")
    identifier: str = text(64, default="", description="Identifiant du compte.")
    state: HabilitationStatus | None = Field(None, description="État de l’habilitation.")
    updated_since: Instant | None = Field(
        None, description="Celles qui ont changé depuis cet instant."
    )


class Seen(Filters):
    """De quel jour, et avec ce qui était su à quel instant."""

    as_of: Day | None = Field(None, description="Jour regardé ; aujourd’hui sans ce paramètre.")
    known_at: Instant | None = Field(
        None, description="N’employer que ce qui était enregistré à cet instant."
    )


class PersonTold(Schema):
    """L’utilisateur habilité."""

    first_name: str
    last_name: str


class FlagTold(Schema):
    """Ce qui appelle à examiner un accès, sans rien y changer."""

    code: str
    words: str = Field(description="Le motif, en français.")
    article: str = Field(description="Article de la convention sur lequel il repose.")


class HabilitationTold(Schema):
    """Le droit d’un utilisateur à un service."""

    id: int
    convention: str
    caisse: str
    service: str
    identifier: str = Field(description="Identifiant du compte ; vide avant son inscription.")
    person: PersonTold | None = Field(description="Nul sans le droit « read:persons ».")
    state: HabilitationStatus
    granted_on: date | None
    notified_on: date | None
    last_login_on: date | None
    closes_on: date | None = Field(description="Premier jour sans ce droit, passé ou prévu.")
    close_cause: str
    flags: list[FlagTold] = Field(
        description="Ce qui appelle aujourd’hui à l’examiner, comme une délégation finie ; "
        "l’accès reste ouvert tant que personne ne le ferme."
    )
    updated_at: datetime
    revision: int


class Habilitations(Schema):
    """Une page d’habilitations."""

    items: list[HabilitationTold]
    next: str | None = Field(description="Le `cursor` de la page suivante ; nul après la dernière.")


class HabilitationLifeTold(Schema):
    """Une habilitation au jour regardé, avec ce qui était su."""

    id: int
    convention: str
    caisse: str
    service: str
    identifier: str
    person: PersonTold | None
    as_of: date
    known_at: datetime | None
    state: HabilitationStatus
    state_label: str
    next_change_on: date | None
    closes_on: date | None
    steps: list[StepTold]
    flags: list[FlagTold] = Field(
        description="Ce qui appelle à l’examiner le jour regardé, à ce qu’on en sait maintenant."
    )
    revision: int


@router.get(
    "habilitations",
    response=Habilitations,
    summary="Les habilitations, page par page",
    operation_id="list_habilitations",
    openapi_extra=READS,
)
def list_habilitations(request: HttpRequest, filters: Query[HabilitationFilters]) -> dict[str, Any]:
    """Celles des caisses et des services du client, dans l’ordre de leur création."""
    refuse_unknown(request, filters)
    caller = caller_of(request)
    rows = habilitations_of(caller)
    if filters.caisse:
        rows = rows.filter(convention__caisse=caisse_of(caller, filters.caisse))
    for column, value in (
        ("convention__number", filters.convention),
        ("service", filters.service),
        ("account__identifier__iexact", filters.identifier),
        ("state", filters.state),
    ):
        if value:
            rows = rows.filter(**{column: value})
    if filters.updated_since:
        rows = rows.filter(changed_since(filters.updated_since))
    found, following = cut(rows, filters)
    flags = flags_on(clock.today(), found)
    items = [_told(caller, one) | {"flags": _flags(flags[one.pk])} for one in found]
    return {"items": items, "next": following}


@router.get(
    "habilitations/{number}",
    response=HabilitationLifeTold,
    summary="Une habilitation, aujourd’hui ou un autre jour",
    operation_id="read_habilitation",
    openapi_extra=READS,
)
def read_habilitation(
    request: HttpRequest,
    seen: Query[Seen],
    number: int = Path(..., ge=1, lt=10**18, description="Numéro de l’habilitation."),
) -> dict[str, Any]:
    """Ses étapes passées et prévues."""
    refuse_unknown(request, seen)
    caller = caller_of(request)
    habilitation = habilitations_of(caller).filter(pk=number).first()
    if habilitation is None:
        raise Problem("not_found")
    as_of = seen.as_of or clock.today()
    life = habilitation.timeline(as_of, seen.known_at)
    return _same(caller, habilitation) | {
        "as_of": as_of,
        "known_at": seen.known_at,
        "state": life.state,
        "state_label": life.label_of(life.state),
        "next_change_on": life.next_change_on,
        "closes_on": life.over_on,
        "steps": steps_told(life),
        "flags": _flags(flags_on(as_of, [habilitation])[habilitation.pk]),
    }


def person_told(caller: Caller, habilitation: Habilitation) -> dict[str, str] | None:
    """The user by name, for a client that may read names."""
    if "read:persons" not in caller.scopes:
        return None
    person = habilitation.person
    return {"first_name": person.first_name, "last_name": person.last_name}


def _same(caller: Caller, habilitation: Habilitation) -> dict[str, Any]:
    """What does not depend on the day looked at."""
    return {
        "id": habilitation.pk,
        "convention": habilitation.convention.number,
        "caisse": habilitation.convention.caisse.code,
        "service": habilitation.service,
        "identifier": habilitation.account.identifier,
        "person": person_told(caller, habilitation),
        "revision": habilitation.revision,
    }


def _flags(flags: Iterable[Flag]) -> list[dict[str, str]]:
    return [asdict(flag) for flag in flags]


def _told(caller: Caller, habilitation: Habilitation) -> dict[str, Any]:
    cached = {
        name: getattr(habilitation, name)
        for name in (
            "state",
            "granted_on",
            "notified_on",
            "last_login_on",
            "closes_on",
            "close_cause",
        )
    }
    return _same(caller, habilitation) | cached | {"updated_at": updated_at(habilitation)}
