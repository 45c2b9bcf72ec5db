"""The worklist on paper: what to do in which register, with no more about people than it takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from access.models import DirectoryTask
from access.services import registers
from contracts.models import PartnerNumber
from workflows.french import typeset
from workflows.rulebook_access import Service

Kind = DirectoryTask.Kind

_IN_DIRECTORY: Mapping[str, str] = {
    Kind.REGISTER: "Créer le compte sous ce titulaire, ouvrir les bouquets ci-dessus, puis noter "
    "l’identifiant obtenu.",
    Kind.OPEN: "Déverrouiller ce compte et lui rendre les bouquets ci-dessus.",
    Kind.LOCK: "Verrouiller ce compte. Ne pas le supprimer : il pourra se rouvrir.",
    Kind.CHANGE_SERVICES: "Laisser à ce compte les bouquets ci-dessus, et nul autre.",
    Kind.REMOVE: "Retirer ce compte de l’annuaire. Son identifiant ne sert plus jamais.",
}
"""What to do in the last register, where it is the directory."""

_DIRECTORY = "Annuaire des extranautes"


class Line(NamedTuple):
    """One thing to do, in one register."""

    register: str
    instruction: str
    is_done: bool
    asks_identifier: bool


class Sheet(NamedTuple):
    """One task as it is carried out with a pen."""

    task: DirectoryTask
    number: str
    """The number under which the base of third parties knows the partner; empty without."""
    siret: str
    bouquets: tuple[str, ...]
    lines: tuple[Line, ...]


def sheets_of(tasks: Iterable[DirectoryTask]) -> Iterator[Sheet]:
    """The tasks as sheets, in their order."""
    for task in tasks:
        yield Sheet(task, number_of(task), _siret(task), bouquets_of(task), lines_of(task))


def lines_of(task: DirectoryTask) -> tuple[Line, ...]:
    """What to do, register by register; one line only where the account is already there."""
    steps = list(task.steps.all())
    creates = task.kind == Kind.REGISTER
    last = _IN_DIRECTORY.get(task.kind) or _enter(task)
    if not steps:
        return (Line(_DIRECTORY, typeset(last), is_done=False, asks_identifier=creates),)
    return tuple(
        Line(
            step.label,
            typeset(last if step is steps[-1] else _enter(task)),
            is_done=step.done_on is not None,
            asks_identifier=creates and step is steps[-1],
        )
        for step in steps
    )


def bouquets_of(task: DirectoryTask) -> tuple[str, ...]:
    """The « bouquets » under which the directory files the services wanted."""
    codes = set(task.wanted_services)
    rights = task.account.habilitations.filter(service__in=codes).select_related(
        "convention__pinned"
    )
    offered = {
        service.code: service
        for right in rights.order_by("pk")
        for service in right.convention.rules.services
    }
    return tuple(_bouquet(offered[code]) if code in offered else code for code in sorted(codes))


def number_of(task: DirectoryTask) -> str:
    """The number under which the caisse knows the holder, or its partner; empty when none is."""
    account = task.account
    if own := registers.number_of(account):
        return own
    partner = account.partner or (account.site.partner if account.site else None)
    numbers = PartnerNumber.objects.filter(caisse=account.caisse, partner=partner)
    return numbers.values_list("number", flat=True).first() or ""


def _enter(task: DirectoryTask) -> str:
    number = number_of(task)
    if number:
        return f"Vérifier que le titulaire y est, sous le numéro {number}."
    return "Inscrire le titulaire, et noter le numéro obtenu."


def _bouquet(service: Service) -> str:
    return f"{service.bundle} ({service.label})" if service.bundle else service.label


def _siret(task: DirectoryTask) -> str:
    account = task.account
    for holder in (account.partner, account.site):
        if holder is not None and holder.siret:
            return str(holder.siret)
    return ""
