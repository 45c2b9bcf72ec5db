"""Reading conventions: the list, one of them on any day, its deadlines."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from access.api.authentication import Recognised, caisse_of, caller_of
from access.api.fields import PRINTABLE, Instant, text
from access.api.lives import Looking, StepTold, steps_told, updated_at
from access.api.paging import Paged, cut, refuse_unknown
from access.api.problems import Problem
from access.services.clients import Caller
from access.services.reading import changed_since, conventions_of, offering
from contracts.life_differences import deadline_changes, step_changes
from contracts.models import Convention
from workflows import clock
from workflows.convention import ConventionStatus
from workflows.deadlines import Deadline

router = Router(auth=Recognised("read"), tags=["conventions"])
READS = {"x-scopes": ["read"]}

Number = Path(
    ...,
    min_length=1,
    max_length=60,
    pattern=PRINTABLE,
    description="Numéro de la convention.",
)


class ConventionFilters(Paged):
    """Les conventions voulues."""

    caisse: str = text(40, default="", description="Code d’une caisse du client.")
    state: ConventionStatus | None = Field(None, description="État de la convention.")
    service: str = text(100, default="", description="Code d’un service auquel elle donne accès.")
    updated_since: Instant | None = Field(
        None, description="Celles qui ont changé depuis cet instant."
    )


class PartnerTold(Schema):
    """Le partenaire, personne morale."""

    name: str
    siren: str


class ConventionTold(Schema):
    """Une convention aujourd’hui."""

    number: str
    caisse: str
    partner: PartnerTold
    rulebook: str = Field(description="Code du modèle de convention.")
    rulebook_version: int | None = Field(description="Nul tant que le texte peut changer.")
    state: ConventionStatus
    effect_on: date | None
    term_number: int | None
    term_first_day: date | None
    term_last_day: date | None
    last_day_in_force: date | None = Field(description="Passé ou prévu ; nul sans fin en vue.")
    end_cause: str
    next_change_on: date | None = Field(description="Prochain changement de plein droit.")
    open_questions: int = Field(description="Questions qui attendent la décision d’un juriste.")
    updated_at: datetime
    revision: int = Field(description="Croît à chaque changement.")


class Conventions(Schema):
    """Une page de conventions."""

    items: list[ConventionTold]
    next: str | None = Field(description="Le `cursor` de la page suivante ; nul après la dernière.")


class TermTold(Schema):
    """Une période, premier et dernier jours compris."""

    number: int
    first_day: date
    last_day: date | None


class LifeTold(Schema):
    """Une convention au jour regardé, avec ce qui était su."""

    number: str
    caisse: str
    partner: PartnerTold
    rulebook: str
    rulebook_version: int | None
    as_of: date
    known_at: datetime | None
    state: ConventionStatus
    state_label: str
    effect_on: date | None
    last_day_in_force: date | None
    end_cause: str
    next_change_on: date | None
    open_questions: int
    terms: list[TermTold]
    steps: list[StepTold]
    revision: int


class InputTold(Schema):
    """Un fait dont l’échéance est tirée."""

    label: str
    value: str


class DeadlineTold(Schema):
    """Une date, et pourquoi c’est celle-là."""

    kind: str
    title: str
    due_on: date
    rule: str
    article: str
    inputs: list[InputTold]
    arithmetic: str
    last_working_day: date
    competing: str = Field(description="L’autre lecture défendable et sa date ; vide sans elle.")
    term: int


class StepDifference(Schema):
    """Une étape que l’on tient pour vraie d’un côté seulement."""

    on: date
    name: str
    label: str
    article: str
    known_since: bool = Field(
        description="Vrai : on ne le savait pas. Faux : on le croyait à tort."
    )


class DeadlineDifference(Schema):
    """Une échéance qui n’a pas la même date des deux côtés."""

    kind: str
    title: str
    article: str
    before: date | None = Field(description="Nul : elle n’existait pas.")
    after: date | None = Field(description="Nul : elle n’existe plus.")


class DifferenceTold(Schema):
    """Ce que l’on savait d’un jour à un instant, et ce que l’on en a su à un autre."""

    number: str
    as_of: date
    known_at: datetime
    compared_with: datetime | None
    state_before: ConventionStatus
    state_after: ConventionStatus
    steps: list[StepDifference]
    deadlines: list[DeadlineDifference]


class LookingBack(Looking):
    """De quel jour, et depuis quel instant."""

    known_at: Instant = Field(description="L’instant dont le savoir est comparé avec un autre.")
    compared_with: Instant | None = Field(
        None, description="L’autre instant ; maintenant, s’il n’est pas donné."
    )


class DeadlinesTold(Schema):
    """Les échéances d’une convention."""

    number: str
    as_of: date
    known_at: datetime | None
    deadlines: list[DeadlineTold]


@router.get(
    "conventions",
    response=Conventions,
    summary="Les conventions, page par page",
    operation_id="list_conventions",
    openapi_extra=READS,
)
def list_conventions(request: HttpRequest, filters: Query[ConventionFilters]) -> dict[str, Any]:
    """Celles des caisses et des services du client, dans l’ordre de leur création."""
    refuse_unknown(request, filters)
    caller = caller_of(request)
    rows = conventions_of(caller)
    if filters.caisse:
        rows = rows.filter(caisse=caisse_of(caller, filters.caisse))
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.service:
        rows = rows.filter(offering([filters.service]))
    if filters.updated_since:
        rows = rows.filter(changed_since(filters.updated_since))
    found, following = cut(rows, filters)
    return {"items": [_told(one) for one in found], "next": following}


# Before the convention itself, whose number may hold a slash.
@router.get(
    "conventions/{path:number}/deadlines",
    response=DeadlinesTold,
    summary="Les échéances d’une convention",
    operation_id="list_convention_deadlines",
    openapi_extra=READS,
)
def convention_deadlines(
    request: HttpRequest, looking: Query[Looking], number: str = Number
) -> dict[str, Any]:
    """Chaque date à surveiller, avec l’article, les faits et le calcul."""
    refuse_unknown(request, looking)
    convention = _found(caller_of(request), number, looking.caisse)
    as_of = looking.as_of or clock.today()
    return {
        "number": convention.number,
        "as_of": as_of,
        "known_at": looking.known_at,
        "deadlines": [
            deadline_told(one) for one in convention.timeline(as_of, looking.known_at).deadlines
        ],
    }


@router.get(
    "conventions/{path:number}/difference",
    response=DifferenceTold,
    summary="Ce que l’on croyait d’une convention, et ce que l’on en sait",
    operation_id="compare_convention",
    openapi_extra=READS,
)
def convention_difference(
    request: HttpRequest, looking: Query[LookingBack], number: str = Number
) -> dict[str, Any]:
    """Les étapes et les échéances que l’on croyait autres à cet instant."""
    refuse_unknown(request, looking)
    convention = _found(caller_of(request), number, looking.caisse)
    as_of = looking.as_of or clock.today()
    then = convention.timeline(as_of, looking.known_at)
    now = convention.timeline(as_of, looking.compared_with)
    return {
        "number": convention.number,
        "as_of": as_of,
        "known_at": looking.known_at,
        "compared_with": looking.compared_with,
        "state_before": then.state,
        "state_after": now.state,
        "steps": [
            {
                "on": one.step.on,
                "name": one.step.name,
                "label": one.label,
                "article": one.article,
                "known_since": one.is_gained,
            }
            for one in step_changes(then, now)
        ],
        "deadlines": [
            {
                "kind": one.deadline.kind,
                "title": one.title,
                "article": one.deadline.article,
                "before": one.before,
                "after": one.after,
            }
            for one in deadline_changes(then, now)
        ],
    }


@router.get(
    "conventions/{path:number}",
    response=LifeTold,
    summary="Une convention, aujourd’hui ou un autre jour",
    operation_id="read_convention",
    openapi_extra=READS,
)
def read_convention(
    request: HttpRequest, looking: Query[Looking], number: str = Number
) -> dict[str, Any]:
    """Ses étapes passées et prévues, ses périodes, sa fin."""
    refuse_unknown(request, looking)
    convention = _found(caller_of(request), number, looking.caisse)
    as_of = looking.as_of or clock.today()
    life = convention.timeline(as_of, looking.known_at)
    return {
        **_same(convention),
        "as_of": as_of,
        "known_at": looking.known_at,
        "state": life.state,
        "state_label": life.state_label,
        "effect_on": life.effect_on,
        "last_day_in_force": life.last_day_in_force,
        "end_cause": life.end_cause,
        "next_change_on": life.next_change_on,
        "open_questions": len(life.open_questions),
        "terms": [term._asdict() for term in life.terms],
        "steps": steps_told(life),
    }


def deadline_told(deadline: Deadline) -> dict[str, Any]:
    """A deadline and its explanation."""
    return {
        name: getattr(deadline, name) for name in DeadlineTold.model_fields if name != "inputs"
    } | {"inputs": [one._asdict() for one in deadline.inputs]}


def _found(caller: Caller, number: str, caisse: str) -> Convention:
    found = list(conventions_of(caller).filter(number=number).order_by("pk"))
    if caisse:
        wanted = caisse_of(caller, caisse)
        found = [one for one in found if one.caisse_id == wanted.pk]
    if not found:
        raise Problem("not_found")
    if len(found) > 1:
        caisse_of(caller, "")
    return found[0]


def _same(convention: Convention) -> dict[str, Any]:
    """What does not depend on the day looked at."""
    pinned = convention.pinned
    return {
        "number": convention.number,
        "caisse": convention.caisse.code,
        "partner": {"name": convention.partner.name, "siren": convention.partner.siren},
        "rulebook": convention.rulebook_code,
        "rulebook_version": pinned.version if pinned else None,
        "revision": convention.revision,
    }


def _told(convention: Convention) -> dict[str, Any]:
    cached = {
        name: getattr(convention, name)
        for name in (
            "state",
            "effect_on",
            "term_number",
            "term_first_day",
            "term_last_day",
            "last_day_in_force",
            "end_cause",
            "next_change_on",
            "open_questions",
        )
    }
    return _same(convention) | cached | {"updated_at": updated_at(convention)}
