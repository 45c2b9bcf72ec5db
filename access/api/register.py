"""Reading the register: who could enter which service on a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from access.api.authentication import Recognised, caisse_of, caller_of
from access.api.conventions import READS
from access.api.fields import Day, Instant, text
from access.api.habilitations import PersonTold, person_told
from access.api.paging import Paged, cut, refuse_unknown
from access.models import Habilitation
from access.register_lines import remark_of
from access.services.clients import Caller
from access.services.reading import habilitations_of
from access.services.register import Entry, narrowed, who_had_access

router = Router(auth=Recognised("read"), tags=["habilitations"])


class RegisterFilters(Paged):
    """Le jour voulu, et avec ce qui était su à quel instant."""

    day: Day = Field(..., description="Jour civil dont on veut savoir qui avait accès.")
    known_at: Instant | None = Field(
        None, description="N’employer que ce qui était enregistré à cet instant."
    )
    caisse: str = text(40, default="", description="Code d’une caisse du client.")
    convention: str = text(60, default="", description="Numéro de la convention.")
    service: str = text(100, default="", description="Code du service.")


class AccessTold(Schema):
    """Une personne qui pouvait entrer dans un service ce jour-là."""

    habilitation: int
    convention: str
    caisse: str
    service: str
    identifier: str = Field(description="Identifiant du compte.")
    person: PersonTold | None = Field(description="Nul sans le droit « read:persons ».")
    profile: str = Field(description="Son profil ce jour-là, en mots ; vide sans profil.")
    scope: str = Field(description="Ce qui bornait son périmètre ; vide : celui du service.")
    since: date | None = Field(description="Premier jour de cet accès sans interruption.")
    until: date | None = Field(description="Dernier jour d’accès ; nul tant qu’il n’a pas de fin.")
    article: str
    remark: str = Field(
        description="Ce qu’il faut savoir de plus : un accès provisoire, ou une vie qui ne peut "
        "pas être relue, dont on ne sait alors pas si elle donnait accès."
    )


class Register(Schema):
    """Une page du registre : il se peut qu’elle soit vide."""

    day: date
    known_at: datetime | None
    items: list[AccessTold]
    next: str | None = Field(description="Le `cursor` de la page suivante ; nul après la dernière.")


@router.get(
    "access/register",
    response=Register,
    summary="Qui avait accès un jour donné",
    operation_id="read_register",
    openapi_extra=READS,
)
def read_register(request: HttpRequest, filters: Query[RegisterFilters]) -> dict[str, Any]:
    """Habilitation par habilitation, `limit` par page, celles qui donnaient accès ce jour-là."""
    refuse_unknown(request, filters)
    caller = caller_of(request)
    rows = habilitations_of(caller)
    if filters.caisse:
        rows = rows.filter(convention__caisse=caisse_of(caller, filters.caisse))
    if filters.convention:
        rows = rows.filter(convention__number=filters.convention)
    if filters.service:
        rows = rows.filter(service=filters.service)
    found, following = cut(narrowed(rows, filters.day, filters.known_at), filters)
    own = Habilitation.objects.filter(pk__in=[one.pk for one in found])
    entries = who_had_access(own, filters.day, filters.known_at)
    return {
        "day": filters.day,
        "known_at": filters.known_at,
        "items": [_told(caller, one) for one in entries],
        "next": following,
    }


def _told(caller: Caller, entry: Entry) -> dict[str, Any]:
    one = entry.habilitation
    return {
        "habilitation": one.pk,
        "convention": one.convention.number,
        "caisse": one.convention.caisse.code,
        "service": one.service,
        "identifier": one.account.identifier,
        "person": person_told(caller, one),
        "profile": entry.profile,
        "scope": entry.scope,
        "since": entry.days.since if entry.days else None,
        "until": entry.last_day,
        "article": entry.article,
        "remark": remark_of(entry),
    }
